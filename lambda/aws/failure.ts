import { whyNoConnection } from '../calls/no-connection.ts';
import { redact } from '../calls/redact.ts';
import { noConnection, type Thrown } from '../secrets-manager/failure.ts';
import { type AwsService, AwsServiceError } from './errors.ts';

const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded)/;
const INTERNAL = /^(Internal(Failure|Exception|ServiceError|Error)|ServiceUnavailable)/;
const DENIED = /^(AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation)/;

/** What the service said of a call, or of a part of one. */
export interface Said {
  readonly status: number;
  /** The service's name of the failure; empty where it gave none. */
  readonly code: string;
  /** As it came. */
  readonly message: string;
}

/** A right that the call takes, and where it is given. */
export interface Right {
  readonly action: string;
  /** What it is needed on, where the service's message does not say so. */
  readonly resource: string;
  /** @default the policy of the function's role */
  readonly policy?: string;
}

export function answeredError(service: AwsService, operation: string, said: Said, right: Right): AwsServiceError {
  const { status, code } = said;
  const message = redact(said.message);
  const exception = code === '' ? `HTTP ${status}` : code;
  const failed = (kind: keyof AwsService['codes'], detail: string) =>
    new AwsServiceError(service, operation, kind, { exception, detail });
  if (THROTTLED.test(code) || status === 429) return failed('throttled', message);
  if (code === '' || status >= 500 || INTERNAL.test(code))
    return failed('unanswered', message === '' ? 'no reason is given' : message);
  return failed('refused', `${message}${DENIED.test(code) ? remedyFor(right, message) : ''}`);
}

function remedyFor({ action, resource, policy = "the policy of the function's role" }: Right, message: string): string {
  const named = /on resource: (\S+?)(?=[\s,;]|\.(?:\s|$)|$)/.exec(message)?.[1];
  return `: allow ${action} on ${named ?? resource} in ${policy}`;
}

/** What a call that got no answer failed with. */
export function unansweredError(
  service: AwsService,
  operation: string,
  cause: unknown,
  origin: string | undefined,
): AwsServiceError {
  const failed = (kind: keyof AwsService['codes'], exception: string, detail: string) =>
    new AwsServiceError(service, operation, kind, { exception, detail, cause });
  const { code, name } = cause as Thrown;
  if (code === 'ERR_INVALID_URL')
    return failed('refused', code, `the endpoint is no URL: correct ${service.variable}, or AWS_ENDPOINT_URL`);
  const unconnected = noConnection(cause as Thrown);
  if (unconnected === undefined) return failed('unanswered', code ?? name ?? 'unknown error', 'no answer');
  const place = origin ?? `https://${service.id}`;
  const isOfAws = /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(place).hostname);
  const setting = isOfAws ? 'AWS_REGION' : service.variable;
  const { text: why } = whyNoConnection(unconnected, { origin: place, setting, ca: 'NODE_EXTRA_CA_CERTS' });
  return failed('unreachable', unconnected, `no connection (${place}): ${why}`);
}
