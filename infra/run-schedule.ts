import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Begins } from './begins.ts';
import { createDeadLetterQueue } from './dead-letter-queue.ts';

/** @internal */
export interface ScheduleOptions {
  /**
   * Whether the schedule begins runs.
   * @default true
   */
  readonly scheduleEnabled?: boolean;

  /**
   * How much later than scheduled a run may start, in whole minutes; `Duration.minutes(0)` for not at all.
   * @default a quarter of the schedule's period, at most 15 minutes
   */
  readonly flexibleWindow?: Duration;
}

/**
 * Begins a run once a period.
 * @returns the queue of the invocations that the schedule could not make.
 */
export function createSchedule(
  scope: Construct,
  begins: Begins,
  period: Duration,
  { scheduleEnabled, flexibleWindow }: Required<ScheduleOptions>,
): Queue {
  const lostSchedules = createDeadLetterQueue(scope, 'LostSchedules');
  const role = new Role(scope, 'ScheduleRole', {
    description: 'Lets the schedule run the rotation of InfluxDB tokens',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: {
      Schedule: new PolicyDocument({
        statements: [
          new PolicyStatement({ sid: 'Run', actions: [begins.action], resources: [begins.arn] }),
          new PolicyStatement({ sid: 'Report', actions: ['sqs:SendMessage'], resources: [lostSchedules.queueArn] }),
        ],
      }),
    },
  });
  const longestDelay = Duration.minutes(Math.min(period.toMinutes(), Duration.days(1).toMinutes()));
  new Schedule(scope, 'Schedule', {
    description: 'Runs the rotation of InfluxDB tokens',
    schedule: ScheduleExpression.rate(period),
    timeWindow: flexibleWindow.toMinutes() === 0 ? TimeWindow.off() : TimeWindow.flexible(flexibleWindow),
    enabled: scheduleEnabled,
    target: begins.target({
      // All its permissions are above; CDK would add the right to run every version of the function.
      role: role.withoutPolicyUpdates(),
      deadLetterQueue: lostSchedules,
      // By then the next run is due.
      maxEventAge: longestDelay,
    }),
  });
  return lostSchedules;
}

export function defaultWindow(period: Duration): Duration {
  return Duration.minutes(Math.min(15, Math.floor(period.toMinutes() / 4)));
}
