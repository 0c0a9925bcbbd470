import type { Operation } from './operation.ts';
import { hasContent, type Secret, seconds, type Version } from './secret.ts';
import { readContent, requestToken } from './secret-value.ts';
import { invalidRequest, notFound } from './service-error.ts';
import { CURRENT, holder } from './staging-labels.ts';
import { refuseDeleted, type Store, secretId } from './store.ts';
import { planWrite } from './version-write.ts';

const LABEL_LENGTH = { min: 1, max: 256 };

export const putSecretValue: Operation = ({ store }, input) => {
  const secret = store.writable(input);
  const content = readContent(input);
  if (!content) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  const labels = input.texts('VersionStages', { min: 1, max: 20 }, LABEL_LENGTH) ?? [CURRENT];
  const write = planWrite(store, secret, requestToken(input), content, labels);
  const version = write.changes ? store.change(secret, () => write.apply()) : write.apply();
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
};

export const getSecretValue: Operation = ({ store }, input) => {
  const id = secretId(input);
  const versionId = input.text('VersionId');
  const label = input.text('VersionStage', LABEL_LENGTH);
  const secret = refuseDeleted(store.view(id));
  return readValue(store, secret, find(secret, versionId, label));
};

/** The value as `GetSecretValue` and `BatchGetSecretValue` return it. Records that it was read. */
export function readValue(store: Store, secret: Secret, version: Version): object {
  secret.lastAccessedAt = store.now();
  version.lastAccessedAt = store.now();
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    SecretBinary: version.binary,
    VersionStages: version.stages.size === 0 ? undefined : [...version.stages],
    CreatedDate: seconds(version.createdAt),
  };
}

/** The version that a reader asks for, by default the current one. Throws unless it exists and has a value. */
export function find(secret: Secret, versionId?: string, label?: string): Version {
  const byLabel = versionId === undefined;
  const version = byLabel ? holder(secret, label ?? CURRENT) : secret.versions.get(versionId);
  if (!version || !hasContent(version)) {
    const what = byLabel ? `staging label: ${label ?? CURRENT}` : `VersionId: ${versionId}`;
    throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
  }
  if (label !== undefined && !version.stages.has(label)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return version;
}
