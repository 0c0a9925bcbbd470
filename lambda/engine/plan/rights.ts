import type { Permission } from '../../config/permission.ts';
import type { Authorization, NewAuthorization } from '../../influxdb/authorization.ts';
import type { Grant } from '../../influxdb/grant.ts';
import { readAndWrite } from '../../influxdb/permissions.ts';
import { formatMarker, identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { Absence } from '../observe/existence.ts';
import { arnOf } from '../observe/observed-secret.ts';
import { adoptedAsFarAsSeen } from './adoption.ts';
import { countedRows } from './counted-rows.ts';
import { type Decision, kept } from './decision.ts';
import type { Facts } from './facts.ts';
import { nameUnresolved } from './name-unresolved.ts';
import type { Reason } from './reason.ts';

/** An authorization that InfluxDB is asked about, and never makes. */
export type Trial = Omit<NewAuthorization, 'status'>;

/** InfluxDB gives nobody this id, so that only a right over all users covers it. */
const NOBODY = 'ffffffffffffffff';

/**
 * The consumer's next token, with all that the rotator needs to make, see and end it: InfluxDB compares what a token is to
 * be granted with what its maker holds, so that the rights to read can be asked about, too. Undefined where there is
 * no next token, or its names are not known.
 */
export function trialOfNext(facts: Facts, trialId: string): Trial | undefined {
  const { settings, target } = facts;
  if (settings.retired || target.kind !== 'resolved') return undefined;
  const { orgId, userId = NOBODY } = target;
  // Whoever makes a user must be allowed to see and to change all of them.
  const owners = target.userId === undefined ? readAndWrite({ type: 'users' }) : [];
  const permissions = [...target.grant(userId), ...owners, ...rightsToSee(orgId, userId)];
  return { orgId, userId, description: descriptionOf(facts, trialId), permissions };
}

/** One for each other owner and org of the consumer's older tokens, which are to be ended, too. */
export function trialsOfOlder(facts: Facts, { ends }: Decision, trialId: string): Trial[] {
  const { target, listing, settings } = facts;
  // Anybody can make what is ended aside: nothing fails because of it.
  const ending = ends.flatMap(({ aside, authorizationId }) => (aside ? [] : (listing.get(authorizationId) ?? [])));
  const rows = [...ofConsumer(facts), ...ending, adoptedAsFarAsSeen(facts)].filter((row) => row !== undefined);
  const next = target.kind === 'resolved' && !settings.retired ? placeOf(target.orgId, target.userId) : undefined;
  const places = new Map(rows.map(({ orgId, userId }) => [placeOf(orgId, userId), { orgId, userId }]));
  return [...places]
    .filter(([place]) => place !== next)
    .map(([, { orgId, userId }]) => ({
      ...{ orgId, userId, description: descriptionOf(facts, trialId) },
      permissions: rightsToSee(orgId, userId),
    }));
}

function placeOf(orgId: string, userId: string | undefined): string {
  return `${orgId}/${userId}`;
}

/** The tokens that are this consumer's by their markers. */
export function ofConsumer(facts: Facts): Authorization[] {
  const { secret, settings, deployment, listing, answers } = facts;
  const described = answers.knownDescription();
  const arn = secret.kind === 'value' || described === 'unasked' ? arnOf(secret) : described?.arn;
  if (arn === undefined) return [];
  const identity = identityOf(deployment, settings.name, arn);
  const marked = listing.markedAs(identity);
  if (secret.kind !== 'value') return marked.map(({ row }) => row);
  const counted = settings.retired ? marked : countedRows(facts, marked, ownDocument(secret.content, identity));
  return counted.map(({ row }) => row);
}

/** InfluxDB leaves out of a list, silently, what may not be read. */
function rightsToSee(orgID: string, userId: string): Permission[] {
  return [
    { action: 'read', resource: { type: 'authorizations', orgID } },
    { action: 'read', resource: { type: 'users', id: userId } },
  ];
}

function descriptionOf({ settings, secret, deployment }: Facts, trialId: string): string {
  return formatMarker(identityOf(deployment, settings.name, arnOf(secret) ?? settings.secret), trialId);
}

/** The decision, once it is known that something which the configuration names does not exist. */
export function afterAbsence(before: Decision, absence: Absence): Decision {
  return mendFirst(before, nameUnresolved(absence));
}

/** The decision, once it is known what the rotator may do for this consumer. */
export function afterTrial(before: Decision, grant: Grant): Decision {
  switch (grant.kind) {
    case 'may':
      return before;
    case 'unknown':
      return withNote(before, { code: 'RIGHTS_UNCHECKED', detail: grant.detail });
    case 'may-not': {
      const missing: Reason = { code: 'RIGHT_MISSING', right: grant.right.replace(`users/${NOBODY}`, 'users') };
      return mendFirst(before, missing);
    }
  }
}

/** What keeps the next mint from succeeding. A decision that says already what to mend gets it as a note. */
function mendFirst(before: Decision, obstacle: Reason): Decision {
  if (before.state === 'failed' || before.state === 'blocked') return withNote(before, obstacle);
  const { reason, ends, notes, proof } = before;
  // What the secret holds is not replaced, so nobody may take it for the token before.
  const rest = { ends, notes: notes.filter(({ code }) => code !== 'OLD_TOKEN_REMAINS') };
  return { ...kept(reason, { state: 'failed', reason: obstacle }, rest), proof };
}

function withNote(decision: Decision, note: Reason): Decision {
  return { ...decision, notes: [...decision.notes, note] };
}
