import { ownDocument } from './document/own.ts';
import { OtherServerError } from './observe/other-server-error.ts';
import type { Planned } from './report/consumer-report.ts';

// T3: another server may answer under the same names, and take the same rotator's token: a restored copy, a slip of DNS.

/**
 * Also where an older token is restored, since a stale copy of the server may have that one, and not the newest; and also
 * where something keeps the run from making a new one, unless a person decided that it is only reported.
 */
export function isMissing({ outcome }: Planned): boolean {
  if (outcome.kind !== 'decision') return false;
  const { next, reason, obstacle } = outcome;
  const mint = next?.kind === 'copy-forward' ? next.otherwise : next;
  if (mint !== undefined) return mint.reason.code === 'MISSING';
  return reason.code === 'MISSING' && obstacle?.code !== 'MISSING_AND_REPORTED';
}

/** This consumer's document, or a row that is marked as its own, is of the org that was resolved. */
export function isAtHome({ facts: { secret, target, listing } }: Planned): boolean {
  if (secret.kind !== 'value' || target.kind !== 'resolved') return false;
  const { identity } = secret;
  if (ownDocument(secret.content, identity)?.orgId === target.orgId) return true;
  return listing.markedAs(identity).some(({ row }) => row.orgId === target.orgId);
}

/**
 * Nothing is missing on a server that was never made there.
 * @throws {OtherServerError}
 */
export function assertSameServer(planned: readonly Planned[]): void {
  // For a retired consumer no org is looked up.
  const targets = planned.flatMap(({ facts: { target } }) => (target.kind === 'resolved' ? target : []));
  const orgs = targets.flatMap(({ orgId }) => (orgId === '' ? [] : orgId));
  const [here] = orgs;
  if (here === undefined) return;
  for (const { facts, outcome } of planned) {
    // Also where a name cannot be resolved, since this server may not know the name either.
    if (outcome.kind !== 'decision' || outcome.reason.code !== 'MISSING') continue;
    const { orgId } = outcome.reason;
    if (!orgs.includes(orgId)) throw new OtherServerError(facts.settings.name, orgId, here);
  }
}
