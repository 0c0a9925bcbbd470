import type { Operation } from './operation.ts';
import { page } from './pages.ts';
import { day, type Secret, seconds } from './secret.ts';
import { describe, labelledVersions } from './secret-description.ts';
import { readFilters } from './secret-filters.ts';
import { validation } from './service-error.ts';
import { secretId } from './store.ts';

const MAX_RESULTS = 100;

const SORT_KEYS: Readonly<Record<string, (secret: Secret) => number | string>> = {
  'created-date': ({ createdAt }) => createdAt,
  'last-accessed-date': ({ lastAccessedAt = 0 }) => lastAccessedAt,
  'last-changed-date': ({ lastChangedAt }) => lastChangedAt,
  name: ({ name }) => name,
};

export const listSecrets: Operation = ({ store }, input) => {
  const passes = readFilters(input);
  const planned = input.flag('IncludePlannedDeletion') ?? false;
  const order = input.text('SortOrder') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') {
    throw validation('SortOrder', 'Member must satisfy enum value set: [asc, desc]');
  }
  const key = SORT_KEYS[input.text('SortBy') ?? 'created-date'];
  if (!key) {
    throw validation('SortBy', `Member must satisfy enum value set: [${Object.keys(SORT_KEYS).join(', ')}]`);
  }
  const ascending = store
    .secrets()
    .filter((secret) => (planned || secret.deletedAt === undefined) && passes(secret))
    .sort((a, b) => compare(key(a), key(b)));
  const { items, nextToken } = page(order === 'asc' ? ascending : ascending.toReversed(), input, MAX_RESULTS);
  const SecretList = items.map((secret) => ({ ...describe(secret), SecretVersionsToStages: labelledVersions(secret) }));
  return { SecretList, NextToken: nextToken };
};

export const listSecretVersionIds: Operation = ({ store }, input) => {
  const deprecated = input.flag('IncludeDeprecated') ?? false;
  const secret = store.view(secretId(input));
  const shown = [...secret.versions.values()].filter(({ stages }) => deprecated || stages.size > 0);
  const { items, nextToken } = page(shown, input, MAX_RESULTS);
  const Versions = items.map(({ id, stages, createdAt, lastAccessedAt }) => ({
    VersionId: id,
    VersionStages: stages.size === 0 ? undefined : [...stages],
    CreatedDate: seconds(createdAt),
    LastAccessedDate: day(lastAccessedAt),
    KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
  }));
  return { ARN: secret.arn, Name: secret.name, Versions, NextToken: nextToken };
};

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);
