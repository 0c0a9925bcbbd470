import { CallError, type FailureKind } from '../calls/call-error.ts';
import { shown } from '../calls/redact.ts';

/** A failed call to Secrets Manager. `code` is the service's exception name, or the SDK's for what never arrived. */
export class SecretsManagerError extends CallError {
  override readonly name = 'SecretsManagerError';
  readonly code: string;

  constructor(
    operation: string,
    code: string,
    kind: FailureKind,
    detail: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(kind, `Secrets Manager: ${operation} failed with ${code}: ${detail}`, options);
    this.code = code;
  }

  /** True if it says nothing of a secret: every other call would fail the same way. */
  get concernsAll(): boolean {
    return this.kind === 'unreachable' || this.code === NO_REGION || this.code === NO_CREDENTIALS;
  }
}

const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
]);
const NO_REGION = 'NoRegion';
const NO_CREDENTIALS = 'CredentialsProviderError';
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Puts what the SDK threw into our words. Its message is kept only where the service wrote it. */
export function toSecretsManagerError(operation: string, error: unknown): SecretsManagerError {
  const thrown = error as {
    name?: string;
    code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
    $fault?: string;
    $retryable?: unknown;
  };
  const name = thrown.name ?? 'unknown error';
  const cause = { cause: error };
  // The SDK throws a plain Error for it, which only its message tells from others.
  if (/^Region (is missing|not accepted)/.test(thrown.message ?? '')) {
    return new SecretsManagerError(
      operation,
      NO_REGION,
      'refused',
      'no AWS Region is set, or it is no name of one: set AWS_REGION',
      cause,
    );
  }
  if (thrown.code !== undefined && NO_CONNECTION.has(thrown.code)) {
    return new SecretsManagerError(
      operation,
      thrown.code,
      'unreachable',
      'no connection: check the Region, the endpoint and the network path',
      cause,
    );
  }
  if (name === NO_CREDENTIALS) {
    return new SecretsManagerError(
      operation,
      name,
      'refused',
      'no AWS credentials were found: check the role or the environment',
      cause,
    );
  }
  const status = thrown.$metadata?.httpStatusCode;
  const message = thrown.$fault === undefined ? 'no answer' : shown(thrown.message ?? '');
  if (THROTTLED.has(name) || status === 429)
    return new SecretsManagerError(operation, name, 'throttled', message, cause);
  if (status !== undefined && status >= 400 && status < 500 && thrown.$fault !== undefined) {
    return new SecretsManagerError(operation, name, 'refused', message, cause);
  }
  return new SecretsManagerError(operation, thrown.code ?? name, 'unanswered', message, cause);
}
