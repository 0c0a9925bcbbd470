import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../../lambda/engine/document/document.ts';
import { plan } from '../../../../lambda/engine/plan/plan.ts';
import { DAY, LIMITS } from '../../../builders/a-configuration.ts';
import {
  ARN,
  aDescription,
  anEntry,
  aRow,
  CLOCK,
  DUE,
  decide,
  dueRow,
  factsOf,
  holdTo,
  IDENTITY,
  ledger,
  NOW,
  type Scenario,
  SETTLED,
  summary,
  UNRESOLVED,
  versionOf,
  versionOfNext,
} from '../../../builders/a-scenario.ts';

describe('whatever the clocks say, and whatever can be read', () => {
  holdTo({
    'the clocks disagree: nothing is retired': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')], clocks: CLOCK },
      'idle: next rotation in 10 days',
    ],
    'the clocks disagree: nothing is rotated by age': [
      { document: DUE, rows: [dueRow], clocks: CLOCK },
      'waiting: due: older than 30 days, but the clocks differ',
    ],
    'the clocks disagree: changed permissions wait, too': [
      { rows: [aRow('cur', { permissions: [] })], clocks: CLOCK },
      'waiting: permissions changed, but the clocks differ',
    ],
    'the clocks disagree: a changed owner waits, too': [
      { target: { ...factsOf({}).target, userId: 'eeeeeeeeeeeeeeee' } as Scenario['target'] & object, clocks: CLOCK },
      'waiting: owner changed, but the clocks differ',
    ],
    'a secret that is scheduled for deletion': [
      { reading: { kind: 'deleted' } },
      'failed: secret influxdb/acme/telegraf is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id influxdb/acme/telegraf), or take the consumer out of the configuration',
    ],
    'a secret that may not be read': [
      { reading: { kind: 'unreadable', detail: 'AccessDeniedException: no' } },
      'failed: secret influxdb/acme/telegraf cannot be read (AccessDeniedException: no): allow secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own',
    ],
    'a binary secret': [
      { reading: { kind: 'binary', arn: ARN } },
      'failed: secret influxdb/acme/telegraf holds binary data, not a JSON object: store its value as a SecretString',
    ],
  });
});

describe('what the planner must see first', () => {
  it.each<[string, Scenario]>([
    ['an idle consumer', {}],
    [
      'one whose older tokens wait',
      { document: ledger(SETTLED - 1), rows: [aRow('cur', { age: SETTLED - 1 }), aRow('old')] },
    ],
    ['one that is blocked', { document: { identity: { ...IDENTITY, consumer: 'grafana' } } }],
  ])('is nothing for %s', (_name, scenario) => {
    expect(plan(factsOf(scenario)).kind).toBe('decision');
  });

  it('is the one thing that its next rule needs', () => {
    const question = { kind: 'authorization', id: 'cur' };
    expect(plan(factsOf({ rows: [] }))).toEqual({ kind: 'question', question });
  });

  it('is no version, where the description says that none has the label', () => {
    const scenario = { rows: [aRow('cur'), aRow('stray')] };
    const facts = factsOf(scenario);
    expect(plan(facts)).toEqual({ kind: 'question', question: { kind: 'description' } });
    facts.answers.note({ kind: 'description' }, aDescription());
    expect(plan(facts).kind).toBe('decision');
  });

  it('is no excuse for a defect, which is thrown', () => {
    const grant = () => {
      throw new TypeError('a defect');
    };
    expect(() => plan(factsOf({ target: { ...factsOf({}).target, grant } as Scenario['target'] & object }))).toThrow(
      TypeError,
    );
  });
});

describe('a secret that is gone by the time it is looked at', () => {
  holdTo(
    Object.fromEntries(
      Object.entries({
        'with a live stray': { rows: [aRow('cur'), aRow('stray')] },
        'with a stray that is off': { rows: [aRow('cur'), aRow('stray', { status: 'inactive' })] },
        'of a retired consumer': { rows: [aRow('cur'), aRow('stray')], settings: { retired: true } },
        'with an entry that would be switched off': { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')] },
        'with an entry that would be deleted': {
          document: ledger(9 * DAY),
          rows: [aRow('cur'), aRow('old', { status: 'inactive' })],
        },
      }).map(([name, scenario]) => [
        name,
        [{ ...scenario, description: 'none' }, 'changed: changed meanwhile: the next run looks again'] as const,
      ]),
    ),
  );
});

describe('whatever it sees, the planner', () => {
  const ids = ['cur', 'old', 'stray', 'more'];
  const row = fc.record({
    id: fc.constantFrom(...ids),
    age: fc.integer({ min: 0, max: 60 * DAY }),
    status: fc.constantFrom('active' as const, 'inactive' as const),
    touched: fc.integer({ min: 0, max: 5 * DAY }),
    notes: fc.constantFrom('', 'keep-until=2026-07-01T00:00:00Z', 'keep-until=soon'),
  });
  const entry = fc.record({
    id: fc.constantFrom('old', 'more'),
    age: fc.integer({ min: 0, max: 9 * DAY }),
    compromised: fc.boolean(),
  });
  const label = fc.option(fc.constantFrom(...ids, 'unknown').map(versionOf), { nil: undefined });
  const scenario: fc.Arbitrary<Scenario> = fc
    .record({
      rows: fc.uniqueArray(row, { selector: ({ id }) => id }),
      entries: fc.uniqueArray(entry, { selector: ({ id }) => id }),
      versionId: fc.constantFrom(versionOf('cur'), versionOf('hand')),
      token: fc.constantFrom('the-token', 'another'),
      mintedAgo: fc.integer({ min: 0, max: 60 * DAY }),
      versionAge: fc.integer({ min: 0, max: 60 * DAY }),
      previous: label,
      pending: label,
      changed: fc.integer({ min: 0, max: 9 * DAY }),
      enabled: fc.boolean(),
      retired: fc.boolean(),
      disagree: fc.boolean(),
      resolved: fc.boolean(),
    })
    .map((given) => ({
      settings: { retired: given.retired },
      document: {
        mintedAt: NOW - given.mintedAgo,
        tokenHash: tokenHash('the-token'),
        token: given.token,
        versionId: given.versionId,
        superseded: given.entries.map(({ id, age, compromised }) => anEntry(id, age, { compromised })),
      },
      rows: given.rows.map(({ id, ...options }) => aRow(id, options)),
      versionAge: given.versionAge,
      description: {
        previous: given.previous,
        pending: given.pending,
        lastChangedAt: NOW - given.changed,
        rotationEnabled: given.enabled,
      },
      clocks: given.disagree ? CLOCK : { kind: 'agree' },
      ...(given.resolved ? {} : { target: UNRESOLVED }),
    }));
  const holds = (name: string, property: (given: Scenario) => void) =>
    it(name, () => fc.assert(fc.property(scenario, property), { seed: 1, numRuns: 2000 }));
  const entryOf = ({ document }: Scenario, id: string) =>
    document?.superseded?.find(({ authorizationId }) => authorizationId === id);

  holds('decides, and decides the same again', (given) => {
    expect(summary(decide(given))).toBe(summary(decide(given)));
  });

  holds('never ends the current token, but that of a retired consumer', (given) => {
    if (given.settings?.retired) return;
    expect(decide(given).ends.map(({ authorizationId }) => authorizationId)).not.toContain('cur');
  });

  holds('never ends anything but what leaked while the clocks disagree', (given) => {
    if (given.clocks?.kind !== 'disagree') return;
    expect(decide(given).ends.filter(({ compromised }) => !compromised)).toEqual([]);
  });

  holds('never ends a superseded token inside its grace period, unless it leaked', (given) => {
    // What a hand-made value says of its ledger is not believed.
    if (given.settings?.retired && given.document?.token === 'another') return;
    for (const { authorizationId } of decide(given).ends) {
      const superseded = entryOf(given, authorizationId);
      if (superseded === undefined || superseded.compromised) continue;
      // No ledger is younger than the version that it stands in, whatever somebody wrote into it.
      const made = given.versionAge === undefined ? NOW : NOW - given.versionAge + LIMITS.clockToleranceMs;
      expect(Math.min(superseded.since, made) + SETTLED).toBeLessThanOrEqual(NOW);
    }
  });

  holds('never ends a token before its keep-until, unless it leaked', (given) => {
    for (const { authorizationId } of decide(given).ends) {
      const kept = given.rows?.find(({ id }) => id === authorizationId)?.description.includes('2026-07-01');
      if (kept) expect(entryOf(given, authorizationId)?.compromised).toBe(true);
    }
  });

  holds('never deletes what is active, unless it leaked', (given) => {
    for (const { kind, authorizationId } of decide(given).ends) {
      const active = given.rows?.find(({ id }) => id === authorizationId)?.status === 'active';
      if (kind === 'delete' && active) expect(entryOf(given, authorizationId)?.compromised).toBe(true);
    }
  });

  holds('never forgets a live token: what is not current is in the new ledger', (given) => {
    const next = versionOfNext(decide(given).next);
    if (next === undefined) return;
    const named = [...next.ledger.kept, ...next.ledger.added].map(({ authorizationId }) => authorizationId);
    if (next.kind === 'copy-forward') named.push('cur');
    const live = (given.rows ?? []).filter(
      ({ status, createdAt }) => status === 'active' && createdAt + LIMITS.leaseMs <= NOW,
    );
    expect(named).toEqual(expect.arrayContaining(live.map(({ id }) => id)));
  });
});
