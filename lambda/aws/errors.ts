import { CallError, type FailureKind } from '../calls/call-error.ts';
import type { ErrorCode } from '../log/coded-error.ts';

/** A service of AWS beside Secrets Manager: it is told of things, or asked for what was logged. */
export interface AwsService {
  /** For people. */
  readonly name: string;
  /** What its host names begin with, which is also its name in a signature. */
  readonly id: 'events' | 'logs' | 'sns' | 'securityhub' | 'config';
  /** The environment variable that gives another endpoint. */
  readonly variable: string;
  /** The code of each kind of failure. */
  readonly codes: Readonly<Record<Exclude<FailureKind, 'not-sent'>, ErrorCode>>;
}

/** The codes of services that have none of their own. */
export const AWS_CODES = {
  unreachable: 'AWS_UNREACHABLE',
  refused: 'AWS_REFUSED',
  throttled: 'AWS_THROTTLED',
  unanswered: 'AWS_UNANSWERED',
} as const;

/** A call to such a service that failed, or a part of one that it did not take. It ends no run, and fails nothing. */
export class AwsServiceError extends CallError {
  override readonly name = 'AwsServiceError';

  /** @param exception the service's name of the failure, or the network's code. */
  constructor(
    { name, codes }: AwsService,
    operation: string,
    kind: Exclude<FailureKind, 'not-sent'>,
    { exception, detail, cause }: { readonly exception: string; readonly detail: string; readonly cause?: unknown },
  ) {
    super(codes[kind], kind, `${name}: ${operation} failed with ${exception}: ${detail}`, { cause });
  }
}
