import { expect, it, vi } from 'vitest';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import { createMetrics } from '../../../lambda/telemetry/lines.ts';

/** The figures that are published of a run of one consumer. */
function publishedOf(consumer: Pick<ConsumerReport, 'state' | 'errorCode' | 'why'>): object {
  const counts = {
    ...{ rotated: 0, switchedOff: 0, deleted: 0, failed: 1, blocked: 0, withoutAccess: 0 },
    ...{ proven: 0, refused: 0, unmanaged: 0, overdue: 0, notAttempted: 0, retriedCalls: 0, throttledCalls: 0 },
  };
  const report = { consumers: [consumer], errors: [], counts } as unknown as RunReport;
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  createMetrics('prod')(report, false);
  const [line] = stdout.mock.calls.map(([text]) => JSON.parse(String(text)));
  stdout.mockRestore();
  return line;
}

it.each([
  ['did not come to', { state: 'not-attempted', errorCode: 'INFLUXDB_UNREACHABLE', why: { code: 'NOT_ATTEMPTED' } }],
  ['could not read', { state: 'failed', errorCode: 'INFLUXDB_UNANSWERED', why: { code: 'NOT_PLANNED' } }],
  ['could not decide in its time', { state: 'not-attempted', errorCode: 'OUT_OF_TIME', why: { code: 'NOT_PLANNED' } }],
] as [string, ConsumerReport][])('a run says nothing of how consumers are that it %s', (_what, consumer) => {
  const published = publishedOf(consumer);
  expect(published).not.toHaveProperty('ConsumersBlocked');
  expect(published).not.toHaveProperty('TokensOverdue');
  expect(published).toHaveProperty('RunsSucceeded');
});

it('a run that decided, and had no time for more, knows how its consumers are', () => {
  const consumer = { state: 'not-attempted', errorCode: 'OUT_OF_TIME', why: { code: 'DUE' } } as ConsumerReport;
  expect(publishedOf(consumer)).toMatchObject({ ConsumersBlocked: 0, TokensOverdue: 0 });
});
