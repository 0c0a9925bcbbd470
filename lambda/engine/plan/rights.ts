import type { Permission } from '../../config/permission.ts';
import type { NewAuthorization } from '../../influxdb/authorization.ts';
import type { Grant } from '../../influxdb/grant.ts';
import { describePermission, readAndWrite } from '../../influxdb/permissions.ts';
import { formatMarker, identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import { idIn } from '../observe/names.ts';
import { arnOf } from '../observe/observed-secret.ts';
import { countedRows } from './counted-rows.ts';
import { type Decision, kept } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** The authorization that the rotator must be allowed to make; undefined where that cannot be asked. */
export function wantedGrant(
  { settings, target, secret, deployment }: Facts,
  trialId: string,
): Omit<NewAuthorization, 'status'> | undefined {
  if (settings.retired || target.kind !== 'resolved' || target.userId === undefined) return undefined;
  const { orgId, userId } = target;
  const identity = identityOf(deployment, settings.name, arnOf(secret) ?? settings.secret);
  return { orgId, userId, description: formatMarker(identity, trialId), permissions: target.grant(userId) };
}

/**
 * What the rotator's token needs to serve these consumers, in the form of InfluxDB's API: over their owners, and what it is to
 * grant. A name of a bucket takes the right to read it.
 */
export function neededRights(all: readonly Facts[]): Permission[] {
  const needed = all.flatMap(neededFor);
  return [...new Map(needed.map((permission) => [describePermission(permission), permission])).values()];
}

function neededFor({ settings, target }: Facts): Permission[] {
  if (target.kind !== 'resolved') return [];
  const { orgId, userId } = target;
  const { access, createOwner } = settings;
  // Of an owner who does not exist yet nobody knows the id.
  const granted = settings.retired ? [] : target.grant(userId ?? '').filter(({ resource }) => resource.id !== '');
  const named =
    access.kind === 'buckets' ? [...access.read, ...access.write].map((bucket) => idIn(bucket) === undefined) : [];
  const looksUp = granted.filter((_, index) => named[index] === true);
  return [
    ...(settings.retired ? [] : readAndWrite({ type: 'authorizations', orgID: orgId })),
    ...readAndWrite({ type: 'users', ...(!createOwner && userId !== undefined && { id: userId }) }),
    ...looksUp.map(({ resource }): Permission => ({ action: 'read', resource })),
    ...granted,
  ];
}

/** The owners of this consumer's other tokens: it had them before, and a document of its own names them. */
export function formerOwners(facts: Facts, userId: string): string[] {
  const { secret, settings, deployment, listing } = facts;
  if (secret.kind !== 'value') return [];
  const identity = identityOf(deployment, settings.name, secret.arn);
  const document = ownDocument(secret.content, identity);
  const marked = countedRows(facts, listing.markedAs(identity), document);
  return [...new Set(marked.map(({ row }) => row.userId))].filter((owner) => owner !== userId);
}

/** The decision, once it is known whether the rotator may make this consumer's next token. */
export function afterGrant(before: Decision, grant: Grant): Decision {
  const decision = { ...before, grant: grant.kind };
  switch (grant.kind) {
    case 'may':
      return decision;
    case 'unknown':
      return withNote(decision, { code: 'RIGHTS_UNCHECKED', detail: grant.detail });
    case 'may-not': {
      const missing: Reason = { code: 'RIGHT_MISSING', right: grant.right };
      if (decision.state === 'failed' || decision.state === 'blocked') return withNote(decision, missing);
      const { reason, ends, notes, proof } = decision;
      return { ...kept(reason, { state: 'failed', reason: missing }, { ends, notes }), proof, grant: grant.kind };
    }
  }
}

/** What a dry run says of the rights that it cannot see. InfluxDB leaves out of a list, silently, what may not be read. */
export function withUnseenRights({ target, settings, listing }: Facts, decision: Decision): Decision {
  if (settings.retired || target.kind !== 'resolved') return decision;
  const { orgId, userId } = target;
  if (userId === undefined) {
    const detail = `the owner does not exist yet, and it is not known whether the token has ${TO_MAKE_USERS}, without which it cannot make the owner`;
    return withNote(decision, { code: 'RIGHTS_UNCHECKED', detail });
  }
  if (listing.shows({ orgId, userId })) return decision;
  const toSee = [
    { type: 'authorizations', orgID: orgId },
    { type: 'users', id: userId },
  ];
  const lacked = toSee
    .map((resource) => JSON.stringify({ action: 'read', resource } satisfies Permission))
    .join(' or ');
  const detail = `no authorization of the owner is listed, so that either there is none, or the token lacks ${lacked}`;
  return withNote(decision, { code: 'RIGHTS_UNCHECKED', detail });
}

const TO_MAKE_USERS = JSON.stringify({ action: 'write', resource: { type: 'users' } } satisfies Permission);

function withNote(decision: Decision, note: Reason): Decision {
  return { ...decision, notes: [...decision.notes, note] };
}
