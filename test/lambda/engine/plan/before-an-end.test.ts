import { describe, expect, it } from 'vitest';
import { readSecretContent } from '../../../../lambda/engine/document/secret-content.ts';
import {
  type EndCandidate,
  type Ending,
  endingOf,
  NOTHING,
  remove,
  summarize,
  switchOff,
  wait,
} from '../../../../lambda/engine/plan/before-an-end.ts';
import type { Facts } from '../../../../lambda/engine/plan/facts.ts';
import type { Reason } from '../../../../lambda/engine/plan/reason.ts';
import { DAY } from '../../../builders/a-configuration.ts';
import {
  aDescription,
  aDocument,
  aText,
  CLOCK,
  factsOf,
  IDENTITY,
  NOW,
  noDocument,
  type Scenario,
  versionOf,
} from '../../../builders/a-scenario.ts';

const OFF = switchOff({ code: 'GRACE_OVER', authorizationId: 'old' }, NOW - 2 * DAY);
const GONE = remove({ code: 'HOLD_OVER', authorizationId: 'old' });
const LEAKED = remove({ code: 'COMPROMISED', authorizationId: 'old' }, true);
const OWN = { ...IDENTITY, rotationId: versionOf('old') };
const GRAFANAS = { ...OWN, consumer: 'grafana' };
const KEPT = 'keep-until=2026-06-02T00:00:00Z';

/** The end of `old` that these guards are against. */
interface Against {
  readonly scenario?: Scenario;
  readonly candidate?: Partial<EndCandidate>;
  /** The authorization that the pending value names, while Secrets Manager itself rotates. */
  readonly pending?: string;
}

/** Every guard in the order in which they are asked, what makes it say no, and what it says. */
const GUARDS: Readonly<Record<string, readonly [Against, Reason]>> = {
  usedByAnother: [
    { scenario: { protections: { old: 'grafana holds it' } } },
    { code: 'USED_BY_ANOTHER', authorizationId: 'old', role: 'superseded', why: 'grafana holds it' },
  ],
  markedForAnother: [
    { candidate: { marker: GRAFANAS } },
    { code: 'ENTRY_OF_ANOTHER', authorizationId: 'old', owner: GRAFANAS },
  ],
  perhapsShared: [
    { candidate: { adopted: true }, scenario: { unread: ['grafana'] } },
    { code: 'PERHAPS_SHARED', authorizationId: 'old', unread: ['grafana'] },
  ],
  kept: [
    { candidate: { description: KEPT } },
    { code: 'KEPT', authorizationId: 'old', role: 'superseded', until: Date.UTC(2026, 5, 2) },
  ],
  pendingElsewhere: [{ pending: 'old' }, { code: 'PENDING_ELSEWHERE', authorizationId: 'old' }],
  overTheCap: [{ scenario: { overTheCap: ['old'] } }, { code: 'OVER_THE_CAP', authorizationId: 'old', cap: 100 }],
};

function factsAgainst({ scenario, pending }: Against): Facts {
  const facts = factsOf(scenario ?? {});
  const rotation = pending === undefined ? {} : { rotationEnabled: true, pending: versionOf('pending') };
  facts.answers.note({ kind: 'description' }, aDescription(rotation));
  const versionId = versionOf('pending');
  const text = aText(aDocument({ authorizationId: pending ?? 'nobody', id: versionId }));
  const content = readSecretContent(text, versionId, 'token');
  facts.answers.note({ kind: 'version', stage: 'AWSPENDING' }, { versionId, createdAt: NOW, content });
  return facts;
}

function ending(against: Against, timely: Ending = OFF, rest: Partial<EndCandidate> = {}): Ending {
  return endingOf(factsAgainst(against), {
    role: 'superseded',
    authorizationId: 'old',
    description: '',
    marker: undefined,
    identity: IDENTITY,
    compromised: false,
    adopted: false,
    timely: () => timely,
    ...against.candidate,
    ...rest,
  });
}

const together = (names: readonly string[]): Against =>
  names.reduce<Against>((all, name) => {
    const [one = {}] = GUARDS[name] ?? [];
    return {
      scenario: { ...all.scenario, ...one.scenario },
      candidate: { ...all.candidate, ...one.candidate },
      ...((one.pending ?? all.pending) === undefined ? {} : { pending: 'old' }),
    };
  }, {});
const reasonOf = (found: Ending) => (found.kind === 'wait' ? found.note.code : found.kind);
const standing = (timely: Ending, rest: Partial<EndCandidate> = {}) =>
  Object.keys(GUARDS).filter((name) => ending(together([name]), timely, rest).kind === 'wait');

describe('before a token ends', () => {
  it.each([
    ['a step', OFF],
    ['the other step', GONE],
    ['a wait', wait({ code: 'STRAY_HELD', authorizationId: 'old', until: NOW })],
    ['nothing', NOTHING],
  ])('its own rule decides where no guard says no: %s', (_name, timely) => {
    expect(ending({}, timely)).toBe(timely);
  });

  it.each(Object.entries(GUARDS))('the guard "%s" says why', (_name, [against, note]) => {
    expect(ending(against)).toEqual({ kind: 'wait', note });
  });

  it('the first guard that says no is the one that is shown', () => {
    // An adopted token that carries a marker is not taken for a shared one, so that the two cannot meet.
    const order = Object.keys(GUARDS).filter((name) => name !== 'markedForAnother');
    const shown = order.map((_name, index) => reasonOf(ending(together(order.slice(index)))));
    expect(shown).toEqual(order.map((name) => GUARDS[name]?.[1].code));
    const rest = Object.keys(GUARDS).filter((name) => name !== 'perhapsShared');
    expect(reasonOf(ending(together(rest)))).toBe('USED_BY_ANOTHER');
    expect(reasonOf(ending(together(rest.slice(1))))).toBe('ENTRY_OF_ANOTHER');
  });

  it.each<[string, Ending, Partial<EndCandidate>, readonly string[]]>([
    ['to be switched off', OFF, {}, Object.keys(GUARDS)],
    [
      'to be deleted, which is not capped',
      GONE,
      {},
      ['usedByAnother', 'markedForAnother', 'perhapsShared', 'kept', 'pendingElsewhere'],
    ],
    ['whose time has not come', NOTHING, {}, ['usedByAnother', 'markedForAnother', 'perhapsShared', 'kept']],
    ['that leaked', OFF, { compromised: true }, ['usedByAnother', 'markedForAnother']],
  ])('these guards stand for a token %s', (_name, timely, rest, names) => {
    expect(standing(timely, rest)).toEqual(names);
  });

  it('one that leaked is deleted at once, whatever its rule says of the time', () => {
    expect(ending({}, NOTHING, { compromised: true })).toEqual(LEAKED);
  });

  it('the marker of this very consumer is no obstacle', () => {
    expect(ending({ candidate: { marker: OWN } })).toBe(OFF);
  });

  it.each<[string, Against]>([
    ['it was adopted, and every secret was read', { candidate: { adopted: true } }],
    ['we made it, though a secret was not read', { scenario: { unread: ['grafana'] } }],
    [
      'it was adopted and carries our marker again',
      {
        candidate: { adopted: true, marker: OWN },
        scenario: { unread: ['grafana'] },
      },
    ],
    ['another one is pending', { pending: 'other' }],
  ])('it is not kept where %s', (_name, against) => {
    expect(ending(against)).toBe(OFF);
  });

  it('a role stands in the reason, so that the note can name it', () => {
    const note = { code: 'KEPT', authorizationId: 'old', role: 'stray', until: Date.UTC(2026, 5, 2) };
    expect(ending({ candidate: { description: KEPT, role: 'stray' } })).toEqual({ kind: 'wait', note });
  });
});

describe('whether the secret is looked at for a pending value', () => {
  const look = (scenario: Scenario, timely: Ending) => () =>
    endingOf(factsOf(scenario), {
      ...{ role: 'superseded', authorizationId: 'old', description: '', marker: undefined, identity: IDENTITY },
      ...{ compromised: false, adopted: false, timely: () => timely },
    });
  const value = { ...noDocument, holdsPending: true } as typeof noDocument;

  it('it is, before a step', () => {
    expect(look({}, GONE)).toThrow('unanswered: description');
  });

  it('what was seen of it counts, though the current version held AWSPENDING when it was read', () => {
    const found = ending({ pending: 'old', scenario: { reading: value } }, GONE);
    expect(reasonOf(found)).toBe('PENDING_ELSEWHERE');
  });

  it.each<[string, Scenario, Ending]>([
    ['there is no step', {}, NOTHING],
    ['the current version holds AWSPENDING', { reading: value }, GONE],
  ])('it is not where %s', (_name, scenario, timely) => {
    expect(look(scenario, timely)()).toBe(timely);
  });
});

describe('several endings come to', () => {
  const note = { code: 'KEPT', authorizationId: 'kept', role: 'stray', until: NOW } as const;
  const steps = [OFF, GONE].flatMap((each) => (each.kind === 'step' ? [each.step] : []));

  it('their steps in order, and what to know of the others', () => {
    expect(summarize(factsOf({}), [OFF, NOTHING, wait(note), GONE])).toEqual({ ends: steps, notes: [note] });
  });

  it('no step while the clocks disagree, and a note that says so', () => {
    expect(summarize(factsOf({ clocks: CLOCK }), [OFF, wait(note)])).toEqual({
      ends: [],
      notes: [note, { code: 'ENDS_SUSPENDED', detail: 'the clocks differ' }],
    });
  });

  it('no such note where nothing would have ended', () => {
    expect(summarize(factsOf({ clocks: CLOCK }), [wait(note), NOTHING])).toEqual({ ends: [], notes: [note] });
  });
});
