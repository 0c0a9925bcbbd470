import { describe, expect, it } from 'vitest';
import { Unanswered } from '../../../../lambda/engine/observe/question.ts';
import { type Occasion, obstacleTo, type WantedMint, youngRow } from '../../../../lambda/engine/plan/before-a-mint.ts';
import type { Facts } from '../../../../lambda/engine/plan/facts.ts';
import { nextLedger } from '../../../../lambda/engine/plan/next-ledger.ts';
import { LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDescription,
  aDocument,
  anEntry,
  aRow,
  CLOCK,
  factsOf,
  IDENTITY,
  NOW,
  UNRESOLVED,
} from '../../../builders/a-scenario.ts';

/** What makes each guard say no, in the order in which they are asked, and the reason that it gives. */
const GUARDS = {
  elsewhere: 'ROTATED_ELSEWHERE',
  frozen: 'FROZEN',
  young: 'TOO_YOUNG',
  others: 'ANOTHER_IS_LIVE',
  names: 'NAME_UNRESOLVED',
  mass: 'TOO_MANY_MISSING',
  window: 'OUTSIDE_WINDOW',
  clocks: 'CLOCKS_DISAGREE',
} as const;
type Guard = keyof typeof GUARDS;
const ALL = Object.keys(GUARDS) as Guard[];
/** An occasion on which each guard stands. */
const WATCHED: Partial<Record<Guard, Occasion>> = { mass: 'missing' };

const FREEZE = { from: NOW, to: NOW + MINUTE, reason: 'release', everything: false };
/** It opens a minute after midnight. */
const CLOSED = { openings: [{ from: 1, length: 1 }], timeZone: 'UTC', text: 'a minute' };

/** A mint that these guards are against. `asked` notes what they had to be told. */
function wantedAgainst(guards: readonly Guard[]): { facts: Facts; wanted: WantedMint; asked: string[] } {
  const against = (guard: Guard) => guards.includes(guard);
  const asked: string[] = [];
  const facts = factsOf({
    rows: [aRow('cur'), ...(against('young') ? [aRow('new', { age: MINUTE })] : [])],
    ...(against('names') ? { target: UNRESOLVED } : {}),
    ...(against('mass') ? { tooManyMissing: { missing: 4, limit: 3 } } : {}),
    ...(against('clocks') ? { clocks: CLOCK } : {}),
    settings: {
      ...(against('frozen') ? { freezes: [FREEZE] } : {}),
      ...(against('window') ? { window: CLOSED } : {}),
    },
  });
  facts.answers.note({ kind: 'description' }, aDescription({ rotationEnabled: against('elsewhere') }));
  const marked = facts.listing.markedAs(IDENTITY);
  const document = aDocument();
  const wanted: WantedMint = {
    marked,
    document,
    others: () => {
      asked.push('others');
      const reason = { code: 'ANOTHER_IS_LIVE', authorizationId: 'other' } as const;
      return against('others') ? { state: 'waiting', reason } : undefined;
    },
    ledger: () => {
      asked.push('ledger');
      return { kept: [], added: [anEntry('cur', 0)], mayGo: [] };
    },
  };
  return { facts, wanted, asked };
}

function obstacle(guards: readonly Guard[], occasion: Occasion = 'scheduled') {
  const { facts, wanted } = wantedAgainst(guards);
  return obstacleTo(facts, wanted, occasion);
}

describe('before a mint', () => {
  it('nothing is in the way of a quiet consumer', () => {
    expect(obstacle([])).toBeUndefined();
  });

  it.each([
    ['young', 'waiting', { code: 'TOO_YOUNG', authorizationId: 'new', until: NOW - MINUTE + LIMITS.leaseMs }],
    ['others', 'waiting', { code: 'ANOTHER_IS_LIVE', authorizationId: 'other' }],
    ['names', 'failed', { code: 'NAME_UNRESOLVED', problem: 'bucket "x" not found' }],
    ['clocks', 'waiting', { code: 'CLOCKS_DISAGREE', detail: 'the clocks differ' }],
    ['frozen', 'waiting', { code: 'FROZEN', why: 'release', until: NOW + MINUTE }],
    ['window', 'waiting', { code: 'OUTSIDE_WINDOW', window: 'a minute', until: NOW + MINUTE }],
    ['mass', 'blocked', { code: 'TOO_MANY_MISSING', missing: 4, limit: 3 }],
    ['elsewhere', 'failed', { code: 'ROTATED_ELSEWHERE', secret: 'influxdb/acme/telegraf' }],
  ] as const)('the guard "%s" says why', (guard, state, reason) => {
    expect(obstacle([guard], WATCHED[guard])).toEqual({ state, reason });
  });

  it('the first guard that says no is the one that is shown', () => {
    const order = ALL.filter((guard) => guard !== 'mass');
    const shown = order.map((_guard, index) => obstacle(order.slice(index))?.reason.code);
    expect(shown).toEqual(order.map((guard) => GUARDS[guard]));
  });

  it('too many that are missing at once are shown where no name is in the way, and before a look', () => {
    expect(obstacle(ALL.slice(4), 'missing')?.reason.code).toBe('NAME_UNRESOLVED');
    expect(obstacle(ALL.slice(5), 'missing')?.reason.code).toBe('TOO_MANY_MISSING');
    const { wanted } = wantedAgainst([]);
    const unlooked = factsOf({ tooManyMissing: { missing: 4, limit: 3 } });
    expect(obstacleTo(unlooked, wanted, 'missing')?.reason.code).toBe('TOO_MANY_MISSING');
  });

  it('what a look would have to show comes last, so that what waits for another reason costs no call', () => {
    const undescribed = (guards: readonly Guard[]) =>
      obstacleTo(factsOf({}), wantedAgainst(guards).wanted, 'scheduled');
    expect(undescribed(['young'])?.reason.code).toBe('TOO_YOUNG');
    expect(undescribed(['others'])?.reason.code).toBe('ANOTHER_IS_LIVE');
    expect(() => undescribed([])).toThrow(Unanswered);
  });

  it.each<[Occasion, readonly Guard[]]>([
    ['scheduled', ['elsewhere', 'frozen', 'young', 'others', 'names', 'window', 'clocks']],
    ['first', ['elsewhere', 'young', 'others', 'names', 'clocks']],
    ['missing', ['elsewhere', 'names', 'mass']],
    ['rolled-back', ['elsewhere', 'young', 'names']],
    ['copy-failed', ['elsewhere', 'names']],
    ['compromised', ['elsewhere', 'names']],
  ])('on the occasion "%s" the guards %j stand', (occasion, standing) => {
    expect(ALL.filter((guard) => obstacle([guard], occasion) !== undefined)).toEqual(standing);
  });

  it('what costs a look is asked for by the guard that needs it, and by no other', () => {
    const asking = (...guards: Guard[]) => {
      const { facts, wanted, asked } = wantedAgainst(guards);
      obstacleTo(facts, wanted, 'scheduled');
      return asked;
    };
    expect(asking('young')).toEqual([]);
    expect(asking('names')).toEqual(['others']);
    expect(asking('clocks')).toEqual(['others', 'ledger']);
    expect(asking()).toEqual(['others']);
  });

  it('clocks that disagree are no obstacle where no time is written down', () => {
    const { facts, wanted } = wantedAgainst(['clocks']);
    const source = { identity: IDENTITY, document: wanted.document, marked: [], supersedes: false };
    const ledger = () => nextLedger(facts, source);
    expect(obstacleTo(facts, { ...wanted, ledger }, 'first')).toBeUndefined();
  });
});

describe('a row is young', () => {
  const young = (age: number, document = aDocument()) => {
    const facts = factsOf({ rows: [aRow('cur', { age: MINUTE }), aRow('new', { age })] });
    return youngRow(facts, { marked: facts.listing.markedAs(IDENTITY), document })?.row.id;
  };

  it.each([
    ['until its lease is over', LIMITS.leaseMs - 1, 'new'],
    ['and no longer', LIMITS.leaseMs, undefined],
  ])('%s', (_name, age, id) => {
    expect(young(age)).toBe(id);
  });

  it('unless the value names it: then its run is over (G2)', () => {
    expect(young(MINUTE, aDocument({ superseded: [anEntry('new', 0)] }))).toBeUndefined();
    const facts = factsOf({ rows: [aRow('cur', { age: MINUTE })] });
    expect(youngRow(facts, { marked: facts.listing.markedAs(IDENTITY), document: undefined })?.row.id).toBe('cur');
  });
});
