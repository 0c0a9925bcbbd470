import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import { windowOf } from '../../../../lambda/config/when.ts';
import { canaryOf } from '../../../../lambda/engine/plan/canaries.ts';
import type { Canary } from '../../../../lambda/engine/plan/canary.ts';
import { reportTokens } from '../../../../lambda/engine/report/token-reports.ts';
import { DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  decide,
  edited,
  factsOf,
  holdTo,
  NOW,
  noDocument,
  type Scenario,
  summary,
  versionOf,
} from '../../../builders/a-scenario.ts';

const iso = (time: number) => new Date(time).toISOString();
const exempt = (until: number): Partial<ConsumerSettings> => ({
  exception: { reason: 'a repair', approvedBy: 'ada', until },
});
const UNTIL = NOW + 20 * DAY;
const IN_FORCE = exempt(UNTIL);
const OVER = exempt(NOW);
const IDLE = `idle: exempt ("a repair", approved by ada): its age is no reason to rotate it before ${iso(UNTIL)}`;

const agedBy = (age: number, rest: Scenario = {}): Scenario => ({
  rows: [aRow('cur', { age })],
  ...rest,
  document: { mintedAt: NOW - age, ...rest.document },
});
/** Older than `maxTokenAge`. */
const old = agedBy(400 * DAY);

describe('a token whose age is excused', () => {
  holdTo({
    'is left, however old it is': [{ ...old, settings: IN_FORCE }, IDLE],
    'is left until its window opens, where it has one': [
      { ...old, settings: { ...IN_FORCE, window: windowOf({ hours: '02:00-05:00' }) } },
      IDLE.replace(iso(UNTIL), iso(UNTIL + 2 * HOUR)),
    ],
    'is not exempt where it falls due later all the same': [
      { settings: exempt(NOW + 9 * DAY) },
      'idle: next rotation in 10 days',
    ],
    'is due with the last moment of the exception': [
      { ...old, settings: OVER },
      'acting: due: older than 30 days | mint +cur',
    ],
    'is not due a moment before': [{ ...old, settings: exempt(NOW + 1) }, IDLE.replace(iso(UNTIL), iso(NOW + 1))],
    'younger, when the exception is over': [{ settings: OVER }, 'idle: next rotation in 10 days'],
    'is replaced where its permissions changed': [
      { ...old, settings: IN_FORCE, rows: [aRow('cur', { age: 400 * DAY, permissions: [] })] },
      'acting: permissions changed | mint +cur',
    ],
    'is replaced where it leaked': [
      {
        ...agedBy(400 * DAY, { document: { superseded: [anEntry('cur', HOUR, { compromised: true })] } }),
        settings: IN_FORCE,
      },
      'acting: the current authorization cur is compromised | mint +cur',
    ],
    'is replaced where it is missing': [
      { ...old, rows: [], settings: IN_FORCE },
      'acting: missing: the current authorization cur was deleted | mint',
    ],
    'is replaced where somebody asks': [
      {
        ...old,
        settings: IN_FORCE,
        asked: {
          command: {
            ...{ action: 'rotate', consumers: ['telegraf'], compromised: false, force: false, minAgeMs: 0 },
            ...{ reason: 'a test', by: undefined },
          },
          ...{ at: NOW, settled: false },
        },
      },
      'acting: requested: a test | mint +cur',
    ],
    'waits for a person where it was switched off': [
      { ...old, settings: IN_FORCE, rows: [aRow('cur', { age: 400 * DAY, status: 'inactive' })] },
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
    ],
    'a first token is made all the same': [
      { reading: noDocument, rows: [], settings: IN_FORCE },
      'acting: first token | mint',
    ],
    'older tokens end all the same': [
      {
        ...agedBy(400 * DAY, { document: { superseded: [anEntry('old', 9 * DAY)] } }),
        ...{ settings: IN_FORCE, rows: [aRow('cur', { age: 400 * DAY }), aRow('old', { age: 500 * DAY })] },
      },
      `acting: ${IDLE.replace('idle: ', '')} | switch-off old`,
    ],
  });
});

describe('a wait of a token that is older than it may be', () => {
  const CLOSED = windowOf({ hours: '02:00-05:00' });
  const unwell: Canary = { consumer: 'grafana', state: 'unwell', wellAt: undefined, why: 'SWITCHED_OFF_BY_HAND' };
  const changed = { ...old, rows: [aRow('cur', { age: 400 * DAY, permissions: [] })] };
  holdTo({
    'is no alarm while an exception is in force': [
      { ...changed, settings: { ...IN_FORCE, window: CLOSED } },
      `waiting: permissions changed, but its window (02:00-05:00 UTC) opens at ${iso(NOW + 2 * HOUR)}`,
    ],
    'does not end for it: a canary is not passed': [
      { ...changed, settings: IN_FORCE, canaries: [unwell] },
      `waiting: permissions changed, but canary grafana goes first, and is not well (SWITCHED_OFF_BY_HAND): mend it; without it, this one follows by ${iso(UNTIL - DAY - LIMITS.leaseMs)}, before its token is too old`,
    ],
    'is no alarm of a day when the exception has just ended': [
      {
        ...old,
        settings: OVER,
        rows: [aRow('cur', { age: 400 * DAY }), aRow('stray', { age: 60_000, status: 'inactive' })],
      },
      'waiting: due: older than 30 days, but authorization stray is younger than the lease until 2026-06-01T00:29:00.000Z: a run may be at work on it',
    ],
  });
});

describe('what an operator is told of an exception', () => {
  const told = (until: number) => decide({ settings: exempt(until) }).notes;
  it.each<[string, number, string[]]>([
    ['nothing, long before', 14 * DAY + 1, []],
    ['that it ends, from two weeks before', 14 * DAY, ['EXCEPTION_ENDS']],
    ['that it ends, up to the last moment', 1, ['EXCEPTION_ENDS']],
    ['that it is over', 0, ['EXCEPTION_EXPIRED']],
    ['that it is over, for as long as it is configured', -900 * DAY, ['EXCEPTION_EXPIRED']],
  ])('%s', (_, left, expected) => {
    expect(told(NOW + left).map(({ code }) => code)).toEqual(expected);
  });
});

describe('a canary', () => {
  it('that is exempt is well, and stops nobody', () => {
    const scenario = { ...old, settings: IN_FORCE };
    expect(canaryOf(factsOf(scenario), decide(scenario), DAY)).toMatchObject({ state: 'well' });
  });
});

describe('a token that is older than maxTokenAge', () => {
  const overdueIn = (scenario: Scenario) =>
    reportTokens(factsOf(scenario)).flatMap(({ authorizationId, overdue }) => (overdue ? [authorizationId] : []));
  const replaced = (age: number): Scenario => ({
    document: { mintedAt: NOW - age, superseded: [anEntry('old', age)] },
    rows: [aRow('cur', { age }), aRow('old', { age: 400 * DAY })],
  });
  it.each<[string, Scenario, string[]]>([
    ['is overdue', old, ['cur']],
    ['is not, while an exception is in force', { ...old, settings: IN_FORCE }, []],
    ['is again, when it is over', { ...old, settings: OVER }, ['cur']],
    ['is not in its grace period after it either', { ...replaced(HOUR), settings: IN_FORCE }, []],
    ['is, where it should have ended', { ...replaced(9 * DAY), settings: IN_FORCE }, ['old']],
  ])('%s', (_, scenario, expected) => {
    expect(overdueIn(scenario)).toEqual(expected);
  });
});

/**
 * What may have been current for longer than `maxTokenAge` is not cut off as if it could not: somebody moved the label back
 * from an exempt token, and edits the secret every day.
 */
describe('an exempt token that a label was moved back from', () => {
  const movedBack = (settings: Partial<ConsumerSettings> = {}): Scenario => ({
    ...{ settings, versionAge: HOUR, description: { lastChangedAt: NOW - HOUR, previous: versionOf('edit') } },
    versions: { AWSPREVIOUS: { age: 500 * DAY, text: aText(aDocument({ authorizationId: 'cur' })) } },
    document: { ...edited, mintedAt: NOW - 500 * DAY, superseded: [anEntry('newer', HOUR)] },
    rows: [aRow('cur', { age: 500 * DAY }), aRow('newer', { age: 400 * DAY })],
  });

  it('works on for its grace period', () => {
    expect(decide(movedBack()).ends).toMatchObject([{ authorizationId: 'newer' }]);
    expect(decide(movedBack(IN_FORCE)).ends).toEqual([]);
    expect(decide(movedBack(exempt(NOW - HOUR))).ends).toEqual([]);
  });
});

it('an exception keeps access from nobody: without it, a run does the same, or rotates what works by age', () => {
  const anyScenario: fc.Arbitrary<Scenario> = fc.record({
    settings: fc.record({ onMissing: fc.constantFrom('rotate' as const, 'report' as const) }),
    document: fc.record({ mintedAt: fc.constantFrom(NOW - DAY, NOW - 31 * DAY, NOW - 400 * DAY) }),
    rows: fc.subarray([
      aRow('cur', { age: 400 * DAY }),
      aRow('old', { age: 450 * DAY }),
      aRow('stray', { age: 600_000, status: 'inactive' }),
    ]),
  });
  void fc.assert(
    fc.property(anyScenario, fc.integer({ min: 1, max: 400 }), (scenario, days) => {
      const without = decide(scenario);
      const given = { ...scenario, settings: { ...scenario.settings, ...exempt(NOW + days * DAY) } };
      const exempted = decide(given);
      if (without.reason.code === 'DUE') expect(exempted.reason.code).toBe('EXEMPT');
      else if (without.reason.code !== 'NEXT_ROTATION') expect(summary(exempted)).toBe(summary(without));
      else expect(exempted.state).toBe(without.state);
    }),
  );
});
