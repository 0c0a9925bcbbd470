import type { Configuration } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { idIn } from '../../influxdb/authorization.ts';
import { bucketPermissions, covers, distinct, readAndWrite } from '../../influxdb/permissions.ts';
import { ledgerIn, ownDocument } from '../document/own.ts';
import type { Observation } from '../observe/observe.ts';
import { contentOf } from '../observe/observed-secret.ts';
import type { OwnTrial, Target, UnresolvedTarget } from '../observe/target.ts';

import { neededRights, type Served } from './needed-rights.ts';

type Seen = Pick<Observation, 'secrets' | 'targets' | 'listing' | 'signedIn'>;
type Deployed = Pick<Configuration, 'deployment' | 'consumers' | 'influxdb'>;

interface Owner {
  readonly orgId: string | undefined;
  readonly userId: string;
}

/**
 * H4: what the rotator's next own token should be: what the configuration needs, and the rights over every owner of whom
 * a token of ours is left, since only they can end it, and over its own user, since only they replace it again. It is
 * granted as much of that as the present one has: InfluxDB lets no token grant more than it holds.
 */
export function rotatorsTarget(configuration: Deployed, seen: Seen): Target | UnresolvedTarget {
  const { userId, row: present } = seen.signedIn ?? { userId: undefined, row: undefined };
  if (userId === undefined) return unresolved("InfluxDB does not tell whose the rotator's own token is");
  const served = configuration.consumers.map((settings) => ({
    settings,
    target: seen.targets.get(settings.name) ?? unresolved('its names were not looked up'),
  }));
  const unknown = served.find(({ target }) => target.kind === 'unresolved');
  // With an unknown need, the next token keeps all that the present one has; which that is must be known.
  if (unknown?.target.kind === 'unresolved' && present === undefined)
    return unresolved(`of consumer ${unknown.settings.name}, ${unknown.target.problem}`);
  const orgId =
    served.flatMap(({ target }) => (target.kind === 'resolved' && target.orgId !== '' ? target.orgId : []))[0] ??
    configuration.influxdb.orgId ??
    present?.orgId;
  if (orgId === undefined) return unresolved('no consumer shows the id of the org: give it as influxdb.orgId');

  const held = present?.permissions;
  const itself = [
    ...readAndWrite({ type: 'authorizations', orgID: orgId }),
    ...readAndWrite({ type: 'users', id: userId }),
  ];
  const left = ownersLeft(configuration, seen);
  // Only the set-up gives a token the type `instance`.
  const all = (held ?? []).filter(({ resource: { type } }) => type !== 'instance');
  const kept = [...left.flatMap((owner) => rightsOver(owner, orgId)), ...(unknown === undefined ? [] : all)];
  // A permission of another org can be in no token of this one.
  const needed = [...neededRights(served, configuration.influxdb.orgId === undefined), ...itself].filter(
    ({ resource: { orgID } }) => orgID === undefined || orgID === orgId,
  );
  const has = (permission: Permission) => held === undefined || covers(held, permission);
  const wanted = distinct([...needed, ...kept.filter(has)]);
  const granted = wanted.filter(has);
  return {
    kind: 'resolved',
    ...{ orgId, userId, grant: () => granted },
    own: {
      wanted,
      lacking: wanted.filter((permission) => !has(permission)),
      unseen: distinct(served.flatMap((each) => neededByName(each, orgId))),
      dropped: (held ?? []).filter((permission) => !covers(granted, permission)),
      isKnown: held !== undefined,
      withoutWhich: itself.find((permission) => !has(permission)),
      sees: new Set(ownRows(configuration, seen).flatMap(({ row }) => (row.orgId === orgId ? row.id : []))),
      trials: trialsOf({ served, left, granted, userId }),
    },
  };
}

/** What a consumer needs whose names the present token may not look up: a person knows their ids. */
function neededByName({ settings, target }: Served, orgID: string): Permission[] {
  if (target.kind === 'resolved' || target.isUnseen !== true) return [];
  const { owner, access } = settings;
  const idOf = (name: string) => idIn(name) ?? `<id of ${name}>`;
  const buckets = access.kind === 'buckets' ? access : { read: [], write: [] };
  return [
    ...(owner === undefined ? [] : readAndWrite({ type: 'users', id: idOf(owner) })),
    ...bucketPermissions(orgID, [...buckets.read, ...buckets.write].map(idOf), buckets.write.map(idOf)),
  ];
}

interface Trials {
  readonly served: readonly Served[];
  readonly left: readonly Owner[];
  readonly granted: readonly Permission[];
  readonly userId: string;
}

/** One for each user whose tokens the next one may write: with what it grants them. */
function trialsOf({ served, left, granted, userId: own }: Trials): OwnTrial[] {
  const byOwner = new Map<string, Permission[]>([[own, [...granted]]]);
  const add = (userId: string, permissions: readonly Permission[]) => {
    if (userId !== own) byOwner.set(userId, [...(byOwner.get(userId) ?? []), ...permissions]);
  };
  for (const { settings, target } of served) {
    if (target.kind !== 'resolved' || target.userId === undefined) continue;
    add(target.userId, settings.retired ? [] : target.grant(target.userId));
  }
  for (const { userId } of left) add(userId, []);
  return [...byOwner]
    .filter(([id]) => readAndWrite({ type: 'users', id }).every((right) => covers(granted, right)))
    .map(([userId, permissions]) => {
      const may = distinct(permissions).filter((permission) => covers(granted, permission));
      // InfluxDB makes no authorization without permissions; that of a user to read itself gives nothing to anybody.
      const least: Permission = { action: 'read', resource: { type: 'users', id: userId } };
      return { userId, permissions: may.length === 0 ? [least] : may };
    });
}

/** Every owner of whom a token of this deployment is left, by a marker or by a ledger. */
function ownersLeft(configuration: Deployed, seen: Seen): Owner[] {
  const { secrets, listing } = seen;
  const named = [...secrets].flatMap(([, secret]) => {
    if (secret.kind !== 'value') return [];
    const content = contentOf(secret);
    const own = ownDocument(content, secret.identity);
    return own === undefined ? [] : ledgerIn(content);
  });
  const entries = named.filter((entry) => listing.get(entry.authorizationId) !== undefined || !listing.shows(entry));
  return [...ownRows(configuration, seen).map(({ row }) => row), ...entries];
}

function ownRows({ deployment }: Deployed, { listing }: Seen) {
  return listing.marked().filter(({ marker }) => marker.deployment === deployment);
}

/** A token of one org can only have the right over another if it has that over all. */
function rightsOver({ orgId, userId }: Owner, ownOrg: string): Permission[] {
  const elsewhere = orgId !== undefined && orgId !== ownOrg;
  return [
    ...readAndWrite({ type: 'users', id: userId }),
    ...(elsewhere ? readAndWrite({ type: 'authorizations' }) : []),
  ];
}

function unresolved(problem: string): UnresolvedTarget {
  return { kind: 'unresolved', problem };
}
