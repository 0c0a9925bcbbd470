import { randomUUID } from 'node:crypto';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { isSignedFor } from '../http/signature.ts';
import { type PublishedMessage, publish } from './publish.ts';

export type { PublishedMessage } from './publish.ts';

export interface SnsOptions extends ServeOptions {
  /** ARNs of the topics that there are. */
  readonly topics?: readonly string[];
}

export interface SnsServer extends RunningServer {
  /** What the topics took, in order of arrival. */
  readonly messages: PublishedMessage[];
}

const VERSION = '2010-03-31';

/** Serves the one call of Amazon SNS that sends a message, in its query protocol, on loopback. */
export async function startSns(options: SnsOptions = {}): Promise<SnsServer> {
  const { now = Date.now } = options;
  const topics = new Set(options.topics);
  const messages: PublishedMessage[] = [];
  const answer = (request: Request): Answer => {
    try {
      const message = publish(fieldsOf(request), topics, now());
      messages.push(message);
      return published(message);
    } catch (error) {
      if (error instanceof ServiceError) return errorAnswer(error);
      throw error;
    }
  };
  const service = {
    operation: ({ body, method, url }: Request) =>
      new URLSearchParams(body.toString()).get('Action') ?? `${method} ${url.pathname}`,
    answer,
    errorAnswer: (status: number) => errorAnswer(injectedError(status)),
  };
  return { ...(await serve(service, options)), messages };
}

function fieldsOf(request: Request): URLSearchParams {
  const { method, url, headers, body } = request;
  if (method !== 'POST' || url.pathname !== '/')
    throw new ServiceError('InvalidAction', `${method} ${url.pathname}`, 404);
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    throw new ServiceError('InvalidAction', 'The content type must be application/x-www-form-urlencoded');
  if (!isSignedFor('sns', request))
    throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const fields = new URLSearchParams(body.toString());
  if (fields.get('Action') !== 'Publish' || fields.get('Version') !== VERSION)
    throw new ServiceError('InvalidAction', 'The action or operation requested is invalid');
  return fields;
}

function published({ messageId }: PublishedMessage): Answer {
  const result = `<PublishResult><MessageId>${messageId}</MessageId></PublishResult>`;
  return xml(
    200,
    `<PublishResponse xmlns="http://sns.amazonaws.com/doc/${VERSION}/">${result}${metadata()}</PublishResponse>`,
  );
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  const fault = status >= 500 ? 'Receiver' : 'Sender';
  const error = `<Error><Type>${fault}</Type><Code>${type}</Code><Message>${escaped(message)}</Message></Error>`;
  return xml(
    status,
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/${VERSION}/">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'Content-Type': 'text/xml' }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function injectedError(status: number): ServiceError {
  if (status === 403) return new ServiceError('AuthorizationError', 'not authorized to perform: SNS:Publish', status);
  if (status === 429) return new ServiceError('Throttled', 'Rate exceeded', status);
  if (status >= 500) return new ServiceError('InternalError', 'internal service error', status);
  return new ServiceError('InvalidParameter', `injected status ${status}`, status);
}
