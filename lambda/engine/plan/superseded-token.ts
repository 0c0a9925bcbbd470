import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import type { LedgerEntry } from '../document/document.ts';
import type { Identity } from '../document/marker.ts';
import { currentIn } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import {
  type Ending,
  endingOf,
  NOTHING,
  remove,
  switchOff,
  type TimelyEnding,
  usedByAnother,
  wait,
} from './before-an-end.ts';
import { findEntry } from './entry.ts';
import type { Facts } from './facts.ts';

/** The secret's own side of an entry: whose it is, and what else is known of its versions. */
export interface Superseded {
  readonly identity: Identity;
  /** The id of the version that the document stands in, and of the authorization that it names, where there is one. */
  readonly documentId: string | undefined;
  readonly currentId: string | undefined;
  /** When the current version was made, in milliseconds since the epoch. */
  readonly since: number;
  readonly marked: readonly MarkedRow[];
}

/** R6: what becomes of one entry of the ledger. */
export function endingOfEntry(facts: Facts, owner: Superseded, entry: LedgerEntry): Ending {
  const { authorizationId, compromised } = entry;
  const used = usedByAnother(facts, authorizationId, undefined, 'superseded');
  if (used !== undefined) return wait(used);
  const found = findEntry(facts, entry);
  switch (found.kind) {
    case 'gone':
      return NOTHING;
    case 'unseen':
      return wait({ code: 'ENTRY_UNSEEN', authorizationId, detail: found.detail });
    // No read shows whose it is, and it works for nobody.
    case 'owner-gone':
      return wait({ code: 'OWNER_DELETED', authorizationId });
    case 'found': {
      const { row } = found;
      return endingOf(facts, {
        ...{ role: 'superseded', row, identity: owner.identity, compromised },
        timely: (marker) => timelyEnd(facts, owner, entry, row, marker?.rotationId),
      });
    }
  }
}

function timelyEnd(
  facts: Facts,
  owner: Superseded,
  entry: LedgerEntry,
  row: Authorization,
  rotationId: string | undefined,
): TimelyEnding {
  const { now, settings, answers } = facts;
  const { authorizationId } = entry;
  if (settledAt(facts, entry, owner.since) > now) return NOTHING;
  if (row.status === 'inactive') {
    return row.updatedAt + settings.holdPeriodMs <= now ? remove({ code: 'HOLD_OVER', authorizationId }) : NOTHING;
  }
  const description = answers.description();
  if (!hasRested(facts, owner, entry, description, rotationId)) {
    const { gracePeriodMs } = settings;
    const until = (description?.lastChangedAt ?? now) + gracePeriodMs;
    return wait({ code: 'SECRET_RESTLESS', authorizationId, gracePeriodMs, until });
  }
  return switchOff({ code: 'GRACE_OVER', authorizationId }, entry.since);
}

/**
 * `since` + lease + grace: from then on no consumer that caches for less than the grace period holds it. Whoever wrote a
 * later time into the secret than the current version's own cannot put the end off.
 */
export function settledAt({ limits, settings }: Facts, { since }: LedgerEntry, currentSince: number): number {
  return Math.min(since, currentSince + limits.clockToleranceMs) + limits.leaseMs + settings.gracePeriodMs;
}

/**
 * Waits for the secret to rest for a grace period: a label may have been moved by hand. Something that touches it
 * every day must not starve the end of the token, so the wait is bounded, unless the token may have been current again.
 */
function hasRested(
  facts: Facts,
  owner: Superseded,
  entry: LedgerEntry,
  description: SecretDescription | undefined,
  rotationId: string | undefined,
): boolean {
  const { now, limits, settings } = facts;
  if (description?.lastChangedAt === undefined) return false;
  if (description.lastChangedAt + settings.gracePeriodMs <= now) return true;
  if (entry.since + limits.leaseMs + 3 * settings.gracePeriodMs > now) return false;
  const { previous } = description;
  if (previous === undefined) return true;
  if (previous === rotationId) return false;
  return isKnownVersion(previous, owner) || previousHoldsCurrent(facts, owner);
}

/** The current version, and those that the marked rows were minted for. */
function isKnownVersion(versionId: string, { documentId, marked }: Superseded): boolean {
  return versionId === documentId || marked.some(({ marker }) => marker.rotationId === versionId);
}

/** Somebody who edits the secret in the console every day leaves versions of unknown ids that hold the current token. */
function previousHoldsCurrent({ answers }: Facts, { currentId }: Superseded): boolean {
  return currentId !== undefined && currentIn(answers.version('AWSPREVIOUS')?.content) === currentId;
}
