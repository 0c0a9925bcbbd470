import { CallError } from '../calls/call-error.ts';
import { redact } from '../calls/redact.ts';

/** A failed call to Secrets Manager. */
export class SecretsManagerError extends CallError {
  override readonly name = 'SecretsManagerError';
  /** The service's name of the failure or, if the service did not answer, the SDK's name or the network's code. */
  readonly exception: string;

  constructor(
    operation: string,
    exception: string,
    kind: keyof typeof CODES,
    detail: string,
    options: ErrorOptions = {},
  ) {
    const code = SETTINGS.has(exception) ? 'AWS_SETTINGS' : CODES[kind];
    super(code, kind, `Secrets Manager: ${operation} failed with ${exception}: ${detail}`, options);
    this.exception = exception;
  }

  /** True if the failure has nothing to do with the secret, so that every other call would fail the same way. */
  override get endsRun(): boolean {
    return this.kind === 'unreachable' || SETTINGS.has(this.exception);
  }
}

const CODES = {
  unreachable: 'SECRETS_MANAGER_UNREACHABLE',
  refused: 'SECRETS_MANAGER_REFUSED',
  throttled: 'SECRETS_MANAGER_THROTTLED',
  unanswered: 'SECRETS_MANAGER_UNANSWERED',
} as const;

const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
]);
const NO_REGION = 'NoRegion';
const NO_CREDENTIALS = 'CredentialsProviderError';
/** Failures because the environment of the run lacks a setting. */
const SETTINGS: ReadonlySet<string> = new Set([NO_REGION, NO_CREDENTIALS]);
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Puts what the SDK threw into our words. Its message is kept, redacted, only if the service wrote it. */
export function toSecretsManagerError(operation: string, error: unknown): SecretsManagerError {
  const thrown = error as {
    name?: string;
    code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
    $fault?: string;
  };
  const name = thrown.name ?? 'unknown error';
  const failed = (exception: string, kind: keyof typeof CODES, detail: string) =>
    new SecretsManagerError(operation, exception, kind, detail, { cause: error });
  // For this the SDK throws a plain Error, which only its message tells from other errors.
  if (/^Region (is missing|not accepted)/.test(thrown.message ?? ''))
    return failed(NO_REGION, 'refused', 'no AWS Region is set, or its name is not valid: set AWS_REGION');
  if (thrown.code !== undefined && NO_CONNECTION.has(thrown.code))
    return failed(thrown.code, 'unreachable', 'no connection: check the Region, the endpoint and the network path');
  if (name === NO_CREDENTIALS)
    return failed(name, 'refused', 'no AWS credentials were found: check the role or the environment');
  const status = thrown.$metadata?.httpStatusCode;
  const message = thrown.$fault === undefined ? 'no answer' : redact(thrown.message ?? '');
  if (THROTTLED.has(name) || status === 429) return failed(name, 'throttled', message);
  if (status !== undefined && status >= 400 && status < 500 && thrown.$fault !== undefined)
    return failed(name, 'refused', message);
  return failed(thrown.code ?? name, 'unanswered', message);
}
