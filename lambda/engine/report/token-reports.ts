import { isInForce } from '../../config/exception.ts';
import type { LedgerEntry, RotationDocument } from '../document/document.ts';
import { keptUntil } from '../document/keep-until.ts';
import { ownDocument } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { adoptedAsFarAsSeen } from '../plan/adoption.ts';
import { isNoted } from '../plan/compromised.ts';
import { countedRows } from '../plan/counted-rows.ts';
import type { Facts } from '../plan/facts.ts';
import { isYoung } from '../plan/next-ledger.ts';
import { mintedAt } from '../plan/reason-to-rotate.ts';
import { graceOfEntryOverAt } from '../plan/superseded-token.ts';
import type { TokenReport } from './report.ts';
import { TokenTimes } from './token-times.ts';

/** The tokens of one consumer as the lists and its document show them. */
export function reportTokens(facts: Facts): TokenReport[] {
  const { secret, settings, listing, deployment } = facts;
  if (secret.kind !== 'value') {
    const marked = listing.markedByName(deployment, settings.name);
    return othersIn(marked, facts).map((token) => reportToken(facts, token));
  }
  const { identity } = secret;
  const document = ownDocument(secret.content, identity);
  const known = document === undefined ? [] : knownIn(document, facts, secret.createdAt);
  const named = new Set(known.map(({ authorizationId }) => authorizationId));
  const others = listing.markedAs(identity).filter(({ row }) => !named.has(row.id));
  return [...known, ...othersIn(others, facts)].map((token) => reportToken(facts, token));
}

function othersIn(marked: readonly MarkedRow[], facts: Facts): KnownToken[] {
  return marked.map((each) => ({ authorizationId: each.row.id, role: isYoung(each, facts) ? 'pending' : 'stray' }));
}

function knownIn(document: RotationDocument, facts: Facts, since: number): KnownToken[] {
  const { listing, limits } = facts;
  const { authorizationId, superseded } = document;
  const row = listing.get(authorizationId);
  const minted = row === undefined ? document.mintedAt : mintedAt(document, row, limits.clockToleranceMs);
  const current: KnownToken = { authorizationId, role: 'current', mintedAt: minted };
  if (superseded.length === 0) return [current];
  const { id: documentId, identity } = document;
  const marked = countedRows(facts, listing.markedAs(identity), document);
  const holder = { identity, marked, documentId, currentId: authorizationId, since };
  return [
    current,
    // A ledger that names the current token itself, as somebody may write it, makes no second one of it.
    ...superseded
      .filter((entry) => entry.authorizationId !== authorizationId)
      .map(
        (entry): KnownToken => ({
          authorizationId: entry.authorizationId,
          role: 'superseded',
          supersededAt: entry.since,
          graceOverAt: endsAtOnce(facts, entry) ? undefined : graceOfEntryOverAt(facts, holder, entry),
        }),
      ),
  ];
}

/** What leaked is deleted as soon as it may be; only of what is adopted, a ledger's word does not do. */
function endsAtOnce(facts: Facts, entry: LedgerEntry): boolean {
  if (isNoted(facts, entry)) return true;
  return entry.compromised && adoptedAsFarAsSeen(facts)?.id !== entry.authorizationId;
}

/** A token, and what is known of it besides its row. Times are milliseconds since the epoch. */
interface KnownToken {
  readonly authorizationId: string;
  readonly role: TokenReport['role'];
  /** Where something knows it better than the row. */
  readonly mintedAt?: number;
  readonly supersededAt?: number;
  /** By the planner's own rule, as what applications are told of the end is. */
  readonly graceOverAt?: number | undefined;
}

function reportToken(facts: Facts, token: KnownToken): TokenReport {
  const { listing, answers } = facts;
  const { authorizationId, role, supersededAt } = token;
  const row = listing.get(authorizationId);
  const since = token.mintedAt ?? row?.createdAt;
  return {
    authorizationId,
    role,
    status: row?.status ?? (answers.isUnseen(authorizationId) ? 'unknown' : 'gone'),
    mintedAt: since === undefined ? undefined : new Date(since).toISOString(),
    supersededAt: supersededAt === undefined ? undefined : new Date(supersededAt).toISOString(),
    overdueAt: since === undefined ? undefined : timesOf(facts).overdueAt(since),
    inactiveSince: row?.status === 'inactive' ? new Date(row.updatedAt).toISOString() : undefined,
    endsAt: endOf(facts, token),
    overdue: isOverdue(facts, token),
  };
}

function timesOf({ settings, limits }: Facts): TokenTimes {
  return new TokenTimes(settings, limits);
}

/** Nothing of one that is kept for ever, nor of one that is live and in no ledger, which settles by other rules. */
function endOf(facts: Facts, { authorizationId, role, graceOverAt }: KnownToken): string | undefined {
  const row = facts.listing.get(authorizationId);
  const kept = row && keptUntil(row.description, facts.now);
  const stays = (role === 'current' && !facts.settings.retired) || role === 'pending';
  if (row === undefined || stays || kept === Number.POSITIVE_INFINITY) return undefined;
  if (row.status === 'inactive') return timesOf(facts).holdEndsAt(row.updatedAt, kept);
  return graceOverAt === undefined ? undefined : new Date(Math.max(graceOverAt, kept ?? 0)).toISOString();
}

/** One that cannot be seen may live. It is at least as old as the version that superseded it. */
function isOverdue(facts: Facts, token: KnownToken): boolean {
  const { listing, answers, settings, now } = facts;
  const { authorizationId } = token;
  if (isExcused(facts, token)) return false;
  const row = listing.get(authorizationId);
  if (row === undefined ? !answers.isUnseen(authorizationId) : row.status !== 'active') return false;
  const since = token.mintedAt ?? row?.createdAt ?? token.supersededAt;
  return since !== undefined && since + settings.maxTokenAgeMs < now;
}

/** An exception excuses the age of what is in use. What should have ended is another matter. */
function isExcused({ settings: { exception }, now }: Facts, { role, graceOverAt = 0 }: KnownToken): boolean {
  return isInForce(exception, now) && (role === 'current' || graceOverAt > now);
}
