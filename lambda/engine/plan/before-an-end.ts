import type { Authorization } from '../../influxdb/authorization.ts';
import { keepUntilOf, keptUntil } from '../document/keep-until.ts';
import { type Identity, isSameIdentity, type Marker, parseMarker } from '../document/marker.ts';
import { isAdopted, valueOfAdopted, whyNotAdopted } from './adoption.ts';
import { asLeak, commandMayUseUntil, leakBySecretAlone, leakWithoutMarker, mayLiveOn } from './compromised.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { isPending } from './pending-elsewhere.ts';
import type { Reason } from './reason.ts';
import type { EndStep } from './steps.ts';

interface Waiting {
  readonly kind: 'wait';
  readonly note: Reason;
}

/** What becomes of one older token: a step towards its end, or why not yet. */
export type Ending = { readonly kind: 'step'; readonly step: EndStep } | Waiting | { readonly kind: 'none' };

/** The same, as far as its time alone decides. */
export type TimelyEnding = Timely | Waiting | { readonly kind: 'none' };

export const NOTHING = { kind: 'none' } as const;

/** An older token that may be ended, with what its rule says of the time. */
export interface EndCandidate {
  readonly role: 'superseded' | 'stray' | 'adopted';
  readonly row: Authorization;
  /** Whose token it should be, by its marker. */
  readonly identity: Identity;
  /** Somebody says that it leaked. */
  readonly compromised: boolean;
  /** So says the server, or the command of this run: nobody can forge that by writing the secret. */
  readonly told: boolean;
  /** Of an owner whom nothing names. */
  readonly aside?: boolean;
  /** The step that its time has come for, or what it waits for. */
  readonly timely: (marker: Marker | undefined) => TimelyEnding;
}

interface Marked extends EndCandidate {
  readonly marker: Marker | undefined;
  /** Somebody says that it leaked, and nothing shows that it is not this consumer's: while it lives, that is an alarm. */
  readonly alarming: boolean;
}

type Guard = (facts: Facts, candidate: Marked) => Reason | undefined;

/** T2: never what a secret holds now, by id or by value, nor what this run signs in with. Asked before any look, too. */
export function usedByAnother(
  { protections }: Facts,
  authorizationId: string,
  markedHash: string | undefined,
  role: EndCandidate['role'],
  leaked: boolean,
): Reason | undefined {
  const use = protections.inUse(authorizationId, markedHash);
  if (use !== undefined && leaked) return { code: 'LEAKED_LIVES', authorizationId, why: use.why };
  return use && { code: 'USED_BY_ANOTHER', authorizationId, role, ...use };
}

/** What keeps a token from its end, whether or not its time has come. */
const ALWAYS = {
  usedByAnother: (facts, { row, marker, role, compromised }) =>
    usedByAnother(facts, row.id, marker?.tokenHash, role, compromised),
  // T1: the right to end a token comes from the server's marker or from the configuration, never from a secret's word.
  markedForAnother: (facts, { row, marker, identity }) =>
    marker === undefined || isSameIdentity(marker, identity) || isAdopted(facts, row)
      ? undefined
      : { code: 'ENTRY_OF_ANOTHER', authorizationId: row.id, owner: marker },
  unmarked: (facts, { row, marker, alarming }) => {
    if (marker !== undefined || isAdopted(facts, row)) return undefined;
    return alarming ? leakWithoutMarker(row.id) : { code: 'ENTRY_UNMARKED', authorizationId: row.id };
  },
  // Once somebody else's secret holds it, or did until lately, its readers have a grace period of their own.
  heldByAnother: (facts, { row, marker, role }) => {
    if (marker !== undefined) return undefined;
    const use = facts.others.mayHold(row.id, () => valueOfAdopted(facts, row));
    return use && { code: 'USED_BY_ANOTHER', authorizationId: row.id, role, ...use };
  },
  perhapsShared: ({ unread }, { row: { id: authorizationId }, marker }) =>
    marker === undefined && unread.length > 0 ? { code: 'PERHAPS_SHARED', authorizationId, unread } : undefined,
  kept: ({ now }, { row: { id: authorizationId, description }, role }) => {
    const until = keptUntil(description, now);
    return until === undefined ? undefined : { code: 'KEPT', authorizationId, role, until };
  },
} satisfies Readonly<Record<string, Guard>>;

/** What keeps it from the step that its time has come for. The looks that these need are only then worth their calls. */
const BEFORE_A_STEP = {
  notAdoptable: (facts, { row, marker, identity }) => {
    const isOurs = marker !== undefined && isSameIdentity(marker, identity);
    const why = isOurs ? undefined : whyNotAdopted(facts, row);
    return why === undefined ? undefined : { code: 'CANNOT_ADOPT', authorizationId: row.id, why };
  },
  // R14a: while Secrets Manager itself rotates, the authorization in the pending value is its business, whatever its age.
  pendingElsewhere: (facts, { row }) =>
    isPending(facts, row) ? { code: 'PENDING_ELSEWHERE', authorizationId: row.id } : undefined,
} satisfies Readonly<Record<string, Guard>>;

/** Only switching off is capped: what is off already does no harm by waiting, nor any by being deleted. */
const BEFORE_SWITCHING_OFF = {
  overTheCap: ({ overTheCap, limits }, { row: { id: authorizationId } }) =>
    overTheCap.has(authorizationId)
      ? { code: 'OVER_THE_CAP', authorizationId, cap: limits.maxRetirementsPerRun }
      : undefined,
} satisfies Readonly<Record<string, Guard>>;

/** What a leaked token does not wait for. */
const SKIPPED_WHEN_COMPROMISED: ReadonlySet<string> = new Set<keyof typeof ALWAYS>(['kept']);

/** May this token be ended now? The one place that knows. */
export function endingOf(facts: Facts, given: EndCandidate): Ending {
  const marker = parseMarker(given.row.description);
  const isOurs = marker !== undefined && isSameIdentity(marker, given.identity);
  const leaked = given.compromised || marker?.compromised === true;
  // T1: what is adopted waits for the configuration's time; a document's word alone makes it no quicker.
  const compromised = leaked && (isOurs || (given.told && isAdopted(facts, given.row)));
  const { row, identity } = given;
  const mayBeIts = given.told || (facts.target.kind === 'resolved' && row.userId === facts.target.userId);
  const alarming = leaked && !isOurs && mayBeIts;
  const candidate = { ...given, marker, alarming, compromised };
  const skipped = compromised ? SKIPPED_WHEN_COMPROMISED : new Set<string>();
  const kept = (obstacle: Reason) => wait(alarming ? asLeak(row, obstacle) : obstacle);
  const always = firstOf(ALWAYS, facts, candidate, skipped);
  if (always !== undefined) return kept(always);
  const owned = ({ step }: Timely): Ending => ({
    kind: 'step',
    step: { ...step, identity, adopted: !isOurs, compromised, aside: given.aside === true },
  });
  if (compromised) {
    const never = BEFORE_A_STEP.notAdoptable(facts, candidate);
    if (never !== undefined) return kept(never);
    const until = commandMayUseUntil(row, facts);
    if (until !== undefined) return wait({ code: 'COMPROMISED_HELD', authorizationId: row.id, until });
    return owned(remove({ code: 'COMPROMISED', authorizationId: row.id }));
  }
  const ending = candidate.timely(marker);
  if (ending.kind !== 'step') return alarming && mayLiveOn(facts, row) ? wait(leakBySecretAlone(facts, row)) : ending;
  const guards = ending.step.kind === 'delete' ? BEFORE_A_STEP : { ...BEFORE_A_STEP, ...BEFORE_SWITCHING_OFF };
  const obstacle = firstOf(guards, facts, candidate);
  return obstacle === undefined ? owned(ending) : kept(obstacle);
}

function firstOf(
  guards: Readonly<Record<string, Guard>>,
  facts: Facts,
  candidate: Marked,
  skipped: ReadonlySet<string> = new Set(),
): Reason | undefined {
  for (const [name, guard] of Object.entries(guards)) {
    const reason = skipped.has(name) ? undefined : guard(facts, candidate);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What several endings come to: their steps, few of which are taken while the clocks disagree, and what to know of them. */
export function summarize(facts: Facts, endings: readonly Ending[]): Pick<Decision, 'ends' | 'notes'> {
  const { clocks, listing } = facts;
  const notes = endings.flatMap((ending) => (ending.kind === 'wait' ? [ending.note] : []));
  const steps = endings.flatMap((ending) => (ending.kind === 'step' ? [ending.step] : []));
  const ends = oldestLeakedFirst(facts, steps);
  if (clocks.kind === 'agree') return { ends, notes };
  // What leaked waits for no time, unless a command may be giving it back (H18).
  const left = ends.filter(({ compromised, authorizationId }) => {
    const row = listing.get(authorizationId);
    return compromised && row !== undefined && keepUntilOf(row.description) === undefined;
  });
  if (left.length === ends.length) return { ends, notes };
  return { ends: left, notes: [...notes, { code: 'ENDS_SUSPENDED', detail: clocks.detail }] };
}

/** The note that says so of older ones, too, goes with its row, which is the newest. */
function oldestLeakedFirst({ listing }: Facts, ends: readonly EndStep[]): EndStep[] {
  const madeAt = ({ authorizationId }: EndStep) => listing.get(authorizationId)?.createdAt ?? 0;
  const leaked = ends.filter(({ compromised }) => compromised);
  const others = ends.filter(({ compromised }) => !compromised);
  return [...leaked.toSorted((one, other) => madeAt(one) - madeAt(other)), ...others];
}

export function wait(note: Reason): Waiting {
  return { kind: 'wait', note };
}

/** What a rule says of the time; the guards add whose token it is. */
type Timely = { readonly kind: 'step'; readonly step: Omit<EndStep, 'identity' | 'adopted' | 'compromised' | 'aside'> };

/** @param countsSince since when it counts against the cap; undefined for what does not count. */
export function switchOff(reason: Reason<'GRACE_OVER' | 'LEFT_BEHIND' | 'ADOPTED'>, countsSince?: number): Timely {
  return { kind: 'step', step: { kind: 'switch-off', authorizationId: reason.authorizationId, reason, countsSince } };
}

export function remove(reason: Reason<'COMPROMISED' | 'HOLD_OVER' | 'NEVER_STORED' | 'LEFT_BEHIND_AND_HELD'>): Timely {
  const { authorizationId } = reason;
  return { kind: 'step', step: { kind: 'delete', authorizationId, reason, countsSince: undefined } };
}
