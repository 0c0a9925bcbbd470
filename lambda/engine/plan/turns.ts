import type { Queue } from '../../calls/side-by-side.ts';
import { DAY_MS } from '../../config/duration.ts';
import { dueFrom } from '../document/due-from.ts';
import { graceEndsAt } from '../document/grace.ts';
import { ownDocument } from '../document/own.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { mintedAt } from './reason-to-rotate.ts';

// Whose turn it is, where a run may not have the time for all. It needs no memory: whoever is served is not due any more,
// and whoever is not has waited longer by the next run.

/**
 * Since when something may be due for a consumer, by its document and its rows: its rotation, or a step towards the end
 * of an older token. In milliseconds since the epoch, and in the future where nothing is due; undefined where nothing
 * tells, as before a first token.
 */
export function waitsSince(facts: Facts): number | undefined {
  const { secret, settings, listing, limits } = facts;
  if (secret.kind !== 'value') return undefined;
  const document = ownDocument(secret.content, secret.identity);
  if (document === undefined) return undefined;
  const current = listing.get(document.authorizationId);
  const minted = current ? mintedAt(document, current, limits.clockToleranceMs) : document.mintedAt;
  const rotation = settings.retired ? graceEndsAt(secret.createdAt, limits, settings) : dueFrom(settings, minted);
  const ends = document.superseded.flatMap(({ authorizationId, since }) => {
    const row = listing.get(authorizationId);
    if (row === undefined) return [];
    return row.status === 'active' ? graceEndsAt(since, limits, settings) : row.updatedAt + settings.holdPeriodMs;
  });
  return Math.min(rotation, ...ends);
}

/** What is decided for a consumer, or that nothing could be. */
interface Turn {
  readonly facts: Facts;
  readonly outcome: Decision | { readonly kind: 'undecided' };
}

/** In which order consumers are looked at: who has no document first, then who waits longest; and some by lot. */
export function longestWaitFirst(all: readonly Facts[]): Queue<Facts>[] {
  return inOrder(all, all[0]?.now ?? 0, (facts) => ({ urgency: CAN_WAIT, since: waitsSince(facts) }));
}

/** In which order decisions are carried out: what leaked, then who has no access, then who waits longest; and some by lot. */
export function mostUrgentFirst<T extends Turn>(all: readonly T[]): Queue<T>[] {
  const now = all[0]?.facts.now ?? 0;
  return inOrder(all, now, ({ facts, outcome }) => ({ urgency: urgencyOf(outcome), since: waitsSince(facts) }));
}

const CAN_WAIT = 2;

function urgencyOf(outcome: Turn['outcome']): number {
  if (outcome.kind === 'undecided') return 3;
  const { next, ends } = outcome;
  if (next?.kind === 'note-compromised' || next?.reason.code === 'CURRENT_COMPROMISED') return 0;
  if (ends.some(({ compromised }) => compromised)) return 0;
  return next !== undefined && (next.kind !== 'mint' || next.urgent) ? 1 : CAN_WAIT;
}

interface Rank {
  readonly urgency: number;
  readonly since: number | undefined;
}

/**
 * Whoever fails in every run stays in front, and many of them would take all the time of each run. So where the first may
 * be one of them, having waited for a day or since nobody knows when, a quarter of the workers draws lots.
 */
function inOrder<T>(all: readonly T[], now: number, rankOf: (each: T) => Rank): Queue<T>[] {
  const ranked = all
    .map((each, index) => ({ turn: [index, each] as const, ...rankOf(each) }))
    .sort((one, other) => one.urgency - other.urgency || (one.since ?? 0) - (other.since ?? 0));
  const [first] = ranked;
  const order = ranked.map(({ turn }) => turn);
  const isLate = first !== undefined && (first.urgency < CAN_WAIT || (first.since ?? 0) + DAY_MS < now);
  if (!isLate) return [order.values()];
  const begun = new Set<number>();
  const inTurn = unless(begun, order);
  return [inTurn, inTurn, inTurn, unless(begun, byLot(order, now))];
}

function* unless<T>(begun: Set<number>, turns: readonly (readonly [number, T])[]): Generator<readonly [number, T]> {
  for (const turn of turns) {
    if (begun.has(turn[0])) continue;
    begun.add(turn[0]);
    yield turn;
  }
}

/** Another order in each run, and the same whenever that run is played again. */
function byLot<T>(turns: readonly (readonly [number, T])[], now: number): (readonly [number, T])[] {
  return turns
    .map((turn, place) => ({ turn, lot: mixed(mixed(place) ^ mixed(Math.floor(now / 1000))) }))
    .sort((one, other) => one.lot - other.lot)
    .map(({ turn }) => turn);
}

/** The end of MurmurHash3: whatever is next to each other comes to lie far apart. */
function mixed(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
