import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { TokenRotation } from './token-rotation.ts';

export interface TokenRotationStackProps extends StackProps {
  /** The path of the configuration. */
  readonly configuration: string;
  /** ARN of a topic that is told when an alarm goes off, and when it is over. */
  readonly alarmTopicArn: string | undefined;
  /** See `FunctionOptions`. */
  readonly secretPrefixes: string[] | undefined;
  /** See `RunbookOptions`. */
  readonly runbookUrl: string | undefined;
  /** See `TokenRotationProps`. */
  readonly allowLoopback: boolean;
}

/** One `TokenRotation` with its defaults, for users who do not write CDK. */
export class TokenRotationStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenRotationStackProps) {
    const { configuration, alarmTopicArn, secretPrefixes, runbookUrl, allowLoopback, ...stackProps } = props;
    super(scope, id, stackProps);
    const rotation = new TokenRotation(this, 'Rotation', {
      configuration,
      allowLoopback,
      ...(alarmTopicArn === undefined ? {} : { alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn) }),
      ...(secretPrefixes === undefined ? {} : { secretPrefixes }),
      ...(runbookUrl === undefined ? {} : { runbookUrl }),
    });
    addOutputs(this, rotation);
  }
}

/** Where to look: the names by which the program for people and the runbook find what was deployed. */
export function addOutputs(
  stack: Stack,
  { function: handler, logGroup, failedRuns, lostSchedules }: TokenRotation,
): void {
  new CfnOutput(stack, 'FunctionName', { value: handler.functionName });
  new CfnOutput(stack, 'LogGroupName', { value: logGroup.logGroupName });
  new CfnOutput(stack, 'FailedRunsUrl', { value: failedRuns.queueUrl });
  new CfnOutput(stack, 'LostSchedulesUrl', { value: lostSchedules.queueUrl });
}
