import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import type { Authorization, NewAuthorization } from '../../influxdb/authorization.ts';
import type { Grant } from '../../influxdb/grant.ts';
import { describePermission, readAndWrite } from '../../influxdb/permissions.ts';
import { formatMarker, identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import { idIn } from '../observe/names.ts';
import { arnOf } from '../observe/observed-secret.ts';
import { adoptedAsFarAsSeen } from './adoption.ts';
import { countedRows } from './counted-rows.ts';
import { type Decision, kept } from './decision.ts';
import type { Facts } from './facts.ts';
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
function ofConsumer(facts: Facts): Authorization[] {
  const { secret, settings, deployment, listing } = facts;
  if (secret.kind !== 'value') return [];
  const identity = identityOf(deployment, settings.name, secret.arn);
  const marked = listing.markedAs(identity);
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

/**
 * What the rotator's token needs to serve these consumers, in the form of InfluxDB's API: over their owners, and what it is to
 * grant. A name of a bucket takes the right to read it. Undefined where they are more than `MOST_RIGHTS`.
 */
export function neededRights(
  all: readonly Served[],
  { orgByName, most = MOST_RIGHTS }: { readonly orgByName: boolean; readonly most?: number },
): Permission[] | undefined {
  // An empty list would read as "none needed".
  if (all.every(({ target }) => target.kind === 'unresolved')) return undefined;
  // Every bucket that is looked up by its name tells the org's id.
  const looksUpOrg = orgByName && !all.some(({ settings }) => namesIn(settings).includes(true));
  const needed = new Map<string, Permission>();
  for (const facts of all) {
    for (const permission of neededFor(facts, looksUpOrg)) needed.set(describePermission(permission), permission);
    if (needed.size > most) return undefined;
  }
  return [...needed.values()];
}

/** A consumer, with what it needs. */
export type Served = Pick<Facts, 'settings' | 'target'>;

/** A run over 10,000 consumers has no memory to spare for what its answer has no room for. */
const MOST_RIGHTS = 5_000;

/** Of each bucket that is read, and then of each that is written, whether it is configured by its name. */
function namesIn({ access, retired }: ConsumerSettings): boolean[] {
  if (access.kind !== 'buckets' || retired) return [];
  return [...access.read, ...access.write].map((bucket) => idIn(bucket) === undefined);
}

function neededFor({ settings, target }: Served, looksUpOrg: boolean): Permission[] {
  if (target.kind !== 'resolved') return [];
  const { orgId, userId } = target;
  if (target.own !== undefined) return [...target.own.wanted];
  const { access, createOwner } = settings;
  // Of an owner who does not exist yet nobody knows the id.
  const granted = settings.retired ? [] : target.grant(userId ?? '').filter(({ resource }) => resource.id !== '');
  const named = namesIn(settings);
  // So does one that may be read by its id.
  const readsNone = access.kind !== 'buckets' || access.read.length === 0;
  const asksForOrg = looksUpOrg && readsNone && !settings.retired;
  const looksUp = granted.filter((_, index) => named[index] === true);
  return [
    ...(settings.retired ? [] : readAndWrite({ type: 'authorizations', orgID: orgId })),
    ...readAndWrite({ type: 'users', ...(!createOwner && userId !== undefined && { id: userId }) }),
    ...(asksForOrg ? [{ action: 'read', resource: { type: 'orgs', id: orgId } } as const] : []),
    ...looksUp.map(({ resource }): Permission => ({ action: 'read', resource })),
    ...granted,
  ];
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
      if (before.state === 'failed' || before.state === 'blocked') return withNote(before, missing);
      const { reason, ends, notes, proof } = before;
      // What the secret holds is not replaced, so nobody may take it for the token before.
      const rest = { ends, notes: notes.filter(({ code }) => code !== 'OLD_TOKEN_REMAINS') };
      return { ...kept(reason, { state: 'failed', reason: missing }, rest), proof };
    }
  }
}

function withNote(decision: Decision, note: Reason): Decision {
  return { ...decision, notes: [...decision.notes, note] };
}
