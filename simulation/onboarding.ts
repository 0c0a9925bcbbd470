import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Access, Configuration, ConsumerSettings } from '../lambda/config/configuration.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import type { Administrator } from './administrator.ts';
import { rotatorPermissions } from './rotator-permissions.ts';

interface OnboardingOptions {
  readonly configuration: Configuration;
  readonly tokens: TokenMode;
  readonly initialValue: (settings: ConsumerSettings) => string | undefined;
}

export interface Onboarded {
  readonly userIds: ReadonlyMap<string, string>;
  readonly bucketIds: ReadonlyMap<string, string>;
  readonly rotatorId: string;
  readonly rotatorToken: string;
}

/** What people do before the first run: buckets, owners, the rotator's own token, and the secrets. */
export async function onboard(
  admin: Administrator,
  secrets: SecretsManagerClient,
  { configuration, tokens, initialValue }: OnboardingOptions,
): Promise<Onboarded> {
  const { userIds, bucketIds } = await createOwnersAndBuckets(admin, configuration);
  // Cloud has a single user, who owns the rotator's token and everything else.
  const rotatorUser = tokens === 'cloud' ? admin.userId : await admin.createUser('svc-rotator');
  if (tokens === 'cloud') userIds.set('', rotatorUser);
  const types = (await admin.send('GET', '/api/v2/resources')) as string[];
  const ids = { orgId: admin.orgId, users: userIds, buckets: bucketIds, types };
  const { self } = configuration.influxdb;
  const over = self === undefined ? [] : [rotatorUser];
  const permissions = rotatorPermissions(configuration.consumers, ids, over);
  const rotator = await admin.createAuthorization({ userID: rotatorUser, description: 'token rotator', permissions });
  const create = (name: string, value: string | undefined) =>
    secrets.send(new CreateSecretCommand({ Name: name, ...(value === undefined ? {} : { SecretString: value }) }));
  await create(configuration.influxdb.tokenSecret, JSON.stringify({ token: rotator.token }));
  for (const settings of configuration.consumers)
    if (!settings.createSecret) await create(settings.secret, initialValue(settings));
  return { userIds, bucketIds, rotatorId: rotator.id, rotatorToken: rotator.token };
}

async function createOwnersAndBuckets(
  admin: Administrator,
  { consumers }: Configuration,
): Promise<{ userIds: Map<string, string>; bucketIds: Map<string, string> }> {
  const userIds = new Map<string, string>();
  const bucketIds = new Map<string, string>();
  for (const { owner, access, createOwner } of consumers) {
    if (owner !== undefined && !createOwner && !userIds.has(owner)) userIds.set(owner, await admin.createUser(owner));
    for (const name of bucketsOf(access)) if (!bucketIds.has(name)) bucketIds.set(name, await admin.createBucket(name));
  }
  return { userIds, bucketIds };
}

function bucketsOf(access: Access): readonly string[] {
  switch (access.kind) {
    case 'buckets':
      return [...access.read, ...access.write];
    case 'all-access':
    case 'operator':
    case 'permissions':
    case 'rotator':
      return [];
  }
}
