import { describe, expect, it } from 'vitest';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { DAY, HOUR } from '../../../builders/a-configuration.ts';
import { anEntry, aRow, decide, NOW, type Scenario, versionOf } from '../../../builders/a-scenario.ts';

const old = (options = {}, rest = {}, age = 9 * DAY): Scenario => ({
  document: { superseded: [anEntry('old', age, rest)] },
  rows: [aRow('cur'), aRow('old', options)],
});
const stray = (options = {}): Scenario => ({ rows: [aRow('cur'), aRow('stray', options)] });

describe('an end step says why, what it counts as, and whether the token leaked', () => {
  const since = NOW - 9 * DAY;
  const plain = { countsSince: undefined, compromised: false };
  const ended = (kind: 'switch-off' | 'delete', authorizationId: string, reason: string, rest = {}) => ({
    kind,
    authorizationId,
    reason,
    ...plain,
    ...{ adopted: false, aside: false },
    ...rest,
  });
  it.each<[string, Scenario, object]>([
    [
      'an entry is switched off',
      old(),
      ended('switch-off', 'old', 'superseded, and its grace period is over', { countsSince: since }),
    ],
    [
      'an entry that has only become due, as many others may, is switched off, and counts as nothing',
      old({}, {}, DAY + HOUR),
      ended('switch-off', 'old', 'superseded, and its grace period is over'),
    ],
    [
      'an entry is deleted',
      old({ status: 'inactive' }),
      ended('delete', 'old', 'superseded, switched off, and held long enough'),
    ],
    [
      'an entry that leaked',
      old({}, { compromised: true }),
      ended('delete', 'old', 'compromised', { compromised: true }),
    ],
    ['a stray is switched off', stray(), ended('switch-off', 'stray', 'left behind by a run that did not finish')],
    [
      'a stray that was stored is deleted',
      { ...stray({ status: 'inactive' }), description: { pending: versionOf('stray') } },
      ended('delete', 'stray', 'left behind, switched off, and held long enough'),
    ],
    [
      'a stray that was never stored',
      stray({ status: 'inactive' }),
      ended('delete', 'stray', 'never stored: its run did not get that far'),
    ],
  ])('%s', (_name, scenario, step) => {
    const shown = decide(scenario).ends.map(({ identity: _, ...step }) => ({
      ...step,
      reason: describeReason(step.reason),
    }));
    expect(shown).toEqual([step]);
  });
});
