import type { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  LogQueryWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MetricName } from '../lambda/log/metrics.ts';
import type { RunMetrics } from './metrics.ts';

export interface DashboardOptions {
  readonly deployment: string;
  /** The time from one run to the next. */
  readonly period: Duration;
  readonly metrics: RunMetrics;
  readonly alarms: readonly Alarm[];
  readonly handler: IFunction;
  readonly logGroup: ILogGroup;
  readonly keepsEvidence: boolean;
}

/** One page: the alarms, what the runs did, how old the tokens are, and the latest warnings and errors. */
export function createDashboard(
  scope: Construct,
  { deployment, period, metrics, alarms, handler, logGroup, keepsEvidence }: DashboardOptions,
): Dashboard {
  const graph = (title: string, ...names: MetricName[]) =>
    new GraphWidget({ title, width: 12, left: names.map((name) => metrics.metric(name)) });
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: `InfluxDB tokens of ${deployment}`, width: 24, height: 3, alarms: [...alarms] })],
      [
        graph('Tokens', 'TokensRotated', 'TokensSwitchedOff', 'TokensDeleted'),
        graph(
          'Consumers',
          'ConsumersFailed',
          'ConsumersBlocked',
          'ConsumersWithoutAccess',
          'CurrentTokensRefused',
          'TokensOverdue',
          'TokensUnmanaged',
        ),
      ],
      [
        graph('Runs', 'RunsSucceeded', 'RunsFailed', ...(keepsEvidence ? (['EvidenceFailed'] as const) : [])),
        new GraphWidget({
          ...{ title: 'Duration of an invocation', width: 12 },
          left: [handler.metricDuration({ statistic: Stats.MAXIMUM, period })],
        }),
      ],
      [
        graph('Age of the oldest current token', 'OldestTokenAge'),
        graph('Calls that were throttled', 'CallsThrottled'),
      ],
      [
        new LogQueryWidget({
          title: 'Warnings and errors',
          width: 24,
          logGroupNames: [logGroup.logGroupName],
          queryLines: [
            'fields @timestamp, code, consumer, action, reason, reasonCode, obstacleCode, error, notice, note',
            'filter level in ["WARN", "ERROR"]',
            'sort @timestamp desc',
            'limit 50',
          ],
        }),
      ],
    ],
  });
}
