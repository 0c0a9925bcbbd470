import type { RotationDocument } from '../document/document.ts';
import { graceEndsAt } from '../document/grace.ts';
import { type Identity, identityOf, isSameIdentity, parseMarker } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import { adoptedAsFarAsSeen } from './adoption.ts';
import { countedRows } from './counted-rows.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { listed } from './listed.ts';
import { sinceRunBeforeMs } from './proof-of-life.ts';
import { currentPutByUs, isMadeInSteps, promotedAtLatest } from './put-by-us.ts';
import type { Reason } from './reason.ts';
import { graceOfEntryOverAt } from './superseded-token.ts';

// What applications are told, and when (docs/protocol.md, N1 to N3). Nothing remembers what was told: each run decides
// from the age of the current version, and from when older tokens end.

/** The version that a run made current. */
export interface Promoted {
  readonly secretArn: string;
  readonly document: RotationDocument;
}

/** An older token that still works, and until when it does at least, in milliseconds since the epoch. */
interface Ending {
  readonly authorizationId: string;
  readonly worksUntil: number;
}

/** One thing to tell of one consumer. */
export interface News {
  readonly kind: 'promoted' | 'ends-soon';
  readonly consumer: string;
  readonly secretArn: string;
  readonly versionId: string;
  /** Of the current token. */
  readonly authorizationId: string;
  /** `promoted`: all older tokens that still work. `ends-soon`: those that are meant. */
  readonly ending: readonly Ending[];
  /** How many more there are than these. */
  readonly more: number;
}

/** What the secret holds after the run, as far as the run knows. */
interface Held {
  readonly secretArn: string;
  readonly versionId: string;
  readonly createdAt: number;
  readonly document: RotationDocument;
  readonly identity: Identity;
}

/**
 * What is to be told of a consumer once this run has done what it decided. Pure.
 * @param decision undefined if nothing could be decided.
 * @param promoted what this run made current; undefined if it promoted nothing.
 */
export function newsOf(
  facts: Facts,
  decision: Decision | undefined,
  promoted: Promoted | undefined,
  scheduleMs: number,
): News[] {
  // The next run looks again.
  if (decision?.state === 'changed' && promoted === undefined) return [];
  const held = promoted === undefined ? heldBefore(facts) : heldNow(facts, promoted);
  if (held === undefined) return [];
  const { now, settings } = facts;
  const all = endingsOf(facts, decision, held, promoted !== undefined);
  const soon = all.filter(({ worksUntil }) => worksUntil > now && worksUntil - now <= soonMs(scheduleMs));
  const isNew = promoted !== undefined || isPromotedLately(facts, scheduleMs);
  return [
    ...(isNew && !settings.retired ? [news('promoted', facts, held, all)] : []),
    ...(soon.length > 0 ? [news('ends-soon', facts, held, soon)] : []),
  ];
}

function heldNow({ now }: Facts, { secretArn, document }: Promoted): Held {
  return { secretArn, versionId: document.id, createdAt: now, document, identity: document.identity };
}

function heldBefore({ secret, settings, deployment }: Facts): Held | undefined {
  if (secret.kind !== 'value') return undefined;
  const { arn: secretArn, versionId, createdAt, content } = secret;
  const identity = identityOf(deployment, settings.name, secretArn);
  const document = ownDocument(content, identity);
  return document && { secretArn, versionId, createdAt, document, identity };
}

/**
 * N1: a promotion takes effect a lease after its put at the latest, and a run looks within its period after that. So each
 * version is young in at least one run, and mostly in the one that follows its promotion. The four steps tell nothing
 * themselves, so two runs do.
 */
function isPromotedLately(facts: Facts, scheduleMs: number): boolean {
  const { now, limits } = facts;
  const lately = isMadeInSteps(facts) ? soonMs(scheduleMs) : sinceRunBeforeMs(scheduleMs) + limits.leaseMs;
  if (now - promotedAtLatest(facts) >= lately) return false;
  return currentPutByUs(facts) !== undefined;
}

/** N2: two runs at least begin in this time, however late each of them may. */
function soonMs(scheduleMs: number): number {
  return scheduleMs + sinceRunBeforeMs(scheduleMs);
}

/** Waits of a token that no ledger has to name. */
const SETTLES: ReadonlySet<Reason['code']> = new Set(['ADOPTED_SETTLES', 'RETIRED_SETTLES']);

/** The older tokens that work, are ours to end, and do not end in this run. */
function endingsOf(facts: Facts, decision: Decision | undefined, held: Held, isNew: boolean): Ending[] {
  const { document, identity } = held;
  const { listing } = facts;
  const notes = decision?.notes ?? [];
  const ends = new Set(decision?.ends.map(({ authorizationId }) => authorizationId));
  const settling = notes.flatMap((note) => (SETTLES.has(note.code) && 'authorizationId' in note ? [note] : []));
  const leaked = document.superseded.filter(({ compromised }) => compromised);
  const left = new Set([...ends, ...leaked.map(({ authorizationId }) => authorizationId)]);
  const ids = [...document.superseded, ...settling].flatMap(({ authorizationId }) => authorizationId ?? []);
  return [...new Set(ids)].flatMap((authorizationId) => {
    const row = listing.get(authorizationId);
    const marker = row && parseMarker(row.description);
    // T1: what a ledger alone names may be anybody's.
    const isOurs = marker === undefined ? adoptedAsFarAsSeen(facts)?.id === row?.id : isSameIdentity(marker, identity);
    if (row?.status !== 'active' || !isOurs || marker?.compromised || left.has(authorizationId)) return [];
    const worksUntil = worksUntilOf(facts, held, notes, authorizationId, isNew);
    return worksUntil === undefined ? [] : [{ authorizationId, worksUntil }];
  });
}

/** Undefined for a token that waits without a known end. */
function worksUntilOf(
  facts: Facts,
  { document, identity, createdAt: since }: Held,
  notes: readonly Reason[],
  authorizationId: string,
  isNew: boolean,
): number | undefined {
  const { limits, settings } = facts;
  const note = notes.find((each) => 'authorizationId' in each && each.authorizationId === authorizationId);
  // What a run noted before it promoted is no obstacle to what its promotion supersedes.
  const noted = note === undefined ? 0 : 'until' in note ? note.until : isNew ? 0 : undefined;
  if (noted === undefined || !Number.isFinite(noted)) return undefined;
  const entry = document.superseded.find((each) => each.authorizationId === authorizationId);
  if (entry === undefined) return noted;
  const marked = countedRows(facts, facts.listing.markedAs(identity), document);
  const holder = { identity, marked, documentId: document.id, currentId: document.authorizationId, since };
  // No list shows the row that this run made.
  const grace = isNew ? graceEndsAt(entry.since, limits, settings) : (graceOfEntryOverAt(facts, holder, entry) ?? 0);
  return Math.max(noted, grace);
}

function news(kind: News['kind'], facts: Facts, held: Held, all: readonly Ending[]): News {
  const { secretArn, versionId, document } = held;
  const { shown: ending, more } = listed(all);
  const consumer = facts.settings.name;
  return { kind, consumer, secretArn, versionId, authorizationId: document.authorizationId, ending, more };
}
