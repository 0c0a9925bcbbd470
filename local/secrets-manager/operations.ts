import { batchGetSecretValue } from './batch-operation.ts';
import { updateSecretVersionStage } from './label-operation.ts';
import { listSecrets, listSecretVersionIds } from './list-operations.ts';
import type { Operation } from './operation.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './policy-operations.ts';
import { getRandomPassword } from './random-password.ts';
import { cancelRotateSecret, rotateSecret } from './rotation-operations.ts';
import { createSecret, deleteSecret, describeSecret, restoreSecret, updateSecret } from './secret-operations.ts';
import { tagResource, untagResource } from './tag-operations.ts';
import { getSecretValue, putSecretValue } from './value-operations.ts';

/** Every operation that this server has, by its name on the wire. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    BatchGetSecretValue: batchGetSecretValue,
    CancelRotateSecret: cancelRotateSecret,
    CreateSecret: createSecret,
    DeleteResourcePolicy: deleteResourcePolicy,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetRandomPassword: getRandomPassword,
    GetResourcePolicy: getResourcePolicy,
    GetSecretValue: getSecretValue,
    ListSecretVersionIds: listSecretVersionIds,
    ListSecrets: listSecrets,
    PutResourcePolicy: putResourcePolicy,
    PutSecretValue: putSecretValue,
    RestoreSecret: restoreSecret,
    RotateSecret: rotateSecret,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateSecret: updateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
  }),
);
