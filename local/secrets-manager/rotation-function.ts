import { pathToFileURL } from 'node:url';
import type { Secret } from './secret.ts';
import { notFound, ServiceError } from './service-error.ts';

/** What the service sends to a rotation function. */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** The ARN. */
  readonly SecretId: string;
  /** The id of the version that the rotation makes. */
  readonly ClientRequestToken: string;
  /** Tells the caller of one attempt; only functions that assume a role need it. */
  readonly RotationToken: string;
}

/** Stands for one invocation of a rotation function; rejects as the function fails. */
export type InvokeRotation = (event: RotationEvent) => Promise<unknown>;

/** A rotation function, as Lambda knows it. */
export interface RotationFunction {
  readonly invoke: InvokeRotation;
  /** Whether its policy lets Secrets Manager call it for this secret; by default for each. */
  readonly allows?: (secretArn: string) => boolean;
}

/** The rotation functions of an account, by their ARNs. */
export type RotationFunctions = Map<string, RotationFunction>;

/** The function with this ARN. Throws as the service does if there is none, or it may not be called for this secret. */
export function callable(functions: RotationFunctions, arn: string, secret: Secret): RotationFunction {
  const found = functions.get(arn);
  // What the service says here is not documented. This is the error that its reference lists for what it cannot find.
  if (found === undefined) throw notFound("Secrets Manager can't find the specified Lambda function.");
  if (found.allows?.(secret.arn) ?? true) return found;
  throw new ServiceError(
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  );
}

/** A function behind a URL that takes an event by POST, as Lambda's own emulator and its function URLs do. */
export function functionAt(url: string): RotationFunction {
  return {
    invoke: async (event) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`the function answered with status ${response.status}`);
      const error = response.headers.has('x-amz-function-error') ? text : errorIn(text);
      if (error !== undefined) throw new Error(`the function failed: ${error}`);
    },
  };
}

/** The `handler` that a module exports, called in this process. `env` is what it finds in its environment. */
export function functionIn(file: string, env: Readonly<Record<string, string>>): RotationFunction {
  return {
    invoke: async (event) => {
      Object.assign(process.env, env);
      const { handler } = (await import(pathToFileURL(file).href)) as { handler?: Handler };
      if (typeof handler !== 'function') throw new Error(`${file} exports no function named handler`);
      const endsAt = Date.now() + INVOCATION_MS;
      return handler(event, { awsRequestId: event.RotationToken, getRemainingTimeInMillis: () => endsAt - Date.now() });
    },
  };
}

type Handler = (
  event: RotationEvent,
  context: { readonly awsRequestId: string; getRemainingTimeInMillis(): number },
) => unknown;

/** Shorter than any time-out that a function is likely to be configured with. */
const INVOCATION_MS = 60_000;

/** Lambda's emulator answers with status 200 and an error object when the function throws. */
function errorIn(text: string): string | undefined {
  try {
    const { errorMessage } = (JSON.parse(text) ?? {}) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}
