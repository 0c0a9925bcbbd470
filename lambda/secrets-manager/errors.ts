import { CallError, type FailureKind } from '../calls/call-error.ts';
import type { ErrorCode } from '../log/coded-error.ts';
import type { Mend } from '../log/mend.ts';

/** What a failed call was, in the service's and in our words. */
export interface Failure {
  /** The service's name of the failure or, if the service did not answer, the SDK's name or the network's code. */
  readonly exception: string;
  readonly kind: Exclude<FailureKind, 'not-sent'>;
  /** @default that of the kind */
  readonly code?: ErrorCode;
  readonly detail: string;
  readonly mends?: readonly Mend[] | undefined;
  /** @default only where no connection was made */
  readonly endsRun?: boolean;
}

/** A failed call to Secrets Manager. */
export class SecretsManagerError extends CallError {
  override readonly name = 'SecretsManagerError';
  readonly exception: string;
  readonly #endsRun: boolean;

  constructor(
    operation: string,
    { exception, kind, code, detail, mends, endsRun }: Failure,
    options: ErrorOptions = {},
  ) {
    super(code ?? CODES[kind], kind, `Secrets Manager: ${operation} failed with ${exception}: ${detail}`, {
      ...options,
      mends,
      isOverload: kind === 'throttled' || UNAVAILABLE.test(exception),
    });
    this.exception = exception;
    this.#endsRun = endsRun ?? kind === 'unreachable';
  }

  /** True if the failure has nothing to do with the secret, so that every other call would fail the same way. */
  override get endsRun(): boolean {
    return this.#endsRun;
  }
}

/** What a status of 503 is called. */
const UNAVAILABLE = /^ServiceUnavailable|^HTTP 503$/;

const CODES = {
  unreachable: 'SECRETS_MANAGER_UNREACHABLE',
  refused: 'SECRETS_MANAGER_REFUSED',
  throttled: 'SECRETS_MANAGER_THROTTLED',
  unanswered: 'SECRETS_MANAGER_UNANSWERED',
} as const;
