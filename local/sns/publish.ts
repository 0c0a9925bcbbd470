import { randomUUID } from 'node:crypto';
import { ServiceError } from '../http/service-error.ts';

/** A message as a subscriber gets it. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const FIELDS = new Set(['Action', 'Version', 'TopicArn', 'Message', 'Subject']);

const MOST_BYTES = 256 * 1024;

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export function publish(fields: URLSearchParams, topics: ReadonlySet<string>, now: number): PublishedMessage {
  for (const name of fields.keys()) {
    // The service ignores what it does not know; here a misspelt name must show.
    if (!FIELDS.has(name)) throw invalid(`unknown parameter ${name}`);
    if (fields.getAll(name).length > 1) throw invalid(`${name} is given twice`);
  }
  const topicArn = fields.get('TopicArn') ?? '';
  const message = fields.get('Message') ?? '';
  const subject = fields.get('Subject') ?? undefined;
  if (!/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/.test(topicArn)) throw invalid('TopicArn');
  if (!topics.has(topicArn)) throw new ServiceError('NotFound', 'Topic does not exist', 404);
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MOST_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !isSubject(subject)) throw invalid('Subject');
  return { messageId: randomUUID(), topicArn, subject, message, at: now };
}

/** ASCII that begins with a letter, a digit or a punctuation mark, without line breaks, and less than 100 characters. */
function isSubject(text: string): boolean {
  return /^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(text);
}

function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}
