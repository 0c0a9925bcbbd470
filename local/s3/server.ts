import { createHash } from 'node:crypto';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { isSignedFor } from '../http/signature.ts';

export interface S3Options extends ServeOptions {
  /** The buckets that there are. */
  readonly buckets: readonly string[];
}

export interface S3Server extends RunningServer {
  /** The text of each object, by `BUCKET/KEY`. */
  readonly objects: Map<string, string>;
}

/** Serves the calls of Amazon S3 that read and write one object, with the conditions of a write, on loopback. */
export async function startS3(options: S3Options): Promise<S3Server> {
  const objects = new Map<string, string>();
  const place = { buckets: new Set(options.buckets), objects };
  const answer = (request: Request): Answer => {
    try {
      return answerTo(place, request);
    } catch (error) {
      if (error instanceof ServiceError) return errorAnswer(error);
      throw error;
    }
  };
  const service = {
    operation: ({ method }: Request) => OPERATIONS[method] ?? method,
    answer,
    errorAnswer: (status: number) => errorAnswer(injectedError(status)),
  };
  return { ...(await serve(service, options)), objects };
}

interface Place {
  readonly buckets: ReadonlySet<string>;
  readonly objects: Map<string, string>;
}

const OPERATIONS: Readonly<Record<string, string>> = { GET: 'GetObject', PUT: 'PutObject' };

function answerTo({ buckets, objects }: Place, request: Request): Answer {
  const { method, url, headers, body } = request;
  if (!isSignedFor('s3', request)) throw new ServiceError('AccessDenied', 'Access Denied', 403);
  const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  if (!buckets.has(bucket)) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
  const name = `${bucket}/${key}`;
  const text = objects.get(name);
  switch (method) {
    case 'GET':
      if (text === undefined) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
      return { status: 200, headers: { ETag: etagOf(text), 'Content-Type': 'application/json' }, body: text };
    case 'PUT':
      assertConditions(headers, text);
      objects.set(name, body.toString());
      return { status: 200, headers: { ETag: etagOf(body.toString()) } };
    default:
      throw new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
}

function assertConditions(headers: Request['headers'], text: string | undefined): void {
  const { 'if-match': wanted, 'if-none-match': none } = headers;
  if (wanted !== undefined && text === undefined)
    throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
  const fails = (none === '*' && text !== undefined) || (wanted !== undefined && wanted !== etagOf(text ?? ''));
  if (fails)
    throw new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}

function etagOf(text: string): string {
  return `"${createHash('md5').update(text).digest('hex')}"`;
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${type}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'Content-Type': 'application/xml' }, body };
}

function injectedError(status: number): ServiceError {
  if (status === 403) return new ServiceError('AccessDenied', 'Access Denied', status);
  if (status === 503) return new ServiceError('SlowDown', 'Please reduce your request rate.', status);
  return new ServiceError('InternalError', 'We encountered an internal error. Please try again.', status);
}
