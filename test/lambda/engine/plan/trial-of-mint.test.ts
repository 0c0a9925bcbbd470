import { expect, it } from 'vitest';
import type { Facts } from '../../../../lambda/engine/plan/facts.ts';
import { afterAbsence, afterTrial } from '../../../../lambda/engine/plan/rights.ts';
import { trialOfMint } from '../../../../lambda/engine/plan/trial-of-mint.ts';
import { DAY, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  ARN,
  aRow,
  decide,
  factsOf,
  IDENTITY,
  NOW,
  type Scenario,
  UNRESOLVED,
  young,
} from '../../../builders/a-scenario.ts';

const EMPTY: Scenario['reading'] = { kind: 'not-found' };
const target: Facts['target'] = { kind: 'resolved', orgId: 'o', userId: undefined, grant: () => [] };
const freeze = { from: NOW, to: NOW + DAY, reason: 'release', everything: false };
const leaked = aRow('cur', { notes: 'compromised=2026-06-01T00:00:00.000Z' });

/** What a check tries in this world: `a trial`, or the code of what it waits for. */
function tried(scenario: Scenario, mode: 'rotate' | 'plan' = 'rotate'): string {
  const facts = factsOf(scenario);
  const wanted = trialOfMint(facts, decide(scenario, facts), mode);
  return 'code' in wanted ? wanted.code : 'a trial';
}

const WORLDS: Readonly<Record<string, readonly [Scenario, string]>> = {
  'a token that works': [{}, 'a trial'],
  'a token that is due': [
    { document: { mintedAt: NOW - 31 * DAY }, rows: [aRow('cur', { age: 31 * DAY })] },
    'a trial',
  ],
  'a secret without a value': [{ reading: EMPTY, description: { current: undefined }, rows: [] }, 'a trial'],
  'a secret that somebody must mend': [
    { reading: { kind: 'value', arn: ARN, versionId: 'v', createdAt: 0, holdsPending: false, text: 'no JSON' } },
    'a trial',
  ],
  'a secret that does not exist': [{ reading: EMPTY, description: 'none', rows: [] }, 'SECRET_NOT_FOUND'],
  'a secret that the first run makes': [
    { reading: EMPTY, description: 'none', rows: [], settings: { createSecret: true } },
    'MADE_WITH_FIRST_TOKEN',
  ],
  'a secret that is on its way out': [
    { reading: EMPTY, description: { current: undefined, deletedAt: NOW }, rows: [] },
    'SECRET_DELETED',
  ],
  'a secret that cannot be read': [{ reading: { kind: 'unreadable', detail: 'denied' } }, 'SECRET_UNREADABLE'],
  'a secret that changes': [{ rows: [aRow('cur'), aRow('stray')], description: { current: 'x' } }, 'CHANGED_MEANWHILE'],
  'a retired consumer': [{ settings: { retired: true } }, 'RETIRED'],
  'a name that is not known': [{ target: UNRESOLVED }, 'NAME_UNRESOLVED'],
  'an owner who does not exist yet': [{ target }, 'MADE_WITH_FIRST_TOKEN'],
  'a freeze': [{ settings: { freezes: [freeze] } }, 'FROZEN'],
  'a young row': [{ rows: [aRow('cur'), young] }, 'TOO_YOUNG'],
  'a row that is young no more': [
    { rows: [aRow('cur'), aRow('stray', { age: LIMITS.leaseMs, status: 'inactive' })] },
    'a trial',
  ],
  'a young row of somebody whom nothing names': [
    { rows: [aRow('cur'), aRow('stray', { age: MINUTE, userId: 'dddddddddddddddd' })] },
    'a trial',
  ],
  'a young row that the secret names': [{ rows: [aRow('cur', { age: MINUTE })] }, 'a trial'],
  'a token that is missing': [{ rows: [] }, 'MISSING'],
  'a token that leaked': [{ rows: [leaked] }, 'CURRENT_COMPROMISED'],
};

it.each(Object.entries(WORLDS))('%s', (_name, [scenario, expected]) => {
  expect(tried(scenario)).toBe(expected);
});

it('a copy forward comes first', () => {
  const facts = factsOf({});
  const decision = { ...decide({}, facts), next: { kind: 'copy-forward' }, reason: { code: 'RESTORED' } };
  expect(trialOfMint(facts, decision as unknown as Parameters<typeof trialOfMint>[1], 'rotate')).toEqual({
    code: 'RESTORED',
  });
});

it('with the mode "plan" nothing is tried, and what is missing is told all the same', () => {
  expect(tried({}, 'plan')).toBe('PLAN_ONLY');
  expect(tried({ target: UNRESOLVED }, 'plan')).toBe('NAME_UNRESOLVED');
});

it('what InfluxDB was asked about before is not tried, wherever the plan says it', () => {
  const facts = factsOf({});
  const plans = [
    afterTrial(decide({}, facts), { kind: 'may-not', right: 'write:users/x' }),
    afterAbsence(decide({}, facts), { problem: 'the bucket x does not exist' }),
    { ...decide({}, facts), notes: [{ code: 'RIGHT_MISSING', right: 'write:users/x' } as const] },
  ];
  expect(plans.map((decision) => trialOfMint(facts, decision, 'rotate'))).toEqual([
    { code: 'RIGHT_MISSING', right: 'write:users/x' },
    { code: 'NAME_UNRESOLVED', problem: 'the bucket x does not exist' },
    { code: 'RIGHT_MISSING', right: 'write:users/x' },
  ]);
  const unknown = afterTrial(decide({}, facts), { kind: 'unknown', detail: 'busy' });
  expect(trialOfMint(facts, unknown, 'rotate')).not.toHaveProperty('code');
});

it('has the marker of its consumer and of its very secret, also where that has no value yet', () => {
  for (const scenario of [{}, { reading: EMPTY, description: { current: undefined }, rows: [] }]) {
    const facts = factsOf(scenario);
    expect(trialOfMint(facts, decide(scenario, facts), 'rotate')).toMatchObject({ identity: IDENTITY });
  }
});
