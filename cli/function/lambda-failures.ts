import { LambdaServiceException } from '@aws-sdk/client-lambda';
import { reachOf } from '../../lambda/config/host.ts';

/** What a function goes on doing when nobody listens any more. */
export const GOES_ON = 'the function goes on in AWS by itself: `status` shows what became of it';

const ENDED_EARLY = 'What was done until then stands, and the next run goes on from it';

/** What failed in an invocation, with what to do next where Lambda itself ended it. */
export function failureOf({
  errorType = '',
  errorMessage = '',
}: {
  errorType?: string;
  errorMessage?: string;
}): string {
  if (errorMessage === '') return 'the function failed, and gave no reason: its log says more';
  if (errorType === 'Sandbox.Timedout' || errorMessage.includes('Task timed out after'))
    return `the function ran out of time (${errorMessage}). ${ENDED_EARLY}: ask again; if it stays so, see whether InfluxDB is slow or cannot be reached, or raise limits.functionTimeout and deploy`;
  if (errorType === 'Runtime.OutOfMemory' || errorMessage.includes('signal: killed'))
    return `the function ran out of memory (${errorMessage}). ${ENDED_EARLY}: raise the memorySize of the construct, and deploy`;
  return errorMessage;
}

/** The connection ended after the request may have arrived. */
export function mayHaveArrived(error: unknown): boolean {
  if (error instanceof LambdaServiceException || !(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].some((never) => never === code);
}

/** Not what is over by itself, such as a throttled call, or a connection that was cut. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof LambdaServiceException)
    return error.$fault === 'client' && error.name !== 'TooManyRequestsException';
  return !(error instanceof Error && ('code' in error || error.name === 'TimeoutError'));
}

/** Which function was asked for what: none is named where they are listed. */
interface Asked {
  readonly name: string | undefined;
  readonly right: string;
}

/** Why Lambda could not be asked, and what to do next. */
export function notAsked(error: unknown, asked: Asked): string {
  const message = error instanceof Error ? error.message : String(error);
  return `AWS Lambda could not be asked: ${message}; ${practiceRemedy(process.env) ?? remedyOf(error, asked)}`;
}

/** Secrets Manager is on this machine, and Lambda is not: the practice servers have none. */
function practiceRemedy(env: NodeJS.ProcessEnv): string | undefined {
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: url = '', AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_LAMBDA } = env;
  const isPractice = URL.canParse(url) && reachOf(url) === 'loopback' && !AWS_ENDPOINT_URL && !AWS_ENDPOINT_URL_LAMBDA;
  return isPractice
    ? 'this shell names servers on this machine (AWS_ENDPOINT_URL_SECRETS_MANAGER), where no function is deployed: add --local --config FILE, and all is done here'
    : undefined;
}

const SIGN_IN = 'sign in to AWS (aws login), or choose a profile with AWS_PROFILE';

function remedyOf(error: unknown, { name, right }: Asked): string {
  if (!isRefusal(error))
    return error instanceof LambdaServiceException
      ? 'ask again in a moment'
      : 'see whether AWS can be reached from here, and ask again';
  switch (error instanceof Error ? error.name : '') {
    case 'AccessDeniedException':
      return name === undefined
        ? 'give the name of the function with --function, which takes no right to list them'
        : `the right ${right} on ${name} is needed`;
    case 'CredentialsProviderError':
    case 'ExpiredTokenException':
    case 'InvalidSignatureException':
    case 'UnrecognizedClientException':
      return SIGN_IN;
    default:
      return error instanceof Error && error.message === 'Region is missing'
        ? 'set AWS_REGION, or choose a profile that has a Region'
        : `see whether account, Region and ${name === undefined ? 'profile' : `function (${name})`} are those that you mean`;
  }
}
