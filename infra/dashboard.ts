import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MetricName } from '../lambda/log/metrics.ts';
import type { RunMetrics } from './metrics.ts';

export interface DashboardOptions {
  readonly deployment: string;
  readonly metrics: RunMetrics;
  readonly alarms: readonly Alarm[];
  readonly logGroup: ILogGroup;
  readonly keepsEvidence: boolean;
}

/** One page: the alarms, what the runs did, how old the tokens are, and the latest warnings and errors. */
export function createDashboard(
  scope: Construct,
  { deployment, metrics, alarms, logGroup, keepsEvidence }: DashboardOptions,
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
        graph('Duration of a run', 'RunDuration'),
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
