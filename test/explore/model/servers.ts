import { SELF } from '../../../lambda/config/self.ts';
import { emptyTables, type StoredAuthorization } from '../../../local/influxdb/rows.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY } from '../../builders/a-configuration.ts';
import { contentOf, currentVersionOf, ROTATOR, rotatorsRowOf, secretOf } from './look.ts';

// What happens to the servers themselves. Each returns false where there is nothing to do it to.

export const OWNER_DEEDS = ['deactivate', 'activate', 'delete', 'make anew'] as const;
export type OwnerDeed = (typeof OWNER_DEEDS)[number];

export async function actOnOwner(world: World, name: string, deed: OwnerDeed): Promise<boolean> {
  const user = world.influxdb.store.userNamed(name);
  if (deed === 'make anew') {
    if (user !== undefined) return false;
    allow(world, { type: 'users', id: await world.admin.createUser(name) });
    return true;
  }
  if (user === undefined) return false;
  if (deed === 'delete') await world.admin.send('DELETE', `/api/v2/users/${user.id}`);
  else
    await world.admin.send('PATCH', `/api/v2/users/${user.id}`, {
      status: deed === 'activate' ? 'active' : 'inactive',
    });
  return true;
}

export const BUCKET = 'telemetry';

/** The name stays, and the id does not. */
export async function makeBucketAnew(world: World): Promise<boolean> {
  const { admin, influxdb } = world;
  const bucket = influxdb.store.bucketNamed(admin.orgId, BUCKET);
  if (bucket !== undefined) await admin.send('DELETE', `/api/v2/buckets/${bucket.id}`);
  allow(world, { type: 'buckets', id: await admin.createBucket(BUCKET), orgID: admin.orgId });
  return true;
}

export async function deleteBucket(world: World): Promise<boolean> {
  const bucket = world.influxdb.store.bucketNamed(world.admin.orgId, BUCKET);
  if (bucket === undefined) return false;
  await world.admin.send('DELETE', `/api/v2/buckets/${bucket.id}`);
  return true;
}

/** By name; each has a bucket of the same name. */
export const ORGS = { first: 'acme', second: 'globex' } as const;

const BUCKET_FIELDS = {
  name: BUCKET,
  type: 'user',
  description: '',
  retentionPolicy: '',
  retentionSeconds: 0,
} as const;

/** An org to which the configuration may change: the rotator may make tokens for its bucket. */
export function addSecondOrg(world: World): void {
  const { store } = world.influxdb;
  const { id: orgId } = store.addOrg(ORGS.second, '', '');
  const { id } = store.addBucket({ ...BUCKET_FIELDS, orgId }, 0);
  allow(world, { type: 'authorizations', orgID: orgId });
  allow(world, { type: 'buckets', id, orgID: orgId });
}

type Resource = Parameters<World['influxdb']['store']['addAuthorization']>[0]['permissions'][number]['resource'];

/** Whoever makes something anew also gives the rotator the rights on it. */
function allow(world: World, resource: Resource): void {
  const { authorizations } = world.influxdb.store.tables;
  const row = rotatorsRowOf(world);
  if (row === undefined) return;
  authorizations.set(row.id, { ...row, permissions: [...row.permissions, ...both(resource)] });
}

function both(resource: Resource) {
  return (['read', 'write'] as const).map((action) => ({ action, resource }));
}

/** The rotator gets an operator's rights, as many an administrator gives it. */
export async function allowAll(world: World): Promise<void> {
  const types = (await world.admin.send('GET', '/api/v2/resources')) as Resource['type'][];
  for (const type of types) allow(world, { type });
}

/** A token of the rotator's own user, and it works. */
export function isRotatorsOwn({ influxdb: { store } }: World, row: StoredAuthorization | undefined): boolean {
  const user = store.userNamed(ROTATOR);
  return row?.status === 'active' && row.userId === user?.id && user.status === 'active';
}

export function mayDoAll(world: World): boolean {
  const { permissions = [] } = rotatorsRowOf(world) ?? {};
  return permissions.some(({ resource }) => resource.type === 'orgs' && resource.id === undefined);
}

/** Secrets Manager forgets what has had no label for a day. */
export function pruneVersions({ secretsManager, clock }: World, consumer: string): boolean {
  const versions = secretsManager.store.secret(secretOf(consumer))?.versions;
  const old = [...(versions?.values() ?? [])].filter(
    ({ stages, createdAt }) => stages.size === 0 && createdAt + DAY < clock.now(),
  );
  for (const { id } of old) versions?.delete(id);
  return old.length > 0;
}

const OWNERS = [ROTATOR, 'svc-telegraf', 'svc-grafana', 'svc-both', 'svc-spare', 'svc-third'];
/** What a consumer's names are looked up in, and its tokens made. */
const TYPES = ['authorizations', 'buckets', 'orgs', 'users'] as const;

/**
 * A fresh server answers under the same names, and takes the same rotator's token: every id there is another one.
 * @returns what goes back to the right one.
 */
export function answerInstead(world: World): () => void {
  const { store } = world.influxdb;
  const right = store.tables;
  const rotator = rotatorsRowOf(world);
  const token = String(contentOf(currentVersionOf(world, SELF)).token);
  store.tables = emptyTables();
  const orgIds = Object.values(ORGS).map((name) => store.addOrg(name, '', '').id);
  const [orgId = ''] = orgIds;
  for (const name of OWNERS) store.addUser({ name, oauthId: undefined, status: 'active' });
  for (const each of orgIds) store.addBucket({ ...BUCKET_FIELDS, orgId: each }, 0);
  const userId = store.userNamed(ROTATOR)?.id ?? '';
  const permissions = TYPES.flatMap((type) => both({ type }));
  if (rotator !== undefined)
    store.addAuthorization({ ...rotator, description: 'token rotator', orgId, userId, permissions }, token);
  return () => {
    store.tables = right;
  };
}
