import { graceEndsAt } from '../document/grace.ts';
import { identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { dueFrom, mintedAt } from './reason-to-rotate.ts';

// Whose turn it is, where a run may not have the time for all. It needs no memory: whoever is served is not due any more,
// and whoever is not has waited longer by the next run.

/**
 * Since when something may be due for a consumer, by its document and its rows: its rotation, or a step towards the end
 * of an older token. In milliseconds since the epoch, and in the future where nothing is due; undefined where nothing
 * tells, as before a first token.
 */
export function waitsSince(facts: Facts): number | undefined {
  const { secret, settings, deployment, listing, limits } = facts;
  if (secret.kind !== 'value') return undefined;
  const document = ownDocument(secret.content, identityOf(deployment, settings.name, secret.arn));
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

/**
 * In which order consumers are looked at: who has no document first, then who waits longest.
 * @returns each with its index.
 */
export function longestWaitFirst(all: readonly Facts[]): IterableIterator<readonly [number, Facts]> {
  return inOrder(all, (facts) => ({ urgency: 0, since: waitsSince(facts) }));
}

/** In which order decisions are carried out: what leaked, then who has no access, then who waits longest. */
export function mostUrgentFirst<T extends Turn>(all: readonly T[]): IterableIterator<readonly [number, T]> {
  return inOrder(all, ({ facts, outcome }) => ({ urgency: urgencyOf(outcome), since: waitsSince(facts) }));
}

function urgencyOf(outcome: Turn['outcome']): number {
  if (outcome.kind === 'undecided') return 3;
  const { next, ends } = outcome;
  if (next?.kind === 'note-compromised' || next?.reason.code === 'CURRENT_COMPROMISED') return 0;
  if (ends.some(({ compromised }) => compromised)) return 0;
  return next !== undefined && (next.kind !== 'mint' || next.urgent) ? 1 : 2;
}

interface Rank {
  readonly urgency: number;
  readonly since: number | undefined;
}

function inOrder<T>(all: readonly T[], rankOf: (each: T) => Rank): IterableIterator<readonly [number, T]> {
  return all
    .map((each, index) => ({ turn: [index, each] as const, ...rankOf(each) }))
    .sort((one, other) => one.urgency - other.urgency || (one.since ?? 0) - (other.since ?? 0))
    .map(({ turn }) => turn)
    .values();
}
