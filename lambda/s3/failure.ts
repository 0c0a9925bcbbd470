import { CallError, type FailureKind } from '../calls/call-error.ts';
import { whyNoConnection } from '../calls/no-connection.ts';
import { redact } from '../calls/redact.ts';
import { noConnection, type Thrown } from '../secrets-manager/failure.ts';
import { keyNamedIn } from '../secrets-manager/remedy.ts';

/** A failed call to S3. It ends no run, and fails nothing. */
export class S3Error extends CallError {
  override readonly name = 'S3Error';

  /** @param exception the service's name of the failure, or the SDK's, or the network's code. */
  constructor(
    operation: string,
    kind: Exclude<FailureKind, 'not-sent'>,
    exception: string,
    detail: string,
    options: ErrorOptions,
  ) {
    super(CODES[kind], kind, `S3: ${operation} failed with ${exception}: ${detail}`, options);
  }
}

const CODES = {
  unreachable: 'S3_UNREACHABLE',
  refused: 'S3_REFUSED',
  throttled: 'S3_THROTTLED',
  unanswered: 'S3_UNANSWERED',
} as const;

/** The call that failed. */
export interface S3Call {
  readonly operation: 'ListObjectsV2' | 'GetObject' | 'PutObject';
  readonly bucket: string;
  /** Of the object, or what the names that were asked for begin with. */
  readonly key: string;
}

const THROTTLED =
  /^(SlowDown|Throttl|TooManyRequests|RequestLimitExceeded|OperationAborted|ConditionalRequestConflict)/;

/** Puts what the SDK threw into our words. Its message is kept, redacted, only if the service wrote it. */
export function toS3Error(call: S3Call, error: unknown): S3Error {
  const { name = 'unknown error', message = '', code, hostname, $metadata, $response, $fault } = error as Thrown;
  const failure = (kind: Exclude<FailureKind, 'not-sent'>, exception: string, detail: string) =>
    new S3Error(call.operation, kind, exception, detail, { cause: error });
  const unconnected = noConnection(error as Thrown);
  if (unconnected !== undefined) {
    const origin = `https://${hostname ?? 's3'}`;
    const { text } = whyNoConnection(unconnected, { origin, setting: 'AWS_REGION', ca: 'NODE_EXTRA_CA_CERTS' });
    return failure('unreachable', unconnected, `no connection (${origin}): ${text}`);
  }
  const status = $response?.statusCode ?? $metadata?.httpStatusCode;
  if (status === undefined && isUnsent(error as Thrown))
    return failure('refused', name, `${redact(message)}: correct the Region and the credentials of AWS`);
  if (status === undefined || $fault === undefined) return failure('unanswered', code ?? name, 'no answer');
  if (THROTTLED.test(name) || status === 429 || status === 503) return failure('throttled', name, redact(message));
  if (status >= 500) return failure('unanswered', name, redact(message));
  return failure('refused', name, `${redact(message)}${remedyFor(call, name, message, $response?.headers ?? {})}`);
}

/** The SDK had no Region or no credentials, so there was no request. */
function isUnsent({ name = '', message = '' }: Thrown): boolean {
  return (
    /^(CredentialsProviderError|TokenProviderError)$/.test(name) || /^Region (is missing|not accepted)/.test(message)
  );
}

const RIGHTS = { ListObjectsV2: 's3:ListBucket', GetObject: 's3:GetObject', PutObject: 's3:PutObject' } as const;

/** What to do, as the end of a sentence, or empty. */
function remedyFor(
  call: S3Call,
  name: string,
  message: string,
  headers: NonNullable<Thrown['$response']>['headers'] & object,
): string {
  const { operation, bucket, key } = call;
  if (/^KMS|\bkms:/.test(`${name} ${message}`)) {
    const right = operation === 'PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt';
    return `: allow ${right} on ${keyNamedIn(message) ?? `the key of the bucket ${bucket}`} in the policy of the role and in the key's own, and make sure that the key is enabled`;
  }
  if (name === 'NoSuchBucket') return `: make the bucket ${bucket}, or correct its name`;
  if (
    name === 'PermanentRedirect' ||
    name === 'AuthorizationHeaderMalformed' ||
    name === 'IllegalLocationConstraintException'
  ) {
    const region = headers['x-amz-bucket-region'] ?? /expecting '([\w-]+)'/.exec(message)?.[1];
    return `: the bucket ${bucket} is in ${region ?? 'another Region'}; use one in the Region of the function`;
  }
  if (/^AccessDenied|^AllAccessDisabled|^Forbidden$/.test(name)) {
    const resource =
      operation === 'ListObjectsV2' ? `arn:aws:s3:::${bucket} for the prefix ${key}` : `arn:aws:s3:::${bucket}/${key}`;
    return `: allow ${RIGHTS[operation]} on ${resource} in the policy of the role, and in that of the bucket if it is of another account`;
  }
  if (/^(ExpiredToken|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken)$/.test(name))
    return ': sign in again, or correct the credentials';
  return '';
}

const TAKEN: ReadonlySet<string> = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);

/**
 * Whether S3 refused a put because of its condition: what is there is not what was seen, or somebody else is writing it
 * right now. Then another look is due.
 */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && TAKEN.has(error.name);
}
