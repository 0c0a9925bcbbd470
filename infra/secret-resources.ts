import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { isArn, isWholeArn, nameOfSecret, namesOf } from '../lambda/config/secret-name.ts';
import { type ByPolicy, byPolicy, MANAGED_POLICIES } from './room-for-secrets.ts';

/** ARNs and ARN patterns, as the `Resource` of a statement. */
export interface ConsumerResources {
  readonly consumers: string[];
  /** Those of them that the function may create. */
  readonly created: string[];
}

export interface SecretResources extends ConsumerResources {
  readonly rotator: string[];
  /** What the role's own policy has no room for: one for each managed policy. */
  readonly managed: readonly ConsumerResources[];
}

/**
 * The secrets one by one, or everything below the given name prefixes.
 * @param taken characters of the role's own policy that are about other things.
 * @throws {ConfigurationError} if one by one does not fit into the role and its managed policies, or a secret has none of the prefixes.
 */
export function secretResources(
  scope: Construct,
  { influxdb, consumers }: Configuration,
  prefixes: readonly string[] | undefined,
  taken = 0,
): SecretResources {
  const secrets = consumers.map(({ secret }) => secret);
  const rotator = [arnOf(scope, influxdb.tokenSecret)];
  if (prefixes === undefined) {
    const parts = byPolicy(consumers, taken);
    assertRoom(parts, secrets, influxdb.tokenSecret);
    const managed = parts.managed.map((part) => oneByOne(scope, part));
    return { rotator, ...oneByOne(scope, parts.inRole), managed };
  }
  assertPrefixes(prefixes);
  assertCovered(secrets, prefixes);
  assertRotatorApart(influxdb.tokenSecret, prefixes);
  const below = prefixes.map((prefix) => formatArn(scope, `${prefix}*`));
  const creates = consumers.some(({ createSecret }) => createSecret);
  return { rotator, consumers: below, created: creates ? below : [], managed: [] };
}

function oneByOne(scope: Construct, consumers: Configuration['consumers']): ConsumerResources {
  const arns = (each: Configuration['consumers']) => each.map(({ secret }) => arnOf(scope, secret));
  const created = consumers.filter(({ createSecret }) => createSecret);
  const missing = created.map(({ secret }) => formatArn(scope, nameOfSecret(secret)));
  return { consumers: [...arns(consumers), ...missing], created: [...arns(created), ...missing] };
}

/** The secrets of these consumers, one by one, or the given prefixes: each with a name for a resource of its own. */
export function consumerArns(
  scope: Construct,
  consumers: Configuration['consumers'],
  prefixes: readonly string[] | undefined,
): readonly { readonly name: string; readonly arn: string }[] {
  if (prefixes === undefined) return consumers.map(({ name, secret }) => ({ name, arn: arnOf(scope, secret) }));
  const used = prefixes.filter((prefix) => consumers.some(({ secret }) => nameOfSecret(secret).startsWith(prefix)));
  return used.map((prefix) => ({ name: prefix, arn: formatArn(scope, `${prefix}*`) }));
}

/**
 * A secret's ARN ends in a hyphen and six random characters, which nobody knows before the secret exists. Until then,
 * IAM compares with the name alone: a role that is allowed the ARN gets "access denied" instead of "not found".
 */
function arnOf(scope: Construct, nameOrArn: string): string {
  if (!isArn(nameOrArn)) return formatArn(scope, `${nameOrArn}-??????`);
  return isWholeArn(nameOrArn) ? nameOrArn : `${nameOrArn}-??????`;
}

function formatArn(scope: Construct, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function assertRoom({ managed }: ByPolicy, secrets: readonly string[], rotator: string): void {
  if (managed.length <= MANAGED_POLICIES) return;
  const names = secrets.map(nameOfSecret);
  const folders = [...new Set(names.map((name) => name.slice(0, name.lastIndexOf('/') + 1)))].filter(Boolean);
  const apart = folders.filter((folder) => !namesOf(rotator).some((name) => name.startsWith(folder)));
  const example = JSON.stringify(apart.length === 0 ? ['influxdb/consumers/'] : apart.slice(0, 3));
  refuse(
    `is missing: ${secrets.length} secrets, one by one, do not fit into the function's role and the ${MANAGED_POLICIES} managed policies that IAM allows it (${managed.length} would be needed); give name prefixes that no other secrets have, for example ${example}`,
  );
}

/** Whatever the names are, IAM would take `*` and `?` in them for patterns. */
function assertPrefixes(prefixes: readonly string[]): void {
  if (prefixes.includes('')) refuse('must not contain "", which would cover every secret of the account');
  const wrong = prefixes.filter((prefix) => !PREFIX.test(prefix));
  if (wrong.length === 0) return;
  const why = wrong.some((prefix) => /[*?]/.test(prefix))
    ? 'a prefix has no wildcard, because it covers all names that begin with it'
    : 'a prefix is the beginning of a name: letters, digits and /_+=.@!-, and no ARN';
  refuse(`must hold prefixes of names, but ${JSON.stringify(wrong)} cannot be one: ${why}`);
}

const PREFIX = /^[A-Za-z0-9/_+=.@!-]{1,512}$/;

/** Who can write the rotator's token decides with which rights tokens are made: a prefix must not grant that. */
function assertRotatorApart(rotator: string, prefixes: readonly string[]): void {
  const covering = prefixes.filter((prefix) => namesOf(rotator).some((name) => name.startsWith(prefix)));
  if (covering.length > 0)
    refuse(
      `must not cover the rotator's own secret, to which the function has other rights: ${JSON.stringify(covering)} covers influxdb.tokenSecret (${rotator}); give longer prefixes, or another name to that secret`,
    );
}

function assertCovered(secrets: readonly string[], prefixes: readonly string[]): void {
  const outside = secrets.filter((secret) => !prefixes.some((prefix) => nameOfSecret(secret).startsWith(prefix)));
  if (outside.length > 0)
    refuse(
      `must cover the secrets of all consumers, but ${JSON.stringify(prefixes)} does not cover ${outside.join(', ')}`,
    );
}

function refuse(message: string): never {
  throw new ConfigurationError('the deployment', [{ path: 'secretPrefixes', message }]);
}
