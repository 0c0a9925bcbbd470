import type { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RunMetrics } from './metrics.ts';

export interface AlarmsProps {
  readonly deployment: string;
  /** The time from one run to the next. */
  readonly period: Duration;
  readonly metrics: RunMetrics;
  readonly handler: IFunction;
  readonly failedRuns: IQueue;
  readonly lostSchedules: IQueue;
  /** Without a schedule, no run is missed. */
  readonly scheduleEnabled: boolean;
}

interface Condition {
  readonly metric: IMetric;
  /** What happened, as the start of the description. */
  readonly what: string;
  /** What to do, and the headings of docs/operations.md that say more. */
  readonly whatToDo: string;
  readonly missing: TreatMissingData;
}

/**
 * The alarms of one deployment. None needs metric math or a composite alarm. The periods are the schedule's, so that
 * an alarm stands for as long as run after run has the same trouble.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { deployment, period, metrics, handler, failedRuns, lostSchedules, scheduleEnabled } = props;
    const positive = (name: string, { metric, what, whatToDo, missing }: Condition) =>
      new Alarm(this, name, {
        metric,
        threshold: 0,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: missing,
        alarmDescription: describe(deployment, what, whatToDo),
      });
    const noSuccessfulRun = () =>
      new Alarm(this, 'NoSuccessfulRun', {
        metric: metrics.metric('RunsSucceeded'),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 2,
        // Runs that do not take place publish nothing.
        treatMissingData: TreatMissingData.BREACHING,
        alarmDescription: describe(
          deployment,
          'no run succeeded for two periods of the schedule, so tokens are not replaced and old ones not ended',
          'is the schedule enabled, and what does the log say? "Where to look", "A run died"',
        ),
      });
    const messagesIn = (queue: IQueue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM });
    this.all = [
      // Lambda's own metric: it also counts what a run cannot tell itself, like a time-out or a failed start.
      positive('RunFailed', {
        metric: handler.metricErrors({ period }),
        what: 'a run failed, or did not end',
        whatToDo:
          'no consumer loses access by it; read the log of that run: "RUN_FAILED", "CONSUMER_FAILED", "A run died"',
        missing: TreatMissingData.NOT_BREACHING,
      }),
      // Without a schedule it would never end.
      ...(scheduleEnabled ? [noSuccessfulRun()] : []),
      // The two gauges say nothing between runs: until the next one, the last one counts.
      positive('TokensOverdue', {
        metric: metrics.metric('TokensOverdue'),
        what: 'live tokens are older than their maxTokenAge',
        whatToDo: 'the notes and reasons of the status say what each waits for: "Where to look", "CONSUMER_WAITING"',
        missing: TreatMissingData.IGNORE,
      }),
      positive('ConsumerBlocked', {
        metric: metrics.metric('ConsumersBlocked'),
        what: 'consumers are not rotated until a person decides',
        whatToDo: 'the log says which, why, and what lifts it: "CONSUMER_BLOCKED"',
        missing: TreatMissingData.IGNORE,
      }),
      positive('FailedRuns', {
        metric: messagesIn(failedRuns),
        what: 'the queue of failed runs holds messages',
        whatToDo: 'each says when a run failed and why; purge the queue when that is settled: "Messages in a queue"',
        missing: TreatMissingData.NOT_BREACHING,
      }),
      positive('LostSchedules', {
        metric: messagesIn(lostSchedules),
        what: 'the schedule could not start the function',
        whatToDo: 'the messages say why; purge the queue when that is settled: "Messages in a queue"',
        missing: TreatMissingData.NOT_BREACHING,
      }),
    ];
  }

  /** Adds what shall happen when any of them goes off. */
  addAlarmAction(action: IAlarmAction): void {
    for (const alarm of this.all) alarm.addAlarmAction(action);
  }

  /** Adds what shall happen when any of them is over. */
  addOkAction(action: IAlarmAction): void {
    for (const alarm of this.all) alarm.addOkAction(action);
  }
}

function describe(deployment: string, what: string, whatToDo: string): string {
  return `InfluxDB tokens of ${deployment}: ${what}. What to do: ${whatToDo} in docs/operations.md.`;
}
