import { describe, expect, it } from 'vitest';
import type { Permission } from '../../../../lambda/config/permission.ts';
import { formatMarker, markerHash } from '../../../../lambda/engine/document/marker.ts';
import { readSecretContent } from '../../../../lambda/engine/document/secret-content.ts';
import {
  type EndCandidate,
  type Ending,
  endingOf,
  NOTHING,
  remove,
  summarize,
  switchOff,
  type TimelyEnding,
  wait,
} from '../../../../lambda/engine/plan/before-an-end.ts';
import type { Facts } from '../../../../lambda/engine/plan/facts.ts';
import type { Reason } from '../../../../lambda/engine/plan/reason.ts';
import type { EndStep } from '../../../../lambda/engine/plan/steps.ts';
import { DAY } from '../../../builders/a-configuration.ts';
import {
  aDescription,
  aDocument,
  aRow,
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
const LEAKED = remove({ code: 'COMPROMISED', authorizationId: 'old' });
const GRAFANA = { ...IDENTITY, consumer: 'grafana' };
const HASH = markerHash('the token of old');
/** The marker of the authorization: this consumer's, with the hash of its token, or another's. */
const MARKERS = {
  own: formatMarker(IDENTITY, versionOf('old'), { tokenHash: HASH }),
  grafana: formatMarker(GRAFANA, versionOf('old')),
  'another secret': formatMarker({ ...IDENTITY, fingerprint: '00000000' }, versionOf('old')),
  'another deployment': formatMarker({ ...GRAFANA, deployment: 'test' }, versionOf('old')),
  none: 'by hand',
} as const;
const KEPT = 'keep-until=2026-06-02T00:00:00Z';
const STRANGER = 'dddddddddddddddd';
const WRITES_AUTHORIZATIONS: readonly Permission[] = [{ action: 'write', resource: { type: 'authorizations' } }];
const ADOPT = { settings: { adopt: 'old' } };

/** The end of `old` that these guards are against. */
interface Against {
  readonly scenario?: Scenario;
  readonly marker?: keyof typeof MARKERS;
  /** What follows the marker. */
  readonly text?: string;
  readonly userId?: string;
  readonly permissions?: readonly Permission[];
  readonly role?: EndCandidate['role'];
  readonly compromised?: boolean;
  readonly told?: boolean;
  readonly status?: 'inactive';
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
    { marker: 'grafana' },
    { code: 'ENTRY_OF_ANOTHER', authorizationId: 'old', owner: expect.objectContaining(GRAFANA) },
  ],
  unmarked: [{ marker: 'none' }, { code: 'ENTRY_UNMARKED', authorizationId: 'old' }],
  perhapsShared: [
    { marker: 'none', scenario: { ...ADOPT, unread: ['grafana'] } },
    { code: 'PERHAPS_SHARED', authorizationId: 'old', unread: ['grafana'] },
  ],
  kept: [{ text: KEPT }, { code: 'KEPT', authorizationId: 'old', role: 'superseded', until: Date.UTC(2026, 5, 2) }],
  notAdoptable: [
    { marker: 'none', userId: STRANGER, scenario: ADOPT },
    { code: 'CANNOT_ADOPT', authorizationId: 'old', why: expect.stringContaining(`belongs to user ${STRANGER}`) },
  ],
  pendingElsewhere: [{ pending: 'old' }, { code: 'PENDING_ELSEWHERE', authorizationId: 'old' }],
  overTheCap: [{ scenario: { overTheCap: ['old'] } }, { code: 'OVER_THE_CAP', authorizationId: 'old', cap: 100 }],
};

function factsAgainst({ scenario, pending }: Against): Facts {
  const facts = factsOf(scenario ?? {});
  const rotation = pending === undefined ? {} : { rotationEnabled: true, pending: versionOf('pending') };
  facts.answers.note({ kind: 'description' }, aDescription(rotation));
  facts.answers.note({ kind: 'version', stage: 'AWSPREVIOUS' }, undefined);
  const versionId = versionOf('pending');
  const text = aText(aDocument({ authorizationId: pending ?? 'nobody', id: versionId }));
  const content = readSecretContent(text, versionId, 'token');
  facts.answers.note({ kind: 'version', stage: 'AWSPENDING' }, { versionId, createdAt: NOW, content });
  return facts;
}

function candidateOf(against: Against, timely: TimelyEnding): EndCandidate {
  const { marker = 'own', text, role = 'superseded', compromised = false, told = false, ...others } = against;
  const { pending: _p, scenario: _s, ...row } = others;
  const description = text === undefined ? MARKERS[marker] : `${MARKERS[marker]} ${text}`;
  return {
    role,
    row: aRow('old', { description, ...row }),
    identity: IDENTITY,
    compromised,
    told,
    timely: () => timely,
  };
}

function ending(against: Against, timely: TimelyEnding = OFF): Ending {
  return endingOf(factsAgainst(against), candidateOf(against, timely));
}

function together(names: readonly string[]): Against {
  const all = names.flatMap((name) => GUARDS[name]?.slice(0, 1) ?? []) as Against[];
  return Object.assign({}, ...all, { scenario: Object.assign({}, ...all.map(({ scenario }) => scenario)) });
}
/** The step of a rule, with whose token it is. */
const owned = (timely: typeof OFF, rest: Partial<EndStep> = {}): Ending => ({
  kind: 'step',
  step: { ...timely.step, identity: IDENTITY, adopted: false, compromised: false, aside: false, ...rest },
});
const reasonOf = (found: Ending) => (found.kind === 'wait' ? found.note.code : found.kind);
const standing = (timely: TimelyEnding, rest: Against = {}) =>
  Object.keys(GUARDS).filter((name) => ending({ ...together([name]), ...rest }, timely).kind === 'wait');

describe('before a token ends', () => {
  it.each([
    ['a step', OFF, owned(OFF)],
    ['the other step', GONE, owned(GONE)],
    ['a wait', wait({ code: 'STRAY_HELD', authorizationId: 'old', until: NOW })],
    ['nothing', NOTHING],
  ])('its own rule decides where no guard says no: %s', (_name, timely, found: Ending = timely as Ending) => {
    expect(ending({}, timely)).toEqual(found);
  });

  it('its rule is told its marker', () => {
    const asked: unknown[] = [];
    const timely = (marker: unknown) => {
      asked.push(marker);
      return NOTHING;
    };
    endingOf(factsAgainst({}), { ...candidateOf({}, NOTHING), timely });
    expect(asked).toEqual([
      {
        ...IDENTITY,
        rotationId: versionOf('old'),
        tokenHash: HASH,
        adopted: false,
        putRefused: false,
        compromised: false,
        ended: false,
      },
    ]);
  });

  it.each(Object.entries(GUARDS))('the guard "%s" says why', (_name, [against, note]) => {
    expect(ending(against)).toEqual({ kind: 'wait', note });
  });

  // What has the marker of another is not unmarked, and neither is adopted, so that these cannot meet.
  it.each([
    ['has the marker of another', ['usedByAnother', 'markedForAnother', 'kept', 'pendingElsewhere', 'overTheCap']],
    ['has no marker', ['usedByAnother', 'unmarked', 'kept', 'pendingElsewhere', 'overTheCap']],
    ['is adopted', ['usedByAnother', 'perhapsShared', 'kept', 'notAdoptable', 'pendingElsewhere', 'overTheCap']],
  ])('the first guard that says no is the one that is shown of one that %s', (_name, order) => {
    const shown = order.map((_guard, index) => reasonOf(ending(together(order.slice(index)))));
    expect(shown).toEqual(order.map((name) => GUARDS[name]?.[1].code));
  });

  it.each<[string, TimelyEnding, Against, readonly string[]]>([
    ['to be switched off', OFF, {}, Object.keys(GUARDS)],
    ['to be deleted, which is not capped', GONE, {}, Object.keys(GUARDS).filter((name) => name !== 'overTheCap')],
    [
      'whose time has not come',
      NOTHING,
      {},
      ['usedByAnother', 'markedForAnother', 'unmarked', 'perhapsShared', 'kept'],
    ],
    [
      'that leaked',
      OFF,
      { compromised: true },
      // The word of a document counts for what has our marker: what is adopted waits for its guards all the same.
      ['usedByAnother', 'markedForAnother', 'unmarked', 'perhapsShared', 'notAdoptable'],
    ],
  ])('these guards stand for a token %s', (_name, timely, rest, names) => {
    expect(standing(timely, rest)).toEqual(names);
  });

  it('one that leaked is deleted at once, whatever its rule says of the time', () => {
    expect(ending({ compromised: true }, NOTHING)).toEqual(owned(LEAKED, { compromised: true }));
  });

  it.each<[string, Against]>([
    ['has no marker', { marker: 'none', scenario: ADOPT }],
    ['has the marker of another consumer', { marker: 'grafana', scenario: ADOPT }],
  ])(
    'T1: a document cannot make the end of what is adopted quicker by calling it leaked: one that %s',
    (_name, rest) => {
      expect(ending({ compromised: true, ...rest }, NOTHING)).toMatchObject({
        kind: 'wait',
        note: { code: 'LEAKED_LIVES', why: expect.stringContaining('only the secret says that it leaked') },
      });
      expect(ending({ compromised: true, status: 'inactive', ...rest }, NOTHING)).toEqual(NOTHING);
      expect(ending({ compromised: true, ...rest }, OFF)).toEqual(owned(OFF, { adopted: true }));
      expect(ending({ compromised: true, told: true, ...rest }, NOTHING)).toEqual(
        owned(LEAKED, { compromised: true, adopted: true }),
      );
    },
  );

  it('T1: what is adopted waits for nothing, by a word that a secret cannot forge, but for who else may use it', () => {
    const told: Against = { marker: 'none', compromised: true, told: true };
    const scenarios: readonly Scenario[] = [
      { ...ADOPT, protections: { old: 'grafana holds it' } },
      { ...ADOPT, mayHold: { why: 'grafana may hold it', until: NOW + 1 } },
      { ...ADOPT, unread: ['grafana'] },
      { settings: { adopt: 'other' } },
    ];
    for (const scenario of scenarios) expect(reasonOf(ending({ ...told, scenario }, NOTHING))).toBe('LEAKED_LIVES');
    const kept = ending({ ...told, text: 'keep-until=never', scenario: ADOPT }, NOTHING);
    expect(kept).toMatchObject({ kind: 'step', step: { kind: 'delete' } });
    expect(reasonOf(ending({ ...told, scenario: { ...ADOPT, leakReplaced: true, overTheCap: ['old'] } }, OFF))).toBe(
      'step',
    );
  });

  it.each<[string, Against]>([
    ['we made it, though a secret was not read', { scenario: { unread: ['grafana'] } }],
    ['it has our marker, though the configuration adopts it, too', { scenario: { ...ADOPT, unread: ['grafana'] } }],
    ['it has our marker, though another than the present owner', { userId: STRANGER }],
    ['it has our marker, and may write authorizations', { permissions: WRITES_AUTHORIZATIONS }],
    ['another one is pending', { pending: 'other' }],
    ['another value is held', { scenario: { heldByHash: { [markerHash('another token')]: 'grafana holds it' } } }],
  ])('it is not kept where %s', (_name, against) => {
    expect(ending(against)).toEqual(owned(OFF));
  });

  it('a role stands in the reason, so that the note can name it', () => {
    const note = { code: 'KEPT', authorizationId: 'old', role: 'stray', until: Date.UTC(2026, 5, 2) };
    expect(ending({ text: KEPT, role: 'stray' })).toEqual({ kind: 'wait', note });
  });
});

describe('what gives the right to end a token (T1)', () => {
  it.each<[string, Against['marker'], Scenario, string]>([
    ["this consumer's marker", 'own', {}, 'step'],
    ['no marker, though a document names it', 'none', {}, 'ENTRY_UNMARKED'],
    ['the marker of another secret', 'another secret', {}, 'ENTRY_OF_ANOTHER'],
    ['the marker of another deployment', 'another deployment', {}, 'ENTRY_OF_ANOTHER'],
    ['the configuration, which adopts it', 'none', ADOPT, 'step'],
    ['the configuration, which adopts what a consumer had that was renamed', 'grafana', ADOPT, 'step'],
    ['the configuration, which adopts another one', 'none', { settings: { adopt: 'other' } }, 'ENTRY_UNMARKED'],
  ])('%s', (_name, marker, scenario, code) => {
    for (const compromised of [false, true]) {
      const leaks = compromised && code === 'ENTRY_UNMARKED';
      expect(reasonOf(ending({ ...(marker && { marker }), scenario, compromised }))).toBe(
        leaks ? 'LEAKED_LIVES' : code,
      );
    }
  });

  it('a document makes no alarm of what is not of the configured owner by calling it leaked', () => {
    expect(reasonOf(ending({ marker: 'none', userId: STRANGER, compromised: true }))).toBe('ENTRY_UNMARKED');
  });

  it.each<[string, Against, boolean]>([
    ['without a marker', { marker: 'none', scenario: ADOPT }, true],
    ['with the marker of another consumer', { marker: 'grafana', scenario: ADOPT }, true],
    ['with our marker', { scenario: ADOPT }, false],
  ])('the step says of one %s whether only the configuration gives it', (_name, against, adopted) => {
    expect(ending(against)).toEqual(owned(OFF, { adopted }));
  });

  it.each<[string, Against, string]>([
    ['somebody else owns it', { userId: STRANGER }, `it belongs to user ${STRANGER}`],
    ['it may write authorizations', { permissions: WRITES_AUTHORIZATIONS }, 'it may write authorizations'],
  ])('the configuration gives none where %s, whoever says that it leaked', (_name, rest, why) => {
    for (const compromised of [false, true])
      for (const told of [false, compromised]) {
        const alarms = told || (compromised && rest.userId !== STRANGER);
        expect(ending({ marker: 'none', scenario: ADOPT, compromised, told, ...rest })).toEqual({
          kind: 'wait',
          note: {
            code: alarms ? 'LEAKED_LIVES' : 'CANNOT_ADOPT',
            authorizationId: 'old',
            why: expect.stringContaining(why),
          },
        });
      }
  });
});

describe('what is in use is never ended (T2)', () => {
  const why = 'the secret of consumer telegraf holds it';

  it.each<[string, Scenario]>([
    ['by its id', { protections: { old: why } }],
    ['by the hash in its marker, whatever id a document names', { heldByHash: { [HASH]: why } }],
  ])('%s', (_name, scenario) => {
    expect(ending({ scenario, compromised: false })).toEqual({
      kind: 'wait',
      note: { code: 'USED_BY_ANOTHER', authorizationId: 'old', role: 'superseded', why },
    });
    expect(ending({ scenario, compromised: true })).toEqual({
      kind: 'wait',
      note: { code: 'LEAKED_LIVES', authorizationId: 'old', why },
    });
  });
});

describe('whether the secret is looked at for a pending value', () => {
  const look = (scenario: Scenario, timely: TimelyEnding) => () => endingOf(factsOf(scenario), candidateOf({}, timely));
  const value = { ...noDocument, holdsPending: true } as typeof noDocument;

  it('it is, before a step', () => {
    expect(look({}, GONE)).toThrow(
      expect.objectContaining({ question: expect.objectContaining({ kind: 'description' }) }),
    );
  });

  it('what was seen of it counts, though the current version held AWSPENDING when it was read', () => {
    const found = ending({ pending: 'old', scenario: { reading: value } }, GONE);
    expect(reasonOf(found)).toBe('PENDING_ELSEWHERE');
  });

  it.each<[string, Scenario, TimelyEnding, Ending]>([
    ['there is no step', {}, NOTHING, NOTHING],
    ['the current version holds AWSPENDING', { reading: value }, GONE, owned(GONE)],
  ])('it is not where %s', (_name, scenario, timely, found) => {
    expect(look(scenario, timely)()).toEqual(found);
  });
});

describe('several endings come to', () => {
  const note = { code: 'KEPT', authorizationId: 'kept', role: 'stray', until: NOW } as const;
  const steps = [owned(OFF), owned(GONE)].flatMap((each) => (each.kind === 'step' ? [each.step] : []));

  it('their steps in order, and what to know of the others', () => {
    expect(summarize(factsOf({}), [owned(OFF), NOTHING, wait(note), owned(GONE)])).toEqual({
      ends: steps,
      notes: [note],
    });
  });

  it('no step while the clocks disagree, and a note that says so', () => {
    expect(summarize(factsOf({ clocks: CLOCK }), [owned(OFF), wait(note)])).toEqual({
      ends: [],
      notes: [note, { code: 'ENDS_SUSPENDED', detail: 'the clocks differ' }],
    });
  });

  it('the end of what leaked all the same, unless a command may be giving it back', () => {
    const leaked = owned(remove({ code: 'COMPROMISED', authorizationId: 'old' }), { compromised: true });
    const at = (notes: string) => summarize(factsOf({ clocks: CLOCK, rows: [aRow('old', { notes })] }), [leaked]);
    expect(at('compromised=2026-01-01')).toMatchObject({ ends: [{ authorizationId: 'old' }], notes: [] });
    expect(at('compromised=2026-01-01 keep-until=2020-01-01')).toMatchObject({
      ends: [],
      notes: [{ code: 'ENDS_SUSPENDED' }],
    });
  });

  it('no such note where nothing would have ended', () => {
    expect(summarize(factsOf({ clocks: CLOCK }), [wait(note), NOTHING])).toEqual({ ends: [], notes: [note] });
  });
});
