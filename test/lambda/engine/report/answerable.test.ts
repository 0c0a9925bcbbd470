import { describe, expect, it } from 'vitest';
import { cut } from '../../../../lambda/calls/cut.ts';
import { answerable, MOST_BYTES } from '../../../../lambda/engine/report/answerable.ts';
import { closingLines } from '../../../../lambda/engine/report/closing-lines.ts';
import type { ConsumerReport, RunReport } from '../../../../lambda/engine/report/report.ts';

const LAMBDA_ANSWERS = 6 * 1024 * 1024;

function aReport(consumers: readonly ConsumerReport[], notices: RunReport['notices'] = []): RunReport {
  return {
    ...{ action: 'run', mode: 'rotate', deployment: 'prod', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1 },
    scheduleMs: 3_600_000,
    ...{ consumers, notices, errors: [], oldestTokenAgeSeconds: 1 },
    counts: {
      ...{ rotated: 0, switchedOff: 0, deleted: 0, failed: 0, blocked: 0, overdue: 0 },
      unmanaged: 0,
      notAttempted: 0,
      ...{ retriedCalls: 0, throttledCalls: 0 },
      withoutAccess: 0,
      proven: 0,
      refused: 0,
    },
  };
}

function aConsumerReport(name: string, rest: Partial<ConsumerReport> = {}): ConsumerReport {
  const token = {
    ...{ authorizationId: '00000000000000a1', role: 'current', status: 'active' },
    mintedAt: '2026-01-01T00:00:00.000Z',
  };
  return {
    ...{ consumer: name, secret: `influxdb/acme/${name}`, state: 'idle', reason: 'next rotation in 30 days' },
    ...{ why: { code: 'NEXT_ROTATION', until: '2026-01-31T00:00:00.000Z' }, obstacle: undefined, errorCode: undefined },
    ...{ actions: [], notes: [], access: 'works', proof: undefined },
    tokens: [{ ...token, supersededAt: undefined, overdue: false }],
    ...rest,
  } as ConsumerReport;
}

const names = (report: RunReport) => report.consumers.map(({ consumer }) => consumer);
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('the report that is answered', () => {
  it('is the whole one as long as it fits', () => {
    const report = aReport([aConsumerReport('a'), aConsumerReport('b')]);
    expect(answerable(report)).toEqual(report);
  });

  it('has last lines that count the consumers that are left out, too', () => {
    const many = Array.from({ length: 50 }, (_, index) => aConsumerReport(`consumer-${index}`));
    const report = answerable(aReport([...many, aConsumerReport('waits', { state: 'blocked', reason: 'why' })]), 5_000);
    expect(report.consumers.length).toBeLessThan(50);
    expect(closingLines(report)).toEqual(['1 of 51 consumers is blocked, and needs a person: waits: why']);
  });

  it('of 20,000 consumers fits into what Lambda answers, names whoever needs somebody, and counts the rest', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => aConsumerReport(`consumer-${index}`));
    const urgent = [
      aConsumerReport('fails', { state: 'failed' }),
      aConsumerReport('waits-for-a-person', { state: 'blocked' }),
      aConsumerReport('has-a-note', { notes: [{ code: 'KEPT', note: 'kept' }] }),
      // The gate fails for it, and sees only what is answered.
      aConsumerReport('expired', {
        exception: { reason: 'a repair', approvedBy: 'ada', until: '2026-01-01T00:00:00.000Z', inForce: false },
      }),
    ];
    const answered = answerable(aReport([...many, ...urgent]));
    expect(bytes(answered)).toBeLessThan(LAMBDA_ANSWERS);
    expect(bytes(answered)).toBeGreaterThan(MOST_BYTES * 0.98);
    expect(names(answered)).toEqual(expect.arrayContaining(['fails', 'waits-for-a-person', 'has-a-note', 'expired']));
    expect(answered.consumers.length + (answered.omitted?.consumers ?? 0)).toBe(20_004);
  });

  it('keeps the order of the configuration', () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => aConsumerReport(name, name === 'd' ? { state: 'failed' } : {}));
    const room = bytes(aReport(all)) - bytes(all[0]) + 60;
    expect(names(answerable(aReport(all), room))).toEqual(['a', 'b', 'd']);
  });

  it('leaves notices out after the consumers, and counts them', () => {
    const notices = Array.from({ length: 50 }, (_, index) => ({ code: 'SHARED_VALUE', notice: `${index}` }) as const);
    const report = aReport([aConsumerReport('a')], notices);
    const answered = answerable(report, bytes(report) - 500);
    expect(names(answered)).toEqual(['a']);
    expect(answered.omitted).toEqual({ consumers: 0, notices: 50 - answered.notices.length });
    expect(answered.notices.length).toBeLessThan(50);
  });

  it('counts the rights that it leaves out, and the consumers whose needs are not known', () => {
    const rightsNeeded = Array.from({ length: 100 }, (_, index) => ({
      action: 'read' as const,
      resource: { type: 'users', id: `${index}` },
    }));
    const rightsUnknownFor = Array.from({ length: 200 }, (_, index) => `consumer-${index}`);
    const report = { ...aReport([aConsumerReport('a')]), rightsNeeded, rightsUnknownFor };
    expect(answerable(report)).toEqual(report);
    const { rightsNeeded: rights, rightsUnknownFor: unknown, omitted, consumers } = answerable(report, 30_000);
    expect([rights, unknown?.length, omitted]).toEqual([
      undefined,
      200,
      { consumers: 0, notices: 0, rightsNeeded: 100 },
    ]);
    expect(consumers).toHaveLength(1);
    expect(answerable(report, 6_000).omitted).toEqual({
      ...{ consumers: 0, notices: 0, rightsNeeded: 100, rightsUnknownFor: 200 },
    });
  });

  it('cuts one entry that is too large to its verdict, and says what it had', () => {
    const notes = Array.from({ length: 2000 }, () => ({ code: 'KEPT', note: 'x'.repeat(100) }) as const);
    const [entry] = answerable(aReport([aConsumerReport('a', { notes, reason: 'y'.repeat(5000) })])).consumers;
    expect(entry).toMatchObject({ state: 'idle', notes: [], shortenedFrom: { notes: 2000, tokens: 1 } });
    expect(entry?.reason).toMatch(/^y{2000}… \(3000 more characters\)$/);
    expect(entry?.tokens).toHaveLength(1);
  });
});

it('a text that is cut says how much is missing', () => {
  expect(cut('short')).toBe('short');
  expect(cut('0123456789', 4)).toBe('0123… (6 more characters)');
});
