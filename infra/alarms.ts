import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RunMetrics } from './metrics.ts';

export interface AlarmsProps {
  readonly deployment: string;
  /** The time from one run to the next. */
  readonly period: Duration;
  readonly metrics: RunMetrics;
  /** Runs that failed, by the service that knows of those, too, that could not report it. */
  readonly failures: IMetric;
  readonly failedRuns: IQueue;
  readonly lostSchedules: IQueue;
  /** Without a schedule, no run is missed. */
  readonly scheduleEnabled: boolean;
  readonly keepsEvidence: boolean;
}

interface Condition {
  readonly name: string;
  readonly metric: IMetric;
  readonly goesOff: Pick<AlarmProps, 'comparisonOperator' | 'threshold' | 'evaluationPeriods' | 'datapointsToAlarm'>;
  readonly missing: TreatMissingData;
  /** What happened, as the start of the description. */
  readonly what: string;
  /** What to do, and the headings of docs/operations.md that say more. */
  readonly whatToDo: string;
}

/**
 * The alarms of one deployment. None needs metric math or a composite alarm. Their periods are those of the schedule,
 * so an alarm lasts as long as every run has the same trouble.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const conditions = [...aboutRuns(props), ...aboutTokens(props), ...aboutQueues(props), ...aboutEvidence(props)];
    this.all = conditions.map(
      ({ name, metric, goesOff, missing, what, whatToDo }) =>
        new Alarm(this, name, {
          ...goesOff,
          metric,
          treatMissingData: missing,
          alarmDescription: `InfluxDB tokens of ${props.deployment}: ${what}. What to do: ${whatToDo} in docs/operations.md.`,
        }),
    );
  }

  /** Adds an action that each of them takes when it goes off. */
  addAlarmAction(action: IAlarmAction): void {
    for (const alarm of this.all) alarm.addAlarmAction(action);
  }

  /** Adds an action that each of them takes when it is over. */
  addOkAction(action: IAlarmAction): void {
    for (const alarm of this.all) alarm.addOkAction(action);
  }
}

function aboutRuns({ failures, metrics, scheduleEnabled }: AlarmsProps): Condition[] {
  const runFailed = positive('RunFailed', {
    metric: failures,
    missing: TreatMissingData.NOT_BREACHING,
    what: 'a run failed, or did not finish',
    whatToDo:
      'no consumer loses access because of it; read the log of that run: "RUN_FAILED", "CONSUMER_FAILED", "A run died"',
  });
  const noSuccessfulRun = nonpositive('NoSuccessfulRun', {
    metric: metrics.metric('RunsSucceeded'),
    // A run that does not take place publishes nothing.
    missing: TreatMissingData.BREACHING,
    what: 'no run succeeded for two periods of the schedule, so tokens are not replaced, and old ones are not ended',
    whatToDo: 'check that the schedule is enabled, and read the log: "Where to look", "A run died"',
  });
  // Without a schedule, the second one would never be over.
  return scheduleEnabled ? [runFailed, noSuccessfulRun] : [runFailed];
}

function aboutTokens({ metrics, period }: AlarmsProps): Condition[] {
  // Both metrics are gauges without data between runs: until the next run, the last value counts.
  const missing = TreatMissingData.IGNORE;
  return [
    positive('TokensOverdue', {
      metric: metrics.metric('TokensOverdue'),
      missing,
      what: 'live tokens are older than their maxTokenAge',
      whatToDo:
        'the notes and reasons in the status say what each of them waits for: "Where to look", "CONSUMER_WAITING"',
    }),
    positive('ConsumerWithoutAccess', {
      metric: metrics.metric('ConsumersWithoutAccess'),
      missing,
      what: 'consumers have no working token',
      whatToDo: 'their reasons in the status say why: "A consumer has no access"',
    }),
    positive('ConsumerBlocked', {
      metric: metrics.metric('ConsumersBlocked'),
      missing,
      what: 'consumers are not rotated until a person decides',
      whatToDo: 'the log says which, why, and what to change: "CONSUMER_BLOCKED"',
    }),
    lastingADay(period, 'CurrentTokenRefused', {
      metric: metrics.metric('CurrentTokensRefused'),
      missing,
      what: 'InfluxDB refuses tokens that applications use, though their authorizations are active',
      whatToDo:
        'activate the user that owns them, or delete the authorization to have it replaced: "CurrentTokenRefused"',
    }),
  ];
}

function aboutEvidence({ metrics, keepsEvidence }: AlarmsProps): Condition[] {
  const evidenceFailed = positive('EvidenceFailed', {
    metric: metrics.metric('EvidenceFailed'),
    missing: TreatMissingData.IGNORE,
    what: 'what runs did could not be put on record',
    whatToDo:
      'nothing else failed because of it, and the next run that can write reconstructs it; read the log: "EVIDENCE_NOT_WRITTEN"',
  });
  return keepsEvidence ? [evidenceFailed] : [];
}

function aboutQueues({ failedRuns, lostSchedules }: AlarmsProps): Condition[] {
  const messagesIn = (queue: IQueue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM });
  const missing = TreatMissingData.NOT_BREACHING;
  return [
    positive('FailedRuns', {
      metric: messagesIn(failedRuns),
      missing,
      what: 'the queue of failed runs holds messages',
      whatToDo:
        'each message says when a run failed and why; purge the queue when the cause is removed: "Messages in a queue"',
    }),
    positive('LostSchedules', {
      metric: messagesIn(lostSchedules),
      missing,
      what: 'the schedule could not start the function',
      whatToDo: 'the messages say why; purge the queue when the cause is removed: "Messages in a queue"',
    }),
  ];
}

/** Goes off for any value above zero. */
function positive(name: string, rest: Omit<Condition, 'name' | 'goesOff'>): Condition {
  const comparisonOperator = ComparisonOperator.GREATER_THAN_THRESHOLD;
  return { name, goesOff: { comparisonOperator, threshold: 0, evaluationPeriods: 1 }, ...rest };
}

/** Goes off for any value above zero, and is over a day later: each token is tried once a day. */
function lastingADay(period: Duration, name: string, rest: Omit<Condition, 'name' | 'goesOff'>): Condition {
  const { goesOff, ...condition } = positive(name, rest);
  const evaluationPeriods = Math.max(1, Math.floor(Duration.days(1).toSeconds() / period.toSeconds()));
  return { ...condition, goesOff: { ...goesOff, evaluationPeriods, datapointsToAlarm: 1 } };
}

/** Goes off if the metric stays at zero for two periods. */
function nonpositive(name: string, rest: Omit<Condition, 'name' | 'goesOff'>): Condition {
  const comparisonOperator = ComparisonOperator.LESS_THAN_THRESHOLD;
  return { name, goesOff: { comparisonOperator, threshold: 1, evaluationPeriods: 2 }, ...rest };
}
