import { describe, expect, it } from 'vitest';
import { markerHash } from '../../../../lambda/engine/document/marker.ts';
import { newsOf } from '../../../../lambda/engine/plan/news.ts';
import { HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import {
  ARN,
  aDocument,
  anEntry,
  aRow,
  DUE,
  decide,
  dueRow,
  factsOf,
  ledger,
  NOW,
  type Scenario,
  SETTLED,
  versionOf,
} from '../../../builders/a-scenario.ts';

// A run an hour, which may begin 15 minutes late: 76 minutes between two runs. A promotion is told for 76 minutes and a
// lease of 30, an end in the 136 minutes before it.

const BETWEEN = 76 * MINUTE;
const ours = { notes: `sha256=${markerHash('the-token')}` };

/** What is told, as a table shows it: kind, and the older tokens with the hours for which they still work. */
function told(scenario: Scenario, promoted?: Parameters<typeof newsOf>[2]): string[] {
  const facts = factsOf(scenario);
  const decision = decide(scenario, facts);
  return newsOf(facts, decision, promoted, HOUR).map(({ kind, ending }) =>
    [kind, ...ending.map(({ authorizationId, worksUntil }) => `${authorizationId} ${(worksUntil - NOW) / HOUR}h`)].join(
      ' ',
    ),
  );
}

const current = (age: number, rest: Partial<Scenario> = {}): Scenario => ({
  rows: [aRow('cur', { age, ...ours }), aRow('old')],
  document: { mintedAt: NOW - age, ...ledger(age) },
  versionAge: age,
  ...rest,
});

describe('a promotion', () => {
  it.each<[string, Scenario, readonly string[]]>([
    ['in quiet times is not told', {}, []],
    ['is told while the version is young', current(HOUR), ['promoted old 23.5h']],
    [
      'is told until a period and a lease have passed',
      current(BETWEEN + 30 * MINUTE - 1),
      [expect.stringMatching(/^promoted old 22\.7/)],
    ],
    ['is not told any more then', current(BETWEEN + 30 * MINUTE), []],
    [
      'is not told of a version that somebody edited',
      { ...current(HOUR), document: { ...ledger(HOUR), versionId: versionOf('hand') } },
      [],
    ],
    [
      'is not told where the row has no hash of the value: anybody may have put it',
      current(HOUR, { rows: [aRow('cur', { age: HOUR }), aRow('old')] }),
      [],
    ],
    ['is not told where nobody knows the row', current(HOUR, { rows: [aRow('old')] }), []],
    ['of a retired consumer is not told', current(HOUR, { settings: { retired: true } }), []],
    [
      'names no older token that is off',
      current(HOUR, { rows: [aRow('cur', { age: HOUR, ...ours }), aRow('old', { status: 'inactive' })] }),
      ['promoted'],
    ],
    [
      "names no token of somebody else's in a forged ledger",
      current(HOUR, { rows: [aRow('cur', { age: HOUR, ...ours }), aRow('old', { description: 'of another' })] }),
      ['promoted'],
    ],
    [
      'names no token that leaked, which ends at once',
      current(HOUR, { document: { mintedAt: NOW - HOUR, ...ledger(HOUR, { compromised: true }) } }),
      ['promoted'],
    ],
  ])('%s', (_name, scenario, expected) => {
    expect(told(scenario)).toEqual(expected);
  });

  const promoted = {
    secretArn: ARN,
    document: aDocument({ authorizationId: 'new', superseded: [anEntry('cur', 0), anEntry('old', SETTLED)] }),
  };

  it('is told by the run that made it, with what that supersedes', () => {
    const scenario = { rows: [dueRow], document: DUE };
    expect(told(scenario, promoted)).toEqual(['promoted cur 24.5h']);
    const [news] = newsOf(factsOf(scenario), undefined, promoted, HOUR);
    expect(news).toMatchObject({
      consumer: 'telegraf',
      secretArn: ARN,
      versionId: versionOf('new'),
      authorizationId: 'new',
    });
  });

  it('is told by the run that made it though the look before it saw something else', () => {
    const scenario = { rows: [dueRow], document: DUE, description: { current: versionOf('another') } };
    const facts = factsOf(scenario);
    const decision = decide(scenario, facts);
    expect(decision.state).toBe('changed');
    expect(newsOf(facts, decision, undefined, HOUR)).toEqual([]);
    expect(newsOf(facts, decision, promoted, HOUR)).toHaveLength(1);
  });

  it('is told where nothing could be decided', () => {
    expect(newsOf(factsOf(current(HOUR)), undefined, undefined, HOUR).map(({ kind }) => kind)).toEqual(['promoted']);
  });
});

describe('the end of an older token', () => {
  /** The grace period of `old` is over in so many milliseconds. */
  const endsIn = (ms: number, rest: Partial<Scenario> = {}) => current(SETTLED - ms, rest);

  it.each<[string, Scenario, readonly string[]]>([
    ['is not told long before', endsIn(HOUR + BETWEEN + 1), []],
    ['is told in the two periods before it', endsIn(HOUR + BETWEEN), [expect.stringMatching(/^ends-soon old 2\.26/)]],
    ['is told in the last of them', endsIn(MINUTE), [expect.stringMatching(/^ends-soon old 0\.016/)]],
    ['is not told by the run that switches it off', endsIn(0), []],
    [
      'is not told of one that is off',
      endsIn(HOUR, { rows: [aRow('cur', { age: SETTLED, ...ours }), aRow('old', { status: 'inactive' })] }),
      [],
    ],
    [
      'is told anew when an operator keeps it, once that ends soon',
      endsIn(-HOUR, {
        rows: [
          aRow('cur', { age: SETTLED, ...ours }),
          aRow('old', { notes: `keep-until=${new Date(NOW + HOUR).toISOString()}` }),
        ],
      }),
      ['ends-soon old 1h'],
    ],
    [
      'waits with one that is kept for long',
      endsIn(HOUR, {
        rows: [
          aRow('cur', { age: SETTLED, ...ours }),
          aRow('old', { notes: `keep-until=${new Date(NOW + 9 * HOUR).toISOString()}` }),
        ],
      }),
      [],
    ],
    [
      'is told anew where the secret was touched, once it has rested',
      endsIn(0, { description: { lastChangedAt: NOW - 23 * HOUR } }),
      ['ends-soon old 1h'],
    ],
    [
      'is not told where nothing says when it comes',
      endsIn(HOUR, { protections: { old: 'it is the current one of consumer grafana' } }),
      [],
    ],
    [
      'is told with an edited document, too',
      {
        ...endsIn(HOUR),
        document: { mintedAt: NOW - SETTLED, ...ledger(SETTLED - HOUR), versionId: versionOf('hand') },
      },
      ['ends-soon old 1h'],
    ],
    [
      "is told of a retired consumer's tokens, the current one included",
      endsIn(HOUR, { settings: { retired: true }, description: { lastChangedAt: NOW - SETTLED } }),
      ['ends-soon old 1h cur 1h'],
    ],
  ])('%s', (_name, scenario, expected) => {
    expect(told(scenario)).toEqual(expected);
  });

  it('is told together with the promotion where the grace period is shorter than two periods', () => {
    const scenario = current(HOUR, { settings: { gracePeriodMs: HOUR } });
    expect(told(scenario)).toEqual(['promoted old 0.5h', 'ends-soon old 0.5h']);
  });
});
