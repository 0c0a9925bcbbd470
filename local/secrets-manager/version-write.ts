import { hasContent, type Secret, type Version } from './secret.ts';
import { type Content, sameContent } from './secret-value.ts';
import { ServiceError } from './service-error.ts';
import { CURRENT, checkLabelLimit, holder, moveLabel } from './staging-labels.ts';
import type { Store } from './store.ts';

const KEPT_VERSIONS = 100;
const KEPT_MS = 24 * 3_600_000;

/** A write of a value, checked but not made yet. */
export interface PlannedWrite {
  /** The version that already has this id. */
  readonly existing: Version | undefined;
  /** False for a repetition: same token and same content as before. */
  readonly changes: boolean;
  apply(): Version;
}

/** Plans to write `content` as version `id` under `labels`. Throws if the service would refuse that. */
export function planWrite(
  store: Store,
  secret: Secret,
  id: string,
  content: Content,
  labels: readonly string[],
): PlannedWrite {
  const existing = secret.versions.get(id);
  // A version without content was made by a rotation, for its Lambda function to fill.
  if (existing && hasContent(existing)) {
    if (!sameContent(existing, content)) throw tokenInUse(secret, id);
    return { existing, changes: false, apply: () => existing };
  }
  // A secret with a value always has a current one, so its first version gets the label whatever was asked for.
  const wanted = holder(secret, CURRENT) ? labels : [CURRENT, ...labels];
  checkLabelLimit(secret, wanted);
  const apply = (): Version => {
    const version = existing ?? addVersion(store, secret, id);
    Object.assign(version, content);
    for (const label of wanted) moveLabel(secret, label, version);
    if (secret.rotatingVersionId !== id) secret.rotatingVersionId = undefined;
    return version;
  };
  return { existing, changes: true, apply };
}

export function addVersion(store: Store, secret: Secret, id: string): Version {
  const version: Version = { id, stages: new Set(), createdAt: store.now() };
  secret.versions.set(id, version);
  for (const { id, stages, createdAt } of [...secret.versions.values()]) {
    if (secret.versions.size <= KEPT_VERSIONS) break;
    if (stages.size === 0 && id !== version.id && store.now() - createdAt > KEPT_MS) secret.versions.delete(id);
  }
  return version;
}

export function tokenInUse(secret: Secret, id: string): ServiceError {
  return new ServiceError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
  );
}
