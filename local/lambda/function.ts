import { randomUUID } from 'node:crypto';

/** What a handler is given beside its event. */
export interface Context {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** Takes a line that the function writes to stdout. */
export type Stdout = (line: string) => void;

/** A function of the account, as it was deployed. */
export interface LambdaFunction {
  readonly handler: (event: unknown, context: Context, stdout: Stdout) => Promise<unknown>;
  readonly description?: string;
  readonly timeoutMs: number;
  /** All of them are of `$LATEST`. */
  readonly aliases?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** @default /aws/lambda/NAME */
  readonly logGroup?: string;
}

/** The functions of an account by their names. */
export type LambdaFunctions = Map<string, LambdaFunction>;

/** What an invocation gives back: its answer, or how it failed, as the runtime tells the caller. */
export interface Invoked {
  readonly payload: string;
  readonly failed: boolean;
}

/** @param stdout takes what the function writes, between the lines that the runtime writes itself. */
export async function invoke(
  { handler, timeoutMs }: LambdaFunction,
  invokedFunctionArn: string,
  event: unknown,
  stdout: Stdout,
): Promise<Invoked> {
  const endsAt = Date.now() + timeoutMs;
  const awsRequestId = randomUUID();
  const context = { awsRequestId, invokedFunctionArn, getRemainingTimeInMillis: () => endsAt - Date.now() };
  stdout(`START RequestId: ${awsRequestId} Version: $LATEST`);
  try {
    // As over the wire: what JSON cannot say is not there.
    return { payload: JSON.stringify((await handler(event, context, stdout)) ?? null), failed: false };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { payload: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }), failed: true };
  } finally {
    stdout(`END RequestId: ${awsRequestId}`);
    stdout(`REPORT RequestId: ${awsRequestId}\tDuration: ${(Date.now() + timeoutMs - endsAt).toFixed(2)} ms`);
  }
}
