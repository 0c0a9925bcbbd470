import { redact } from '../calls/redact.ts';
import type { Mend } from '../log/mend.ts';
import { causeIn } from './credential-causes.ts';
import type { Failure } from './errors.ts';
import { describePlace, type Place } from './place.ts';
import type { Environment } from './settings.ts';

/** Why the SDK has no credentials. It tells its reasons apart by their texts alone. */
export function withoutCredentials(
  exception: string,
  message: string,
  { profile, reasons }: Place,
  environment: Environment,
): Failure {
  const of = profile === undefined ? '' : ` of profile ${redact(profile)}`;
  const failure = (code: 'AWS_SETTINGS' | 'AWS_CREDENTIALS', detail: string, mend?: Mend): Failure => ({
    ...{ exception, kind: 'refused', code, detail, endsRun: true },
    mends: mend && [mend],
  });
  const cause = causeIn([message, ...reasons], profile);
  if (cause !== undefined) return failure(cause.code, cause.detail);
  if (/\bsso\b/i.test(message) && /expired|invalid|not found|refresh/i.test(message))
    return failure(
      'AWS_CREDENTIALS',
      `the SSO session${of} is over, or was never begun: run ${signIn('aws sso login', profile)}`,
      { kind: 'sign-in', command: signIn('aws sso login', profile) },
    );
  if (/aws login|\/login\/cache\//.test(message))
    return failure('AWS_CREDENTIALS', `the sign-in${of} is over: run ${signIn('aws login', profile)}`, {
      kind: 'sign-in',
      command: signIn('aws login', profile),
    });
  if (/multi-factor/.test(message))
    return failure(
      'AWS_CREDENTIALS',
      `the role${of} asks for an MFA code, which this program cannot ask for: put temporary credentials into the environment, as aws configure export-credentials --format env prints them`,
    );
  if (!/^Could not load credentials from any providers|^Unable to find environment/.test(message))
    return failure(
      'AWS_SETTINGS',
      `no AWS credentials${of} (${redact(message)}): correct the profile or the environment${unusedKeys(profile, environment)}`,
    );
  if (profile !== undefined)
    return failure(
      'AWS_SETTINGS',
      `no AWS credentials were found for profile ${redact(profile)}, which AWS_PROFILE names: aws configure list-profiles shows which there are, and aws sts get-caller-identity whether it works${unusedKeys(profile, environment)}`,
    );
  return (
    halfOfKeys(environment, failure) ??
    failure('AWS_SETTINGS', 'no AWS credentials were found: sign in, set AWS_PROFILE, or give the function its role', {
      kind: 'sign-in',
    })
  );
}

const HALVES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/** One of the two is of no use alone. */
function halfOfKeys(
  environment: Environment,
  failure: (code: 'AWS_SETTINGS', detail: string, mend: Mend) => Failure,
): Failure | undefined {
  const there = HALVES.filter((name) => environment[name]);
  const missing = HALVES.find((name) => !environment[name]);
  if (there.length === 0 || missing === undefined) return undefined;
  return failure(
    'AWS_SETTINGS',
    `no AWS credentials were found: ${there} is set, but ${missing} is not; set both, or unset it and set AWS_PROFILE`,
    { kind: 'set', variable: missing },
  );
}

/** The SDK takes the profile, and nothing else. */
function unusedKeys(profile: string | undefined, environment: Environment): string {
  if (profile === undefined || !HALVES.some((name) => environment[name])) return '';
  return '. The keys in the environment are not used while AWS_PROFILE is set: unset AWS_PROFILE if they are meant';
}

function signIn(command: string, profile: string | undefined): string {
  return `${command}${profile === undefined ? '' : ` --profile ${redact(profile)}`}`;
}

const ENDED: ReadonlySet<string> = new Set(['ExpiredTokenException', 'ExpiredToken', 'TokenRefreshRequired']);
const UNKNOWN: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidClientTokenIdException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'AuthFailure',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'NotAuthorizedException',
  'OptInRequired',
  'SubscriptionRequiredException',
]);
const SIGNATURE: ReadonlySet<string> = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch']);
const SKEWED: ReadonlySet<string> = new Set([
  'RequestTimeTooSkewed',
  'RequestTimeTooSkewedException',
  'RequestExpired',
  'RequestInTheFuture',
]);

/** Those of a profile are had by signing in; those of the environment are put there. */
function credentialsAnew({ profile }: Place): Mend[] {
  if (profile !== undefined) return [{ kind: 'sign-in', command: signIn('aws login', profile) }];
  return HALVES.map((variable) => ({ kind: 'set', variable }));
}

/** AWS takes a signature that is up to five minutes old. */
const SKEW_MS = 4.5 * 60_000;

/**
 * Credentials that AWS refuses, whatever they may do; undefined for another refusal.
 * @param skew how far this machine's clock is off by the answer's date, in milliseconds and in words.
 */
export function refusedCredentials(
  exception: string,
  message: string,
  skew: { readonly ms: number; readonly detail: string } | undefined,
  place: Place,
): Failure | undefined {
  const failure = (code: 'AWS_CLOCK' | 'AWS_CREDENTIALS', detail: string): Failure => ({
    ...{ exception, kind: 'refused', code, detail, endsRun: true },
    mends: code === 'AWS_CLOCK' ? [{ kind: 'clock', of: 'this machine' }] : credentialsAnew(place),
  });
  const isSignature = SIGNATURE.has(exception);
  const isOff = skew !== undefined && skew.ms > SKEW_MS;
  if (SKEWED.has(exception) || (isSignature && (isOff || /^Signature (expired|not yet current)/.test(message))))
    return failure(
      'AWS_CLOCK',
      `${isOff ? skew.detail : "this machine's clock differs from AWS's"}, so that AWS takes no signature: correct the clock of this machine`,
    );
  if (isSignature)
    return failure(
      'AWS_CREDENTIALS',
      `${message}: make sure that the secret access key belongs to the access key id, and that nothing on the way changes requests (${describePlace(place)})`,
    );
  if (ENDED.has(exception))
    return failure('AWS_CREDENTIALS', 'the AWS credentials have expired: sign in again, or get new ones');
  if (UNKNOWN.has(exception))
    return failure(
      'AWS_CREDENTIALS',
      `${message}: AWS does not know these credentials here (${describePlace(place)}); make sure that the key still exists, that its session token is set with it, and that the account has this Region enabled`,
    );
  return undefined;
}
