import { LambdaServiceException } from '@aws-sdk/client-lambda';

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
