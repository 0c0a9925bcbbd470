import type { Request } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { isSignedFor } from '../http/signature.ts';

const TARGET = /^Logs_20140328\.(\w+)$/;

/** The operation that `X-Amz-Target` names, or an empty text. */
export function operationOf({ headers }: Request): string {
  const target = headers['x-amz-target'];
  return (typeof target === 'string' && TARGET.exec(target)?.[1]) || '';
}

/** Refuses what the service's front end refuses, whatever the operation. */
export function checkEnvelope(request: Request): void {
  const { method, url, headers } = request;
  if (method !== 'POST' || url.pathname !== '/')
    throw new ServiceError('UnknownOperationException', `${method} ${url.pathname}`, 404);
  if (!headers['content-type']?.startsWith('application/x-amz-json-1.1'))
    throw new ServiceError('UnknownOperationException', 'The content type must be application/x-amz-json-1.1');
  if (!isSignedFor('logs', request))
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

/** The members of the request's body. */
export function readInput(body: Buffer): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (isObject(parsed)) return parsed;
  throw new ServiceError('SerializationException', 'The request body is not a JSON object');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
