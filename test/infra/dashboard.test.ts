import { expect, it } from 'vitest';
import { METRICS, type MetricName } from '../../lambda/log/metrics.ts';
import { aRotation, templateOf } from '../builders/a-rotation.ts';

const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

const bodies = (dashboard: boolean, evidence = false) =>
  Object.values(
    templateOf(aRotation({ dashboard, ...(evidence && { evidence }) })).findResources('AWS::CloudWatch::Dashboard'),
  ).map(({ Properties }) => JSON.stringify(Properties.DashboardBody));

it('there is a dashboard only on request', () => {
  expect(bodies(false)).toEqual([]);
});

it('the dashboard shows every metric', () => {
  const [body = ''] = bodies(true, true);
  expect(METRIC_NAMES.filter((name) => !body.includes(name))).toEqual([]);
});

it('the dashboard shows nothing of evidence where none is kept', () => {
  expect(bodies(true)[0]).not.toContain('EvidenceFailed');
});

it('the dashboard shows of a warning whatever it says', () => {
  const [, shown = ''] = /fields ([\w@, ]+)/.exec(bodies(true)[0] ?? '') ?? [];
  expect(shown.split(', ')).toEqual([
    '@timestamp',
    'code',
    'consumer',
    'action',
    'reason',
    'reasonCode',
    'obstacleCode',
    'error',
    'notice',
    'note',
  ]);
});
