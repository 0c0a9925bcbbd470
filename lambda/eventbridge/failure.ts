import { whyNoConnection } from '../calls/no-connection.ts';
import { noConnection, type Thrown } from '../secrets-manager/failure.ts';
import { EventBridgeError } from './errors.ts';

const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded)/;
const INTERNAL = /^(InternalFailure|InternalException|InternalServiceError|ServiceUnavailable)/;
const DENIED = /^(AccessDenied|NotAuthorized|UnauthorizedOperation)/;

/** What the service said of a call, or of one event. */
export function answeredError(status: number, code: string, message: string, bus: string): EventBridgeError {
  const exception = code === '' ? `HTTP ${status}` : code;
  if (THROTTLED.test(code) || status === 429) return new EventBridgeError('throttled', exception, message);
  if (code === '' || status >= 500 || INTERNAL.test(code))
    return new EventBridgeError('unanswered', exception, message === '' ? 'no reason is given' : message);
  const remedy = DENIED.test(code)
    ? `: allow events:PutEvents on ${resourceIn(message) ?? bus} in ${policyIn(bus)}`
    : '';
  return new EventBridgeError('refused', exception, `${message}${remedy}`);
}

function resourceIn(message: string): string | undefined {
  return /on resource: (\S+?)(?=[\s,;]|\.(?:\s|$)|$)/.exec(message)?.[1];
}

/** A bus of another account has to allow it, too. */
function policyIn(bus: string): string {
  const role = "the policy of the function's role";
  return bus.startsWith('arn:') ? `${role}, and in that of the bus if it is of another account` : role;
}

/** What a call that got no answer failed with. */
export function unansweredError(cause: unknown, origin: string | undefined): EventBridgeError {
  const { code, name } = cause as Thrown;
  if (code === 'ERR_INVALID_URL') {
    const detail = 'the endpoint is no URL: correct AWS_ENDPOINT_URL_EVENTBRIDGE, or AWS_ENDPOINT_URL';
    return new EventBridgeError('refused', code, detail, { cause });
  }
  const unconnected = noConnection(cause as Thrown);
  const place = origin ?? 'https://events';
  if (unconnected !== undefined) {
    const setting = /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(place).hostname)
      ? 'AWS_REGION'
      : 'AWS_ENDPOINT_URL_EVENTBRIDGE';
    const { text: why } = whyNoConnection(unconnected, { origin: place, setting, ca: 'NODE_EXTRA_CA_CERTS' });
    return new EventBridgeError('unreachable', unconnected, `no connection (${place}): ${why}`, { cause });
  }
  return new EventBridgeError('unanswered', code ?? name ?? 'unknown error', 'no answer', { cause });
}
