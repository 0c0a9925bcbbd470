import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';
import { describe, labelledVersions } from './secret-description.ts';
import { readContent, requestToken, sameContent } from './secret-value.ts';
import { invalidParameter, invalidRequest, ServiceError } from './service-error.ts';
import { CURRENT } from './staging-labels.ts';
import { secretId } from './store.ts';
import { readTags } from './tag-operations.ts';
import { addVersion, planWrite } from './version-write.ts';

export const createSecret: Operation = ({ store }, input) => {
  const name = input.requiredText('Name', { min: 1, max: 512 });
  const token = requestToken(input);
  const content = readContent(input);
  const metadata = readMetadata(input);
  const tags = readTags(input) ?? [];
  if (input.has('AddReplicaRegions')) throw invalidParameter('This server has one Region: it replicates no secrets.');
  const existing = store.secrets().find((secret) => secret.name === name);
  if (existing?.deletedAt !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (existing) {
    const version = existing.versions.get(token);
    if (!version || !content || !sameContent(version, content)) {
      throw new ServiceError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    return { ARN: existing.arn, Name: name, VersionId: token };
  }
  const secret = store.create(name);
  Object.assign(secret, metadata);
  for (const [key, value] of tags) secret.tags.set(key, value);
  if (!content) return { ARN: secret.arn, Name: name };
  Object.assign(addVersion(store, secret, token), content).stages.add(CURRENT);
  return { ARN: secret.arn, Name: name, VersionId: token };
};

export const updateSecret: Operation = ({ store }, input) => {
  const secret = store.writable(input);
  const content = readContent(input);
  const metadata = readMetadata(input);
  const token = content && requestToken(input);
  const write = content && token !== undefined ? planWrite(store, secret, token, content, [CURRENT]) : undefined;
  if (write?.changes || Object.keys(metadata).length > 0) {
    store.change(secret, () => {
      Object.assign(secret, metadata);
      write?.apply();
    });
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: token };
};

export const describeSecret: Operation = ({ store }, input) => {
  const secret = store.view(secretId(input));
  return { ...describe(secret), VersionIdsToStages: labelledVersions(secret) };
};

const DAY_MS = 86_400_000;

export const deleteSecret: Operation = ({ store }, input) => {
  const id = secretId(input);
  const days = input.integer('RecoveryWindowInDays');
  const now = store.now();
  if (input.flag('ForceDeleteWithoutRecovery')) {
    if (days !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    // The service answers as if the secret had existed, even if it did not or was deleted before.
    const secret = store.secret(id);
    if (secret) store.remove(secret);
    return { ARN: secret?.arn ?? store.arn(id), Name: secret?.name ?? id, DeletionDate: now / 1000 };
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
  const secret = store.named(input);
  if (secret.deletedAt !== undefined) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was already scheduled for deletion.",
    );
  }
  const purgedAt = now + (days ?? 30) * DAY_MS;
  store.change(secret, () => Object.assign(secret, { deletedAt: now, purgedAt }));
  return { ARN: secret.arn, Name: secret.name, DeletionDate: purgedAt / 1000 };
};

export const restoreSecret: Operation = ({ store }, input) => {
  const secret = store.named(input);
  if (secret.deletedAt !== undefined) {
    store.change(secret, () => Object.assign(secret, { deletedAt: undefined, purgedAt: undefined }));
  }
  return { ARN: secret.arn, Name: secret.name };
};

function readMetadata(input: Parameters): { description?: string; kmsKeyId?: string } {
  const description = input.text('Description', { min: 0, max: 2048 });
  const kmsKeyId = input.text('KmsKeyId', { min: 0, max: 2048 });
  return { ...(description !== undefined && { description }), ...(kmsKeyId !== undefined && { kmsKeyId }) };
}
