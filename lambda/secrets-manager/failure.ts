import { first, type Headers } from '../calls/from-cache.ts';
import { CONNECT_TIMEOUT, whyNoConnection } from '../calls/no-connection.ts';
import { redact } from '../calls/redact.ts';
import { unknownSession } from './credential-causes.ts';
import { refusedCredentials, withoutCredentials } from './credentials.ts';
import { type Failure, SecretsManagerError } from './errors.ts';
import { checkOf, describePlace, type Place, settingOf, unreadEndpoint } from './place.ts';
import { remedyFor } from './remedy.ts';
import { type Environment, wrongSetting } from './settings.ts';

/** What an error of the SDK can hold. */
export interface Thrown {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly syscall?: string;
  readonly input?: string;
  readonly hostname?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $fault?: string;
  /** The name of the failure, in a body of AWS. */
  readonly __type?: unknown;
  readonly $response?: { readonly statusCode?: number; readonly headers?: Headers };
}

/** The call that failed, and where it went. */
export interface Call {
  readonly operation: string;
  /** Which secret it is about; undefined for a batch. */
  readonly secret: string | undefined;
  readonly place: Place;
  /** Whether the SDK had a request. What fails before that is about settings or credentials. */
  readonly hadRequest: boolean;
  readonly environment: Environment;
  /** How far this machine's clock is off by an answer's date. */
  readonly skewOf: (headers: Headers) => { readonly ms: number; readonly detail: string } | undefined;
}

const THROTTLED: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
]);
const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** What checks a certificate does so before anything is sent. */
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECODE)|INVALID_CA)/;
/** OpenSSL's words for a first answer that is no TLS. Node has no code of its own for it here. */
const NOT_TLS = /wrong version number|packet length too long|http request|unknown protocol/;

/** Puts what the SDK threw into our words. Its message is kept, redacted, only if the service wrote it. */
export function toSecretsManagerError(call: Call, error: unknown): SecretsManagerError {
  return new SecretsManagerError(call.operation, failureIn(call, error as Thrown), { cause: error });
}

function failureIn(call: Call, thrown: Thrown): Failure {
  const { name = 'unknown error', message = '', code, $response, $fault } = thrown;
  const { place, hadRequest, environment } = call;
  const unconnected = noConnection(thrown);
  if (unconnected !== undefined) return unreachable(unconnected, thrown, call);
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return withoutCredentials(name, message, place, environment);
  if (code === 'ERR_INVALID_CHAR') return UNSENDABLE;
  // What gives credentials may have answered, too.
  const wasAnswered = $response !== undefined || $fault !== undefined;
  const wrong = hadRequest || wasAnswered ? undefined : wrongSetting(thrown, environment);
  if (wrong !== undefined) return wrong;
  const session = name === 'TypeError' ? unknownSession(message, place.profile) : undefined;
  if (session !== undefined) return { ...wrongProfile, detail: session };
  if (code?.startsWith('HPE_')) return foreign(thrown, place);
  const status = $response?.statusCode;
  // AWS's own balancers tell of an outage with a bare page, or with nothing.
  if (status !== undefined && !isInOwnWords(thrown))
    return status < 500 ? foreign(thrown, place) : outage(status, place);
  return $fault === undefined ? unanswered(thrown, place) : answered(call, thrown, redact(message));
}

const wrongProfile = { exception: 'a wrong setting', kind: 'refused', code: 'AWS_SETTINGS', endsRun: true } as const;

/** Node refuses a header with such a character, and only the credentials bring characters of their own into one. */
const UNSENDABLE: Failure = {
  ...{ exception: 'ERR_INVALID_CHAR', kind: 'refused', code: 'AWS_CREDENTIALS', endsRun: true },
  detail:
    'the AWS credentials have a line break or another character that no header can have: copy AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN again, without it',
};

/** The code of a failure to connect; undefined if there was a connection. */
export function noConnection({ name, code, message = '', syscall }: Thrown): string | undefined {
  if (code === undefined)
    return name === 'TimeoutError' && /did not establish a connection/.test(message) ? CONNECT_TIMEOUT : undefined;
  if (NO_CONNECTION.has(code) || CERTIFICATE.test(code)) return code;
  if (code === 'ETIMEDOUT') return syscall === 'connect' || name === 'AggregateError' ? CONNECT_TIMEOUT : undefined;
  return NOT_TLS.test(message) ? 'EPROTO' : undefined;
}

function unreachable(code: string, { hostname }: Thrown, call: Call): Failure {
  const { endpoint, ...rest } = call.place;
  const place = { ...rest, endpoint: endpoint ?? (hostname === undefined ? undefined : `https://${hostname}`) };
  const ca = 'NODE_EXTRA_CA_CERTS';
  const { why, text } = whyNoConnection(code, {
    origin: place.endpoint ?? 'https://secretsmanager',
    setting: settingOf(place),
    ca,
  });
  return {
    exception: code,
    kind: 'unreachable',
    detail: `no connection (${describePlace(place)}): ${text}${unreadEndpoint(place, call.environment)}`,
    mends: [{ kind: 'set', variable: why === 'untrusted' ? ca : settingOf(place) }],
  };
}

/** Secrets Manager names each failure, and the request. What does neither is a proxy's page, or another service. */
function isInOwnWords({ name, message = '', $metadata, $response, __type: type }: Thrown): boolean {
  const isNamed = $metadata?.requestId !== undefined;
  // Others have a `code` in their JSON, too, which the SDK takes for the name. InfluxDB does.
  if (name !== 'SyntaxError') return isNamed || type !== undefined || errorTypeOf($response) !== undefined;
  const isPage =
    /^text\/html/i.test(first($response?.headers?.['content-type']) ?? '') || /^Unexpected token '<'/.test(message);
  return isNamed && !isPage;
}

function errorTypeOf(response: Thrown['$response']): string | undefined {
  return first(response?.headers?.['x-amzn-errortype']);
}

function foreign({ code, $response }: Thrown, place: Place): Failure {
  const { statusCode, headers = {} } = $response ?? {};
  const type = /^[\w/.+-]{1,60}/.exec(first(headers['content-type']) ?? '')?.[0];
  const wantsSignIn = statusCode === 407 ? ' that wants a sign-in' : '';
  const sign =
    statusCode === undefined
      ? 'what answers does not speak HTTP; is its port for TLS? Then the endpoint begins with https://'
      : `the answer is not Secrets Manager's own (${type ?? 'no message'}), but a proxy's, a firewall's or a gateway's${wantsSignIn}`;
  return {
    // An answer's own `code` is nobody's name for a failure here.
    exception: statusCode === undefined && code !== undefined ? code : `HTTP ${statusCode}`,
    // What somebody else's answer did, nobody knows.
    ...{ kind: 'unanswered', code: 'SECRETS_MANAGER_NOT_ITSELF' },
    detail: `${sign}. ${checkOf(place).replace('m', 'M')}. Proxies are not used, whatever HTTPS_PROXY says`,
    mends: [{ kind: 'set', variable: settingOf(place) }],
  };
}

function outage(status: number, place: Place): Failure {
  return {
    exception: `HTTP ${status}`,
    kind: 'unanswered',
    detail: `the answer is not in Secrets Manager's own words, as in an outage of AWS. If it stays, something on the way answers: make sure that ${settingOf(place)} leads to Secrets Manager itself (${describePlace(place)})`,
  };
}

function answered(call: Call, { name = '', $metadata, $response }: Thrown, message: string): Failure {
  const { place, operation, secret } = call;
  const status = $metadata?.httpStatusCode;
  if (THROTTLED.has(name) || status === 429) return { exception: name, kind: 'throttled', detail: message };
  if (status === undefined || status < 400 || status >= 500)
    return { exception: name, kind: 'unanswered', detail: message };
  const refused = refusedCredentials(name, message, call.skewOf($response?.headers ?? {}), place);
  if (refused !== undefined)
    return { ...refused, detail: `${refused.detail}${unreadEndpoint(place, call.environment)}` };
  const remedy = remedyFor({ operation, exception: name, message, secret });
  if (remedy === undefined) return { exception: name, kind: 'refused', detail: message };
  return { exception: name, kind: 'refused', detail: `${message}: ${remedy.text}`, mends: [remedy.mend] };
}

function unanswered({ name = 'unknown error', code }: Thrown, place: Place): Failure {
  const detail = `no answer (${describePlace(place)}). If it stays, ${checkOf(place)}`;
  return { exception: code ?? name, kind: 'unanswered', detail };
}
