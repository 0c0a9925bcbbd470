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
import { runbookLink } from '../lambda/config/runbook.ts';
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
  readonly runbookUrl: string;
}

interface Condition {
  readonly name: string;
  readonly metric: IMetric;
  readonly goesOff: Pick<AlarmProps, 'comparisonOperator' | 'threshold' | 'evaluationPeriods' | 'datapointsToAlarm'>;
  readonly missing: TreatMissingData;
  /** What happened, as the start of the description. */
  readonly what: string;
  /** What it means for those who use the tokens. */
  readonly soWhat: string;
}

const FIRST = 'See what is wrong: npx influxdb-token-rotation status. What to do:';

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
      ({ name, metric, goesOff, missing, what, soWhat }) =>
        new Alarm(this, name, {
          ...goesOff,
          metric,
          treatMissingData: missing,
          alarmDescription: `InfluxDB tokens of ${props.deployment}: ${what}. ${soWhat} ${FIRST} ${runbookLink(name, props.runbookUrl)}`,
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
    soWhat: 'Nobody loses access because of it, and the next run tries again.',
  });
  const noSuccessfulRun = nonpositive('NoSuccessfulRun', {
    metric: metrics.metric('RunsSucceeded'),
    // A run that does not take place publishes nothing.
    missing: TreatMissingData.BREACHING,
    what: 'no run succeeded for two periods of the schedule, so tokens are not replaced, and old ones are not ended',
    soWhat: 'Tokens that work go on working, so there are days to mend it.',
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
      soWhat: 'They work: this is about your policy, and no outage.',
    }),
    positive('ConsumerWithoutAccess', {
      metric: metrics.metric('ConsumersWithoutAccess'),
      missing,
      what: 'consumers have no working token',
      soWhat: 'Urgent: whoever reads their secrets is refused.',
    }),
    positive('ConsumerBlocked', {
      metric: metrics.metric('ConsumersBlocked'),
      missing,
      what: 'consumers are not rotated until a person decides',
      soWhat: 'Their tokens are left as they are.',
    }),
    lastingADay(period, 'CurrentTokenRefused', {
      metric: metrics.metric('CurrentTokensRefused'),
      missing,
      what: 'InfluxDB refuses tokens that applications use, though their authorizations are active',
      soWhat: 'Urgent: these applications are refused.',
    }),
  ];
}

function aboutEvidence({ metrics, keepsEvidence }: AlarmsProps): Condition[] {
  const evidenceFailed = positive('EvidenceFailed', {
    metric: metrics.metric('EvidenceFailed'),
    missing: TreatMissingData.IGNORE,
    what: 'what runs did could not be put on record',
    soWhat: 'Tokens are replaced and ended as always, and the next run that can write adds what is missing.',
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
      soWhat: 'Nobody loses access because of it. It lasts until the queue is empty.',
    }),
    positive('LostSchedules', {
      metric: messagesIn(lostSchedules),
      missing,
      what: 'the schedule could not start the function',
      soWhat: 'Nobody loses access because of it. It lasts until the queue is empty.',
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
