import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { useProblems } from '../../../lambda/config/use-problems.ts';
import { warningsOf } from '../../../lambda/config/warnings.ts';
import { file, type Json, problemsOf } from './a-file.ts';

const NOW = Date.UTC(2026, 5, 1);
const exception = (until: string) => ({ reason: 'a repair', approvedBy: 'ada', until });
const parsed = (...consumers: Json[]) => {
  const [first] = file().consumers as Json[];
  const all = consumers.map((each, index) => ({ ...first, name: `c${index}`, secret: `acme/c${index}`, ...each }));
  return parseConfiguration({ ...file(), consumers: all }, 'a test');
};
const messages = (...untils: string[]) =>
  warningsOf(parsed(...untils.map((until) => ({ exception: exception(until) }))), NOW).map(
    ({ code, message, inEachRun }) => `${code}${inEachRun ? '!' : ''}: ${message}`,
  );

describe('until when an exception is', () => {
  it.each([
    ['2026-07-01', '2026-07-01T00:00:00.000Z'],
    ['2026-07-01T06:00:00+02:00', '2026-07-01T04:00:00.000Z'],
    ['2026-07-01T06:00:00Z', '2026-07-01T06:00:00.000Z'],
  ])('%s', (until, expected) => {
    const { consumers } = parsed({ exception: exception(until) });
    expect(new Date(consumers[0]?.exception?.until ?? 0).toISOString()).toBe(expected);
  });
});

describe('the warning of an exception', () => {
  it('there is none, as long as it ends in time, and not soon', () => {
    expect(messages('2026-06-16', '2027-06-01')).toEqual([]);
  });

  it('is one for all that end soon, one for all that are over, and one for all that last too long', () => {
    expect(messages('2026-06-15', '2026-06-01', '2026-05-01', '2027-06-04')).toEqual([
      'exception-expired: the exception of c1, c2 is over, so the token is rotated as usual, and "status --gate" fails: remove "exception", or have it renewed',
      'exception-ends: the exception of c0 ends within 14 days, and then the token is rotated as usual: be ready for that, or have it renewed',
      'exception-long: the exception of c3 ends more than a year from now: such a token is meant to live for long, so raise "rotateEvery" and "maxTokenAge", or choose an earlier "until"',
    ]);
  });

  it('names ten at most', () => {
    const [message] = messages(...Array.from({ length: 12 }, () => '2026-05-01'));
    expect(message).toContain('c8, c9 and 2 more is over');
  });
});

it('what was accepted once is not refused later: one that is over is only warned of', () => {
  const settings = parsed({ exception: exception('2020-01-01') });
  expect(useProblems(settings, { nowMs: NOW, region: undefined, account: undefined })).toEqual([]);
});

describe('refused is', () => {
  const UNTIL =
    'must be a day, such as "2027-03-01", or a time with its offset from UTC, such as "2027-03-01T06:00:00+01:00"';
  const reasons = (consumer: Json) => problemsOf(file({ consumer }));
  it.each<[string, Json, string]>([
    [
      'one of a consumer that is to end',
      { exception: exception('2026-07-01'), retired: true },
      'consumers[0].exception: must not be given with "retired": true, which ends the tokens: remove one of them',
    ],
    [
      'a day that does not exist',
      { exception: exception('2026-02-30') },
      `consumers[0].exception.until: ${UNTIL} (found "2026-02-30")`,
    ],
    [
      'a time without its offset',
      { exception: exception('2026-07-01T06:00:00') },
      `consumers[0].exception.until: ${UNTIL} (found "2026-07-01T06:00:00")`,
    ],
    [
      'one without an end',
      { exception: { reason: 'a repair', approvedBy: 'ada' } },
      'consumers[0].exception.until: is missing: it must be a text',
    ],
    [
      'one without a reason',
      { exception: { ...exception('2026-07-01'), reason: '' } },
      'consumers[0].exception.reason: must not be an empty text (found "")',
    ],
    [
      'one where Secrets Manager rotates',
      { exception: exception('2026-07-01'), rotation: 'secrets-manager', maxTokenAge: '60d' },
      'consumers[0].exception: must not be given with "rotation": "secrets-manager", which nothing here can keep from rotating: remove it, or set "rotation" to "schedule" and end the rotation there (aws secretsmanager cancel-rotate-secret)',
    ],
  ])('%s', (_, consumer, expected) => {
    expect(reasons(consumer)).toEqual([expected]);
  });
});
