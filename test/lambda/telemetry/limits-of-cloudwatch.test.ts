import { describe, expect, it, vi } from 'vitest';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import { RunFailedError } from '../../../lambda/engine/report/run-failed-error.ts';
import { createLog, createMetrics } from '../../../lambda/telemetry/lines.ts';
import { logReport } from '../../../lambda/telemetry/log-report.ts';

const EVENT = 256 * 1024;

/** The longest line that is written, in bytes, and how many there are. */
function written(write: () => void): { lines: number; longest: number } {
  const found = { lines: 0, longest: 0 };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      for (const line of String(text).split('\n').filter(Boolean)) {
        found.lines += 1;
        found.longest = Math.max(found.longest, Buffer.byteLength(line));
      }
      return true;
    }),
  );
  write();
  for (const spy of spies) spy.mockRestore();
  return found;
}

/** As long as a server's page can be, in letters that take many bytes in a line of JSON. */
const LONG = { 'three bytes each': '界'.repeat(60_000), 'six bytes each': '\u0001'.repeat(60_000) };

function aReport(count: number, text: string): RunReport {
  const consumer = (index: number) =>
    ({
      ...{ consumer: `consumer-${index}`, secret: 's'.repeat(512), state: 'failed', reason: index < 10 ? text : 'why' },
      ...{ why: { code: 'CALL_FAILED' }, obstacle: { code: 'CALL_FAILED' }, errorCode: 'CALL_FAILED', actions: [] },
      ...{ notes: index < 10 ? [{ code: 'KEPT', note: text }] : [], access: 'none', proof: undefined, tokens: [] },
    }) as unknown as ConsumerReport;
  return {
    ...{ action: 'run', mode: 'rotate', deployment: 'prod', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1 },
    scheduleMs: 3_600_000,
    consumers: Array.from({ length: count }, (_, index) => consumer(index)),
    notices: [{ code: 'SHARED_VALUE', notice: text }],
    errors: Array.from({ length: 20 }, () => ({ code: 'UNEXPECTED', message: text })),
    oldestTokenAgeSeconds: undefined,
    counts: {
      ...{ rotated: 0, switchedOff: 0, deleted: 0, failed: count, blocked: 0, withoutAccess: count },
      ...{ proven: 0, refused: 0, unmanaged: 0, overdue: 0, notAttempted: 0, retriedCalls: 0, throttledCalls: 0 },
    },
  } as RunReport;
}

describe.each(Object.entries(LONG))('20,000 consumers who fail, with texts of %s', (_name, text) => {
  const report = aReport(20_000, text);

  it('leave no line that CloudWatch would cut, and one of metrics', () => {
    const log = written(() => logReport(createLog('prod', 'an id'), report));
    expect(log.lines).toBe(20_000 + 10 + 1 + 20 + 1);
    expect(log.longest).toBeLessThan(EVENT);
    expect(written(() => createMetrics('prod')(report, false))).toEqual({ lines: 1, longest: expect.any(Number) });
  });

  it('fail the run with an error that fits into an event of Lambda', () => {
    const failure = (): Error => {
      try {
        RunFailedError.throwIfFailed(report, 'failed');
      } catch (error) {
        return error as Error;
      }
      throw new Error('the run did not fail');
    };
    const { name, message, stack } = failure();
    // What the runtime answers, and what it logs.
    const answer = JSON.stringify({ errorType: name, errorMessage: message, trace: stack?.split('\n') });
    expect(Buffer.byteLength(answer)).toBeLessThan(EVENT);
  });
});

it('50,000 idle consumers leave two lines, however long their names are', () => {
  const idle = (each: ConsumerReport, index: number) =>
    ({
      ...{ ...each, consumer: `${'c'.repeat(200)}-${index}`, state: 'idle', errorCode: undefined, notes: [] },
      why: { code: 'NEXT_ROTATION', until: new Date(index).toISOString() },
    }) as ConsumerReport;
  const { consumers, ...rest } = aReport(50_000, 'why');
  const report = { ...rest, consumers: consumers.map(idle), notices: [], errors: [] };
  expect(written(() => logReport(createLog('prod', 'an id'), report))).toEqual({
    lines: 2,
    longest: expect.any(Number),
  });
  expect(written(() => logReport(createLog('prod', 'an id'), report)).longest).toBeLessThan(1000);
});

it.each([
  [undefined, 2],
  ['DEBUG', 2],
  ['INFO', 2],
  ['warn', 1],
  ['FATAL', 0],
  ['whatever', 2],
])('leaves out what is below the level that Lambda is set to: %s', (least, lines) => {
  const log = createLog('prod', 'an id', least);
  const write = () => {
    log('RUN_STARTED', { action: 'run', mode: 'rotate', consumers: 2 });
    log('UNMANAGED', { notice: 'two are alike', noticeCode: 'SHARED_VALUE' });
  };
  expect(written(write).lines).toBe(lines);
});
