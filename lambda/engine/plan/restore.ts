import { areSamePermissions } from '../../influxdb/permissions.ts';
import type { RotationDocument } from '../document/document.ts';
import { markerHash } from '../document/marker.ts';
import { tokenOf } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import type { SeenVersion } from '../observe/question.ts';
import { acting, type Decision, type Rest } from './decision.ts';
import type { Facts } from './facts.ts';
import { isYoung, knownIds, ledgerWithout, nextLedger } from './next-ledger.ts';
import { notesOnCopy } from './notes-on-adoption.ts';
import { recently } from './recent-copies.ts';
import type { CopyForward, Mint, StartingVersion } from './steps.ts';
import { isPrevious } from './stray-token.ts';
import { copiesNothing } from './unwritable.ts';

/** A consumer without access, though tokens of ours that its secret does not name may live. */
export interface Cut {
  readonly start: StartingVersion;
  /** What the value names, where it has a document of this consumer's. */
  readonly document: RotationDocument | undefined;
  readonly copied: boolean;
  readonly marked: readonly MarkedRow[];
  /** Live, and not what the secret holds. */
  readonly live: readonly MarkedRow[];
  /** What is done if the token to restore turns out not to work. */
  readonly otherwise?: () => Mint | undefined;
}

/** How many values are looked for at most: each costs a call. */
const MOST_TRIED = 3;

/**
 * U1: restores a living token of ours instead of making one more. Something that puts an old value back again and again
 * would otherwise cost a new token each time. The newest is taken of those that the value does not name; so a person who
 * deletes the current token does not get its predecessor back.
 */
export function planRestore(facts: Facts, cut: Cut): Decision | undefined {
  const { target, settings } = facts;
  if (target.kind !== 'resolved' || copiesNothing(facts)) return undefined;
  // A copied document names what was current when somebody put another value there, so its word is no reason.
  const named = cut.document === undefined || cut.copied ? new Set<string>() : knownIds(cut.document);
  const fitting = cut.live
    .filter(({ row }) => !named.has(row.id) && row.userId === target.userId)
    .filter(({ row }) => areSamePermissions(row.permissions, target.grant(row.userId)))
    .filter((each) => !isYoung(each, facts) || isPrevious(facts, each))
    .toSorted((one, other) => other.row.createdAt - one.row.createdAt);
  for (const { row, marker } of fitting.slice(0, MOST_TRIED)) {
    const holder = versionsOf(facts, marker.rotationId)
      .map((version) => tokenOf(version.content, row.id))
      .find((held) => held !== undefined && (marker.tokenHash ?? markerHash(held.token)) === markerHash(held.token));
    if (holder === undefined) continue;
    const { start, document, copied, marked } = cut;
    const { identity } = start;
    const ledger = nextLedger(facts, { identity, document, copied, marked, supersedes: true });
    const copy: CopyForward = {
      kind: 'copy-forward',
      reason: { code: 'RESTORED', authorizationId: row.id },
      start,
      token: holder.token,
      document: { ...holder.document, identity },
      ledger: ledgerWithout(ledger, row.id),
      recent: recently(facts, document),
      otherwise: cut.otherwise?.(),
    };
    return withAlarm(copy, { notes: notesOnCopy(facts) }, [row.id, settings.secret]);
  }
  return undefined;
}

/** The second such copy within a day means that something else writes the secret: an alarm, which stops no access (U5). */
export function withAlarm(
  copy: CopyForward,
  rest: Rest,
  [authorizationId, secret]: readonly [string, string],
): Decision {
  const decision = acting(copy, rest);
  if (copy.recent.length === 0) return decision;
  return { ...decision, state: 'blocked', obstacle: { code: 'WRITTEN_AGAIN', secret, authorizationId } };
}

/** Wherever the value of this rotation may be: under a label, or in its own version, which outlives its last label. */
function* allVersions({ answers }: Facts, rotationId: string | undefined): Generator<SeenVersion | undefined> {
  yield answers.version('AWSPREVIOUS');
  yield answers.version('AWSPENDING');
  if (rotationId !== undefined) yield answers.stored(rotationId);
}

export function versionsOf(facts: Facts, rotationId: string | undefined): SeenVersion[] {
  return [...allVersions(facts, rotationId)].filter((version) => version !== undefined);
}
