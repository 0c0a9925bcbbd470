import { describe, expect, it } from 'vitest';
import { adoptedEntry } from '../../../../lambda/engine/plan/adoption.ts';
import { aRow, factsOf, type Scenario } from '../../../builders/a-scenario.ts';

// What becomes of the entry, and what an operator is told of it, stands in new-token.test.ts and notes.test.ts.
describe('the authorization to adopt', () => {
  const rows = [aRow('cur'), aRow('hers', { description: 'by hand' })];

  it.each<[string, Scenario]>([
    ['none is named', { rows }],
    ['the list shows it', { rows, settings: { adopt: 'hers' } }],
    ['another uses it', { settings: { adopt: 'hers' }, protections: { hers: 'consumer x holds it' } }],
  ])('is not looked at where %s', (_name, scenario) => {
    expect(() => adoptedEntry(factsOf(scenario))).not.toThrow();
  });

  it('is looked at where the list does not show it', () => {
    expect(() => adoptedEntry(factsOf({ settings: { adopt: 'hers' } }))).toThrow('unanswered: authorization');
  });
});
