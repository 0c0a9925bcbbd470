import type { BatchGetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { shown } from '../service-message.ts';
import type { SecretReading } from './secret.ts';

/** Matches a batch's answer, whose order is not promised, with the ids that were asked for. */
export function readBatch(
  ids: readonly string[],
  answer: Pick<BatchGetSecretValueCommandOutput, 'SecretValues' | 'Errors'>,
): Map<string, SecretReading> {
  const readings = new Map<string, SecretReading>();
  for (const id of ids) {
    const value = answer.SecretValues?.find(({ ARN, Name }) => ARN === id || Name === id || isPartialArn(id, ARN));
    const error = answer.Errors?.find(({ SecretId }) => SecretId === id);
    readings.set(id, value === undefined ? readError(error) : readValue(value));
  }
  return readings;
}

type Entry<K extends 'SecretValues' | 'Errors'> = NonNullable<BatchGetSecretValueCommandOutput[K]>[number];

function readValue({ ARN, VersionId, CreatedDate, SecretString }: Entry<'SecretValues'>): SecretReading {
  if (ARN === undefined || VersionId === undefined || CreatedDate === undefined) {
    return { kind: 'unreadable', detail: 'the answer lacks the ARN, the version id or the date of the value' };
  }
  if (SecretString === undefined) return { kind: 'binary', arn: ARN };
  return { kind: 'value', arn: ARN, versionId: VersionId, createdAt: CreatedDate.getTime(), text: SecretString };
}

function readError(error: Entry<'Errors'> | undefined): SecretReading {
  switch (error?.ErrorCode) {
    case undefined:
      return { kind: 'unreadable', detail: 'the answer does not mention it' };
    case 'ResourceNotFoundException':
      return { kind: 'not-found' };
    case 'InvalidRequestException':
      return { kind: 'deleted' };
    default:
      return { kind: 'unreadable', detail: `${error?.ErrorCode}: ${shown(error?.Message ?? 'no message')}` };
  }
}

/** A partial ARN ends without the hyphen and six random characters. */
function isPartialArn(id: string, arn: string | undefined): boolean {
  return arn !== undefined && id.startsWith('arn:') && arn.slice(0, -7) === id;
}
