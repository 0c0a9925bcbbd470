import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import type { Problem } from '../lambda/config/problems.ts';
import { productArn } from '../lambda/config/security-hub.ts';

/** @internal */
export interface NewsOptions {
  /**
   * The SNS topic that gets a message for people whenever a consumer's state changes: see docs/news.md.
   * @default the configuration's `news.topic`; without either, people are told by the alarms alone
   */
  readonly newsTopic?: ITopic;
}

type Topic = NewsOptions['newsTopic'] | undefined;

/** That nobody would be told, or that both the configuration and the construct name a topic. */
export function newsProblems({ news }: Configuration, newsTopic: Topic, hasBus: boolean): Problem[] {
  const problems: Problem[] = [];
  const { topic } = news ?? {};
  if (newsTopic !== undefined && topic !== undefined) {
    const message = 'is given, and the configuration names a topic as news.topic as well: leave out one of them';
    problems.push({ path: 'newsTopic', message, value: topic });
  }
  if (newsTopic?.fifo) {
    const message = 'is a FIFO topic, which has no subscriptions of people: give a standard one';
    problems.push({ path: 'newsTopic', message });
  }
  if (news !== undefined && topic === undefined && newsTopic === undefined && !hasBus) {
    const message =
      'would be told to nobody: give news.topic or events.bus in the configuration, or the option newsTopic or eventBus';
    problems.push({ path: 'news', message });
  }
  return problems;
}

/** The rights with which the function tells what has changed. */
export function newsStatements(
  scope: Construct,
  { news, securityHub }: Configuration,
  newsTopic: Topic,
): PolicyStatement[] {
  const { topic = newsTopic?.topicArn } = news ?? {};
  const key = newsTopic?.masterKey;
  return [
    ...(topic === undefined ? [] : [allow('TellPeople', ['sns:Publish'], topic)]),
    ...(key === undefined ? [] : [useOfKey(scope, key.keyArn)]),
    ...(securityHub ? [allow('ReportFindings', ['securityhub:BatchImportFindings'], productArn(Stack.of(scope)))] : []),
  ];
}

/** Whether anybody is told of changes: then the function has to know what it said before. */
export function hasNews({ news, securityHub }: Configuration, newsTopic: Topic): boolean {
  return news !== undefined || securityHub || newsTopic !== undefined;
}

function useOfKey(scope: Construct, keyArn: string): PolicyStatement {
  const statement = allow('UseKeyOfTopic', ['kms:Decrypt', 'kms:GenerateDataKey'], keyArn);
  statement.addCondition('StringEquals', { 'kms:ViaService': `sns.${Stack.of(scope).region}.amazonaws.com` });
  return statement;
}

function allow(sid: string, actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources: [resource] });
}
