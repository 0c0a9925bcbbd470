import { keptUntil } from '../document/keep-until.ts';
import { type Identity, isSameIdentity, type Marker } from '../document/marker.ts';
import { authorizationNamedIn } from '../document/own.ts';
import type { Decision, EndStep } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** What becomes of one older token: a step towards its end, or why not yet. */
export type Ending =
  | { readonly kind: 'step'; readonly step: EndStep }
  | { readonly kind: 'wait'; readonly note: Reason }
  | { readonly kind: 'none' };

export const NOTHING: Ending = { kind: 'none' };

/** An older token that may be ended, with what its rule says of the time. */
export interface EndCandidate {
  readonly role: 'superseded' | 'stray';
  readonly authorizationId: string;
  /** Empty where the row cannot be read. */
  readonly description: string;
  readonly marker: Marker | undefined;
  /** Whose token it should be, by its marker. */
  readonly identity: Identity;
  readonly compromised: boolean;
  /** Made by somebody else: it can have been shared before we knew it. */
  readonly adopted: boolean;
  /** The step that its time has come for, or what it waits for. */
  readonly timely: () => Ending;
}

type Guard = (facts: Facts, candidate: EndCandidate) => Reason | undefined;

/** Somebody else uses it. Asked before anything is looked up about it, too. */
export function usedByAnother(
  { protections }: Facts,
  authorizationId: string,
  role: EndCandidate['role'],
): Reason | undefined {
  const why = protections.of(authorizationId);
  return why === undefined ? undefined : { code: 'USED_BY_ANOTHER', authorizationId, role, why };
}

/** What keeps a token from its end, whether or not its time has come. */
const ALWAYS = {
  usedByAnother: (facts, { authorizationId, role }) => usedByAnother(facts, authorizationId, role),
  markedForAnother: (_facts, { authorizationId, marker, identity }) =>
    marker === undefined || isSameIdentity(marker, identity)
      ? undefined
      : { code: 'ENTRY_OF_ANOTHER', authorizationId, owner: marker },
  perhapsShared: ({ unread }, { authorizationId, marker, adopted }) =>
    adopted && marker === undefined && unread.length > 0
      ? { code: 'PERHAPS_SHARED', authorizationId, unread }
      : undefined,
  kept: ({ now }, { authorizationId, description, role }) => {
    const until = keptUntil(description, now);
    return until === undefined ? undefined : { code: 'KEPT', authorizationId, role, until };
  },
} satisfies Readonly<Record<string, Guard>>;

/** What keeps it from the step that its time has come for. The look that one needs is only then worth its call. */
const BEFORE_A_STEP = {
  // R14a: while Secrets Manager itself rotates, the authorization in the pending value is its business.
  pendingElsewhere: (facts, { authorizationId }) =>
    isPending(facts, authorizationId) ? { code: 'PENDING_ELSEWHERE', authorizationId } : undefined,
} satisfies Readonly<Record<string, Guard>>;

/** Only switching off is capped: what is off already does no harm by waiting, nor any by being deleted. */
const BEFORE_SWITCHING_OFF = {
  overTheCap: ({ overTheCap, limits }, { authorizationId }) =>
    overTheCap.has(authorizationId)
      ? { code: 'OVER_THE_CAP', authorizationId, cap: limits.maxRetirementsPerRun }
      : undefined,
} satisfies Readonly<Record<string, Guard>>;

/** What a leaked token does not wait for. */
const SKIPPED_WHEN_COMPROMISED: ReadonlySet<string> = new Set<keyof typeof ALWAYS>(['perhapsShared', 'kept']);

/** May this token be ended now? The one place that knows. */
export function endingOf(facts: Facts, candidate: EndCandidate): Ending {
  const { compromised, authorizationId } = candidate;
  const skipped = compromised ? SKIPPED_WHEN_COMPROMISED : new Set<string>();
  const always = firstOf(ALWAYS, facts, candidate, skipped);
  if (always !== undefined) return wait(always);
  if (compromised) return remove({ code: 'COMPROMISED', authorizationId }, true);
  const ending = candidate.timely();
  if (ending.kind !== 'step') return ending;
  const guards = ending.step.kind === 'delete' ? BEFORE_A_STEP : { ...BEFORE_A_STEP, ...BEFORE_SWITCHING_OFF };
  const obstacle = firstOf(guards, facts, candidate);
  return obstacle === undefined ? ending : wait(obstacle);
}

function firstOf(
  guards: Readonly<Record<string, Guard>>,
  facts: Facts,
  candidate: EndCandidate,
  skipped: ReadonlySet<string> = new Set(),
): Reason | undefined {
  for (const [name, guard] of Object.entries(guards)) {
    const reason = skipped.has(name) ? undefined : guard(facts, candidate);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What several endings come to: their steps, none of which is taken while the clocks disagree, and what to know of them. */
export function summarize({ clocks }: Facts, endings: readonly Ending[]): Pick<Decision, 'ends' | 'notes'> {
  const notes = endings.flatMap((ending) => (ending.kind === 'wait' ? [ending.note] : []));
  const ends = endings.flatMap((ending) => (ending.kind === 'step' ? [ending.step] : []));
  if (clocks.kind === 'agree' || ends.length === 0) return { ends, notes };
  return { ends: [], notes: [...notes, { code: 'ENDS_SUSPENDED', detail: clocks.detail }] };
}

export function wait(note: Reason): Ending {
  return { kind: 'wait', note };
}

/** @param countsSince since when it counts against the cap; undefined for what does not count. */
export function switchOff(reason: Reason<'GRACE_OVER' | 'LEFT_BEHIND'>, countsSince?: number): Ending {
  const { authorizationId } = reason;
  return { kind: 'step', step: { kind: 'switch-off', authorizationId, reason, countsSince, compromised: false } };
}

export function remove(
  reason: Reason<'COMPROMISED' | 'OWNER_DELETED' | 'HOLD_OVER' | 'NEVER_STORED' | 'LEFT_BEHIND_AND_HELD'>,
  compromised = false,
): Ending {
  const { authorizationId } = reason;
  return { kind: 'step', step: { kind: 'delete', authorizationId, reason, countsSince: undefined, compromised } };
}

function isPending({ answers, secret }: Facts, id: string): boolean {
  // A label sits on one version: while this one still has AWSPENDING, as after each of our promotions, no other does.
  const nothingIsPending = secret.kind === 'value' && secret.holdsPending;
  if (nothingIsPending && answers.knownDescription() === 'unasked') return false;
  const description = answers.description();
  if (description?.rotationEnabled !== true || description.pending === description.current) return false;
  return authorizationNamedIn(answers.version('AWSPENDING')?.content) === id;
}
