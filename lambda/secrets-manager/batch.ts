import * as z from 'zod/mini';
import { redact } from '../calls/redact.ts';
import { isPartialArnOf } from '../config/secret-name.ts';
import { ArnAnswer, type BatchAnswer, ValueAnswer } from './answers.ts';
import { checkOf, describePlace, type Place } from './place.ts';
import { remedyFor } from './remedy.ts';
import type { SecretReading } from './secret.ts';

/** At most this many secrets fit into one `BatchGetSecretValue`. */
export const BATCH_SIZE = 20;

/**
 * Matches the answer to `BatchGetSecretValue`, which comes in no particular order, with the ids that were asked for.
 * @param place where they were looked for.
 * @returns one reading for each id.
 */
export function readBatch(ids: readonly string[], answer: BatchAnswer, place: Place): Map<string, SecretReading> {
  const check = checkOf(place);
  const readings = new Map<string, SecretReading>();
  const named = new Map(answer.SecretValues.flatMap((each) => [[each.ARN, each] as const, [each.Name, each] as const]));
  for (const id of ids) {
    const value =
      named.get(id) ?? answer.SecretValues.find(({ ARN }) => typeof ARN === 'string' && isPartialArnOf(id, ARN));
    const error = answer.Errors.find(({ SecretId }) => SecretId === id);
    const reading = value === undefined ? readError(id, error, check) : readValue(value, check);
    readings.set(id, reading.kind === 'not-found' ? { ...reading, where: describePlace(place) } : reading);
  }
  return readings;
}

const askAgain = (check: string) => `the next run asks again; if it stays, ${check}`;

const Value = z.extend(ArnAnswer, ValueAnswer.shape);

function readValue(value: BatchAnswer['SecretValues'][number], check: string): SecretReading {
  const parsed = Value.safeParse(value);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    return {
      kind: 'unreadable',
      detail: `the answer about it is not understood, at ${wrong}`,
      remedy: askAgain(check),
    };
  }
  const { ARN, VersionId, CreatedDate, SecretString, VersionStages = [] } = parsed.data;
  if (SecretString === undefined) return { kind: 'binary', arn: ARN };
  return {
    kind: 'value',
    arn: ARN,
    versionId: VersionId,
    createdAt: CreatedDate.getTime(),
    holdsPending: VersionStages.includes('AWSPENDING'),
    text: SecretString,
  };
}

function readError(secret: string, error: BatchAnswer['Errors'][number] | undefined, check: string): SecretReading {
  switch (error?.ErrorCode) {
    case undefined:
      return { kind: 'unreadable', detail: 'the answer does not mention it', remedy: askAgain(check) };
    case 'ResourceNotFoundException':
      return { kind: 'not-found' };
    case 'InvalidRequestException':
      return { kind: 'deleted' };
    default: {
      const { ErrorCode: exception = '', Message } = error ?? {};
      const message = redact(Message ?? 'no message');
      // The batch reads each secret as this call would.
      const remedy = remedyFor({ operation: 'GetSecretValue', exception, message, secret });
      const detail = `${exception}: ${message}`;
      if (remedy === undefined) return { kind: 'unreadable', detail };
      return { kind: 'unreadable', detail, remedy: remedy.text, mends: [remedy.mend] };
    }
  }
}
