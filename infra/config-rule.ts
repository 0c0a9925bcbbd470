import { Stack } from 'aws-cdk-lib';
import { CfnConfigRule } from 'aws-cdk-lib/aws-config';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface ConfigRuleProps {
  readonly deployment: string;
  readonly handler: IFunction;
}

/** Once a day: what a token's age is told about changes with time, and mostly not with the secret. */
const FREQUENCY = 'TwentyFour_Hours';

/**
 * A rule of AWS Config that the function answers. The construct `CustomRule` would give the function's role a managed
 * policy with all of Config's `Put…`, `Get…` and `List…`, and files of any bucket.
 */
export class ConfigRule extends Construct {
  constructor(scope: Construct, id: string, { deployment, handler }: ConfigRuleProps) {
    super(scope, id);
    // Of any rule in this account: Config wants the right before it makes the rule, whose ARN it chooses then.
    const permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: handler.functionArn,
      principal: 'config.amazonaws.com',
      sourceAccount: Stack.of(this).account,
    });
    const rule = new CfnConfigRule(this, 'Rule', {
      description: `Whether the InfluxDB tokens of ${deployment} are rotated as their configuration says`,
      source: {
        owner: 'CUSTOM_LAMBDA',
        sourceIdentifier: handler.functionArn,
        sourceDetails: [
          {
            eventSource: 'aws.config',
            messageType: 'ScheduledNotification',
            maximumExecutionFrequency: FREQUENCY,
          },
        ],
      },
    });
    rule.addDependency(permission);
  }
}
