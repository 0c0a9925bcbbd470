/** What AWS Config sends to the function of a periodic rule. */
export interface RuleEvent {
  /** JSON in a text. */
  readonly invokingEvent: string;
  readonly ruleParameters: string;
  readonly resultToken: string;
  readonly eventLeftScope: boolean;
  readonly executionRoleArn: string;
  readonly configRuleArn: string;
  readonly configRuleName: string;
  readonly configRuleId: string;
  readonly accountId: string;
  readonly version: string;
}

/** Where the rule is, and when it is asked. */
export interface RulePlace {
  readonly region: string;
  readonly accountId: string;
  readonly now: number;
  readonly resultToken: string;
}

/** https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html */
export function ruleEvent({ region, accountId, now, resultToken }: RulePlace): RuleEvent {
  const id = 'config-rule-0a1b2c';
  return {
    invokingEvent: JSON.stringify({
      awsAccountId: accountId,
      notificationCreationTime: new Date(now).toISOString(),
      messageType: 'ScheduledNotification',
      recordVersion: '1.0',
    }),
    ruleParameters: '{}',
    resultToken,
    eventLeftScope: false,
    executionRoleArn: `arn:aws:iam::${accountId}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
    configRuleArn: `arn:aws:config:${region}:${accountId}:config-rule/${id}`,
    configRuleName: 'influxdb-tokens',
    configRuleId: id,
    accountId,
    version: '1.0',
  };
}
