import { randomUUID } from 'node:crypto';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from './server.ts';
import { ServiceError } from './service-error.ts';
import { isSignedFor } from './signature.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A service that speaks AWS's JSON 1.1 protocol. */
export interface JsonService {
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target: string;
  /** Its name in a signature. */
  readonly signedFor: string;
  /** What its front end refuses beside that. @throws {ServiceError} */
  readonly check?: (request: Request) => void;
  /** An operation by its name; undefined where there is none. It gives what the answer holds, or nothing. */
  readonly operation: (name: string) => ((input: JsonObject) => unknown) | undefined;
  /** Without a body, an operation has no members. @default false */
  readonly bodyMayBeEmpty?: boolean;
  /** The member of an error's answer that has its text. @default message */
  readonly messageMember?: 'message' | 'Message';
  /** What it says where a fault has it answer with this status. */
  readonly injectedError: (status: number) => ServiceError;
}

/** Serves it on loopback. */
export function serveJson(service: JsonService, options: ServeOptions): Promise<RunningServer> {
  return serve(
    {
      operation: (request) => operationOf(service, request) || `${request.method} ${request.url.pathname}`,
      answer: (request) => answerTo(service, request),
      errorAnswer: (status) => errorAnswer(service, service.injectedError(status)),
    },
    options,
  );
}

async function answerTo(service: JsonService, request: Request): Promise<Answer> {
  try {
    checkEnvelope(service, request);
    const name = operationOf(service, request);
    const operation = service.operation(name);
    if (operation === undefined) throw new ServiceError('UnknownOperationException', `Unknown operation: ${name}`);
    const output = await operation(inputOf(service, request));
    return { status: 200, headers: headers(), body: output === undefined ? '' : JSON.stringify(output) };
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(service, error);
    throw error;
  }
}

/** The operation that `X-Amz-Target` names, or an empty text. */
function operationOf({ target }: JsonService, { headers: { 'x-amz-target': named } }: Request): string {
  const [before, name = '', ...more] = typeof named === 'string' ? named.split('.') : [];
  return before === target && more.length === 0 && /^\w+$/.test(name) ? name : '';
}

/** Refuses what the service's front end refuses, whatever the operation. */
function checkEnvelope({ signedFor, check }: JsonService, request: Request): void {
  const { method, url, headers } = request;
  if (method !== 'POST' || url.pathname !== '/')
    throw new ServiceError('UnknownOperationException', `${method} ${url.pathname}`, 404);
  if (!headers['content-type']?.startsWith('application/x-amz-json-1.1'))
    throw new ServiceError('UnknownOperationException', 'The content type must be application/x-amz-json-1.1');
  if (!isSignedFor(signedFor, request)) throw notSigned();
  check?.(request);
}

export const notSigned = (): ServiceError =>
  new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');

/** The members of the request's body. */
function inputOf({ bodyMayBeEmpty = false }: JsonService, { body }: Request): JsonObject {
  let parsed: unknown;
  try {
    parsed = bodyMayBeEmpty && body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (isObject(parsed)) return parsed;
  throw new ServiceError('SerializationException', 'The request body is not a JSON object');
}

function errorAnswer({ messageMember = 'message' }: JsonService, { type, message, status }: ServiceError): Answer {
  return { status, headers: headers(), body: JSON.stringify({ __type: type, [messageMember]: message }) };
}

const headers = (): Record<string, string> => ({
  'Content-Type': 'application/x-amz-json-1.1',
  'x-amzn-RequestId': randomUUID(),
});

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object that a text is; undefined where it is none. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
