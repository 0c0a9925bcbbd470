import type { Request } from '../http/server.ts';
import { isSignedFor } from '../http/signature.ts';
import { isObject, Parameters } from './parameters.ts';
import { ServiceError } from './service-error.ts';

const TARGET = /^secretsmanager\.(\w+)$/;

/** The operation that `X-Amz-Target` names, or an empty text. */
export function operationOf(request: Request): string {
  const target = request.headers['x-amz-target'];
  return (typeof target === 'string' && TARGET.exec(target)?.[1]) || '';
}

/** Refuses what the service's front end refuses, whatever the operation. */
export function checkEnvelope(request: Request): void {
  if (request.method !== 'POST' || request.url.pathname !== '/') {
    throw new ServiceError('UnknownOperationException', `${request.method} ${request.url.pathname}`, 404);
  }
  if (!request.headers['content-type']?.startsWith('application/x-amz-json-1.1')) {
    throw new ServiceError('UnknownOperationException', 'The content type must be application/x-amz-json-1.1');
  }
  if (!isSignedFor('secretsmanager', request)) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
}

export function readInput(body: Buffer): Parameters {
  let parsed: unknown;
  try {
    parsed = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (!isObject(parsed)) throw new ServiceError('SerializationException', 'The request body is not a JSON object');
  return new Parameters(parsed);
}
