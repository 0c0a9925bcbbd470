import { randomUUID } from 'node:crypto';

/** What a handler is given beside its event. */
export interface Context {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** A function of the account, as it was deployed. */
export interface LambdaFunction {
  readonly handler: (event: unknown, context: Context) => Promise<unknown>;
  readonly description?: string;
  readonly timeoutMs: number;
  /** All of them are of `$LATEST`. */
  readonly aliases?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** The functions of an account by their names. */
export type LambdaFunctions = Map<string, LambdaFunction>;

/** What an invocation gives back: its answer, or how it failed, as the runtime tells the caller. */
export interface Invoked {
  readonly payload: string;
  readonly failed: boolean;
}

export async function invoke(
  { handler, timeoutMs }: LambdaFunction,
  invokedFunctionArn: string,
  event: unknown,
): Promise<Invoked> {
  const endsAt = Date.now() + timeoutMs;
  const context = {
    awsRequestId: randomUUID(),
    invokedFunctionArn,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  try {
    // As over the wire: what JSON cannot say is not there.
    return { payload: JSON.stringify((await handler(event, context)) ?? null), failed: false };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { payload: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }), failed: true };
  }
}
