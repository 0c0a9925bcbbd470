import { describe, expect, it } from 'vitest';
import { CallError } from '../../../../lambda/calls/call-error.ts';
import { ChangedBeforeEndError } from '../../../../lambda/engine/apply/last-guard.ts';
import type { ActionOutcome } from '../../../../lambda/engine/apply/outcome.ts';
import { RotationError } from '../../../../lambda/engine/apply/rotation-error.ts';
import { ChangedAfterMintError } from '../../../../lambda/engine/apply/second-look.ts';
import type { Decision } from '../../../../lambda/engine/plan/decision.ts';
import {
  reportApplied,
  reportReason,
  reportUnseen,
  reportUntaken,
} from '../../../../lambda/engine/report/consumer-report.ts';
import { Journal } from '../../../../lambda/engine/report/journal.ts';
import { TokenTimes } from '../../../../lambda/engine/report/token-times.ts';
import { aConsumer, DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import { anEntry, aRow, decide, factsOf, IDENTITY, NOW, type Scenario } from '../../../builders/a-scenario.ts';

const TIMES = new TokenTimes(aConsumer(), LIMITS);
const DUE: Scenario = {
  document: { mintedAt: NOW - 31 * DAY, superseded: [anEntry('old', 9 * DAY)] },
  rows: [aRow('cur', { age: 31 * DAY }), aRow('old')],
};
const QUIET: Scenario = {};
const KEPT: Scenario = {
  document: { superseded: [anEntry('old', 9 * DAY), anEntry('more', 9 * DAY)] },
  rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2026-07-01' }), aRow('more', { notes: 'keep-until=soon' })],
};

function planned(scenario: Scenario): {
  settings: ReturnType<typeof aConsumer>;
  facts: ReturnType<typeof factsOf>;
  outcome: Decision;
} {
  const facts = factsOf(scenario);
  return { settings: facts.settings, facts, outcome: decide(scenario, facts) };
}

describe('a reason in a report', () => {
  it('has its code, what it is about, and its time as ISO 8601', () => {
    const reason = { code: 'TOO_YOUNG', authorizationId: 'new', until: NOW } as const;
    expect(reportReason(reason)).toEqual({
      code: 'TOO_YOUNG',
      authorizationId: 'new',
      until: '2026-06-01T00:00:00.000Z',
    });
  });

  it('has no time where the wait never ends by itself, or where it is no wait', () => {
    const reason = { code: 'KEPT', authorizationId: 'old', role: 'stray', until: Number.POSITIVE_INFINITY } as const;
    expect(reportReason(reason)).toStrictEqual({ code: 'KEPT', authorizationId: 'old', role: 'stray' });
    expect(reportReason({ code: 'FIRST_TOKEN' })).toStrictEqual({ code: 'FIRST_TOKEN' });
  });
});

describe('a decision that is not carried out is reported', () => {
  it('by its sentence, its codes, and the actions that it asks for', () => {
    expect(reportUntaken(planned(DUE), 'planned')).toMatchObject({
      consumer: 'telegraf',
      secret: 'influxdb/acme/telegraf',
      state: 'acting',
      reason: 'due: older than 30 days',
      why: { code: 'DUE', rotateEveryMs: 30 * DAY },
      obstacle: undefined,
      actions: [
        {
          ...{ kind: 'switch-off', authorizationId: 'old', outcome: 'planned', error: undefined, errorCode: undefined },
          ...{ reason: 'superseded, and its grace period is over', reasonCode: 'GRACE_OVER' },
        },
        { kind: 'rotate', authorizationId: undefined, reasonCode: 'DUE', outcome: 'planned' },
      ],
      notes: [],
      tokens: [{ authorizationId: 'cur' }, { authorizationId: 'old' }],
    });
  });

  it('with what keeps the run from it', () => {
    expect(
      reportUntaken(planned({ ...DUE, target: { kind: 'unresolved', problem: 'no bucket' } }), 'planned'),
    ).toMatchObject({
      state: 'failed',
      why: { code: 'NAME_UNRESOLVED' },
    });
  });

  it.each([
    ['a wait', 'waiting', 30 * DAY + HOUR],
    ['a wait that went on for a day, which is an alarm (T4)', 'blocked', 31 * DAY],
  ])('with what it waits for, and until when: %s', (_name, state, age) => {
    const rows = [aRow('cur', { age }), aRow('new', { age: 0 })];
    expect(reportUntaken(planned({ document: { mintedAt: NOW - age }, rows }), 'planned')).toMatchObject({
      state,
      reason:
        'due: older than 30 days, but authorization new is younger than the lease until 2026-06-01T00:30:00.000Z: a run may be at work on it',
      why: { code: 'DUE' },
      obstacle: { code: 'TOO_YOUNG', authorizationId: 'new', until: '2026-06-01T00:30:00.000Z' },
    });
  });

  it('with its notes, each as a sentence and by its code', () => {
    const { notes } = reportUntaken(planned(KEPT), 'planned');
    expect(notes).toStrictEqual([
      {
        note: 'superseded authorization old is kept until 2026-07-01T00:00:00.000Z',
        ...{ code: 'KEPT', authorizationId: 'old', role: 'superseded', until: '2026-07-01T00:00:00.000Z' },
      },
      {
        note: 'superseded authorization more is kept for good: its keep-until is no date such as 2026-12-24T18:00:00Z; correct or remove it',
        ...{ code: 'KEPT', authorizationId: 'more', role: 'superseded' },
      },
    ]);
  });

  it.each([
    ['not attempted where there was something to do', DUE, 'not-attempted', ['not-attempted', 'not-attempted']],
    ['what it is where there was nothing', QUIET, 'idle', []],
  ])('in a run that ended early as %s', (_name, scenario, state, outcomes) => {
    const report = reportUntaken(planned(scenario), 'not-attempted');
    expect(report.state).toBe(state);
    expect(report.actions.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  it.each([
    [new RotationError('TOKEN_FAILS', 'it fails'), 'it fails', 'TOKEN_FAILS'],
    [
      new TypeError('quotes a token'),
      'unexpected TypeError: a defect, please report it with the log line UNEXPECTED_ERROR',
      'UNEXPECTED',
    ],
  ])('as failed where there is none, because of %s', (error, reason, errorCode) => {
    const undecided = { ...planned(QUIET), outcome: { kind: 'undecided', error } as const };
    expect(reportUntaken(undecided, 'planned')).toMatchObject({
      ...{ consumer: 'telegraf', state: 'failed', reason, errorCode, why: { code: 'NOT_PLANNED', error: errorCode } },
      ...{ obstacle: undefined, actions: [], notes: [], tokens: [{ authorizationId: 'cur' }] },
    });
  });
});

describe('a decision that was carried out is reported', () => {
  const action = (rest: Partial<ActionOutcome> = {}): ActionOutcome => ({
    ...{ kind: 'switch-off', authorizationId: 'old', reason: { code: 'GRACE_OVER', authorizationId: 'old' } },
    ...{ outcome: 'done', error: undefined },
    ...rest,
  });

  it('by what was done, instead of what was planned', () => {
    const report = reportApplied(factsOf(DUE), decide(DUE), [action()], undefined, new Journal(() => NOW, TIMES));
    expect(report).toMatchObject({ state: 'acting', reason: 'due: older than 30 days' });
    expect(report.actions).toEqual([
      {
        ...{ kind: 'switch-off', authorizationId: 'old', outcome: 'done', error: undefined, errorCode: undefined },
        ...{ reason: 'superseded, and its grace period is over', reasonCode: 'GRACE_OVER' },
      },
    ]);
  });

  it.each([
    [new RotationError('STATUS_UNCHANGED', 'it is still active'), 'failed'],
    [new CallError('INFLUXDB_REFUSED', 'refused', 'InfluxDB said no'), 'failed'],
    [
      new ChangedBeforeEndError(
        {
          ...{ kind: 'switch-off', authorizationId: 'old', reason: { code: 'COMPROMISED', authorizationId: 'old' } },
          ...{ countsSince: undefined, compromised: false, identity: IDENTITY, adopted: false, aside: false },
        },
        'it is gone',
      ),
      'changed',
    ],
    [new ChangedAfterMintError('another run makes a token for this consumer too'), 'changed'],
  ])('with the code of its failure: %s', (error, state) => {
    const { code, message } = error;
    const report = reportApplied(
      factsOf(DUE),
      decide(DUE),
      [action({ outcome: 'failed', error: { code, message } })],
      error,
      new Journal(() => NOW, TIMES),
    );
    expect(report).toMatchObject({
      state,
      reason: `due: older than 30 days: ${message}`,
      why: { code: 'DUE' },
      actions: [{ outcome: 'failed', error: message, errorCode: code }],
    });
  });
});

it('a consumer that the run did not get to is reported by its name alone', () => {
  expect(reportUnseen(aConsumer(), NOW)).toEqual({
    ...{ consumer: 'telegraf', secret: 'influxdb/acme/telegraf', state: 'not-attempted' },
    ...{ reason: 'the run ended early', why: { code: 'NOT_ATTEMPTED' }, obstacle: undefined },
    ...{
      actions: [],
      notes: [],
      tokens: [],
      access: 'unknown',
      probe: 'never',
      proof: undefined,
      mayRotate: undefined,
    },
  });
});
