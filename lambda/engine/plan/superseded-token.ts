import { formatDuration } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import { holderIn, type LedgerEntry, type RotationDocument, readSecretContent } from '../document/document.ts';
import { type Identity, isSameIdentity, keptBy, parseMarker } from '../document/marker.ts';
import type { Decision, Retirement } from './decision.ts';
import type { Facts, MarkedRow } from './facts.ts';

/** The part of a document that retirement depends on. */
type Owner = Pick<RotationDocument, 'id' | 'identity'> & Partial<Pick<RotationDocument, 'authorizationId'>>;

/** What becomes of one older token: a step towards its end, or why not yet. */
export type Fate =
  | { readonly kind: 'step'; readonly step: Retirement }
  | { readonly kind: 'wait'; readonly note: string }
  | { readonly kind: 'none' };

const NONE: Fate = { kind: 'none' };

/** R6: the fate of one entry of the ledger. */
export function fateOfEntry(facts: Facts, document: Owner, marked: readonly MarkedRow[], entry: LedgerEntry): Fate {
  const id = entry.authorizationId;
  const protection = facts.untouchable.get(id);
  if (protection !== undefined) return wait(`authorization ${id} is in the ledger, but is left alone: ${protection}`);
  const found = findEntry(facts, entry);
  switch (found.kind) {
    case 'gone':
      return NONE;
    case 'unseen':
      return wait(`authorization ${id} of the ledger cannot be seen: ${found.detail}`);
    case 'owner-gone':
      return isSettledByAge(facts, entry) ? remove(id, 'its owner was deleted, and its row is left over') : NONE;
    case 'found':
      return fateOfRow(facts, document, marked, entry, found.row);
  }
}

function fateOfRow(
  facts: Facts,
  document: Owner,
  marked: readonly MarkedRow[],
  entry: LedgerEntry,
  row: Authorization,
): Fate {
  const { now, settings } = facts;
  const marker = parseMarker(row.description);
  if (marker !== undefined && !isSameIdentity(marker, document.identity)) {
    return wait(`authorization ${row.id} is in the ledger, but its marker is ${ownerOf(marker)}: it is left alone`);
  }
  if (entry.compromised) return remove(row.id, 'compromised', true);
  // Only a token that somebody else made can have been shared before we knew it.
  if (entry.adopted && marker === undefined && facts.unread.length > 0)
    return wait(
      `authorization ${row.id} was adopted, and waits until it is known that the secrets of ${facts.unread.join(', ')} do not hold it`,
    );
  const kept = keptBy(row.description, now);
  if (kept !== undefined) return wait(`authorization ${row.id} is ${kept}`);
  if (!isSettledByAge(facts, entry)) return NONE;
  if (row.status === 'inactive') {
    return row.updatedAt + settings.holdPeriodMs <= now
      ? remove(row.id, 'superseded, switched off, and held long enough')
      : NONE;
  }
  const description = facts.looks.description();
  if (!isQuiet(facts, entry, description, marker?.rotationId, document, marked)) {
    return wait(
      `authorization ${row.id} is superseded, but the secret was changed less than ${formatDuration(settings.gracePeriodMs)} ago: waiting for it to rest`,
    );
  }
  if (isPending(facts, description, row.id))
    return wait(`authorization ${row.id} is the pending one of a rotation by Secrets Manager`);
  if (facts.postponed.has(row.id))
    return wait(
      `authorization ${row.id} is to be switched off, but this run's limit of ${facts.limits.maxRetirementsPerRun} is reached`,
    );
  return step({
    kind: 'deactivate',
    authorizationId: row.id,
    reason: 'superseded, and its grace period is over',
    cappedSince: entry.since,
    compromised: false,
  });
}

/** `since` + lease + grace: from then on no consumer that caches for less than the grace period holds it. */
function isSettledByAge({ now, limits, settings }: Facts, { since }: LedgerEntry): boolean {
  return since + limits.leaseMs + settings.gracePeriodMs <= now;
}

/**
 * Waits for the secret to rest for a grace period: a label may have been moved by hand. Something that touches it
 * every day must not starve the retirement, so the wait is bounded, unless the token may have been current again.
 */
function isQuiet(
  facts: Facts,
  entry: LedgerEntry,
  description: SecretDescription | undefined,
  rotationId: string | undefined,
  document: Owner,
  marked: readonly MarkedRow[],
): boolean {
  const { now, limits, settings } = facts;
  if (description?.lastChangedAt === undefined) return false;
  if (description.lastChangedAt + settings.gracePeriodMs <= now) return true;
  if (entry.since + limits.leaseMs + 3 * settings.gracePeriodMs > now) return false;
  const { previous } = description;
  if (previous === undefined) return true;
  if (previous === rotationId) return false;
  return isKnownVersion(previous, document, marked) || previousHoldsCurrent(facts, document);
}

/** The current version, and those that the marked rows were minted for. */
function isKnownVersion(versionId: string, document: Owner, marked: readonly MarkedRow[]): boolean {
  return versionId === document.id || marked.some(({ marker }) => marker.rotationId === versionId);
}

/** Somebody who edits the secret in the console every day leaves versions of unknown ids that hold the current token. */
function previousHoldsCurrent({ looks, settings }: Facts, { authorizationId }: Owner): boolean {
  return authorizationId !== undefined && holderIn(looks.version('AWSPREVIOUS'), settings.tokenKey) === authorizationId;
}

/** R14a: while Secrets Manager itself rotates, the authorization in the pending value is its business. */
export function isPending(facts: Facts, description: SecretDescription | undefined, id: string): boolean {
  if (description?.rotationEnabled !== true || description.pending === description.current) return false;
  const pending = facts.looks.version('AWSPENDING');
  if (pending === undefined) return false;
  const content = readSecretContent(pending.text, pending.versionId, facts.settings.tokenKey);
  return 'document' in content && content.document.authorizationId === id;
}

function findEntry(
  { listing, looks }: Facts,
  entry: LedgerEntry,
): { kind: 'found'; row: Authorization } | { kind: 'gone' | 'owner-gone' } | { kind: 'unseen'; detail: string } {
  const row = listing.get(entry.authorizationId);
  if (row !== undefined) return { kind: 'found', row };
  if (listing.shows(entry)) return { kind: 'gone' };
  return looks.authorization(entry.authorizationId);
}

export function ownerOf({ deployment, consumer, fingerprint }: Identity): string {
  return `that of deployment ${deployment}, consumer ${consumer}, secret ${fingerprint}`;
}

/** What several fates come to: their steps, none of which is taken while the clocks disagree, and what to know of them. */
export function stepsOf({ clocks }: Facts, fates: readonly Fate[]): Pick<Decision, 'retirements' | 'notes'> {
  const notes = fates.flatMap((fate) => (fate.kind === 'wait' ? [fate.note] : []));
  const retirements = fates.flatMap((fate) => (fate.kind === 'step' ? [fate.step] : []));
  if (clocks.kind === 'agree' || retirements.length === 0) return { retirements, notes };
  return { retirements: [], notes: [...notes, `nothing is switched off or deleted: ${clocks.detail}`] };
}

export function wait(note: string): Fate {
  return { kind: 'wait', note };
}

export function step(retirement: Retirement): Fate {
  return { kind: 'step', step: retirement };
}

export function remove(authorizationId: string, reason: string, compromised = false): Fate {
  return step({ kind: 'delete', authorizationId, reason, cappedSince: undefined, compromised });
}
