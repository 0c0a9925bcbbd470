import { randomUUID } from 'node:crypto';
import { isObject, objectIn } from '../http/aws-json.ts';
import { ServiceError } from '../http/service-error.ts';
import { validation } from './validation.ts';

/** An event as a rule gets it. */
export interface ReceivedEvent {
  readonly id: string;
  /** The name of the bus. */
  readonly bus: string;
  readonly source: string;
  readonly 'detail-type': string;
  /** ISO 8601, in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly account: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Whose service it is, and which buses it has. */
export interface Place {
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
  /** Names; `default` is always there. */
  readonly buses: ReadonlySet<string>;
}

interface Row {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

const MOST_ENTRIES = 10;

/** Of one entry, and of a request: the service takes 1 MB since January 2026. */
const MOST_BYTES = 1024 * 1024;

/** What counts for the size of an entry that has a time. */
const BYTES_OF_TIME = 14;

const KEYS = new Set(['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName', 'TraceHeader']);

/**
 * Takes each entry by itself: one that fails has a row with an error, and the call succeeds.
 *
 * An event for a bus that does not exist is taken, and dropped without a word:
 * https://github.com/aws/aws-sdk/issues/186
 */
export function putEvents(
  place: Place,
  input: Readonly<Record<string, unknown>>,
): { readonly answer: object; readonly received: readonly ReceivedEvent[] } {
  const entries = entriesIn(input);
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > MOST_BYTES)
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  const received: ReceivedEvent[] = [];
  const rows = entries.map((entry): Row => {
    const error = errorIn(entry);
    if (error !== undefined) return error;
    const event = eventOf(place, entry);
    if (place.buses.has(event.bus)) received.push(event);
    return { EventId: event.id };
  });
  const failed = rows.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
  return { answer: { FailedEntryCount: failed, Entries: rows }, received };
}

function entriesIn({ Entries }: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  if (Entries === undefined || Entries === null) throw validation('entries', 'Member must not be null');
  if (!Array.isArray(Entries) || !Entries.every(isObject))
    throw new ServiceError('SerializationException', 'Entries must be a list of objects');
  if (Entries.length === 0) throw validation('entries', 'Member must have length greater than or equal to 1');
  if (Entries.length > MOST_ENTRIES)
    throw validation('entries', `Member must have length less than or equal to ${MOST_ENTRIES}`);
  for (const entry of Entries)
    for (const key of Object.keys(entry)) {
      // The service ignores what it does not know; here a misspelt name must show.
      if (!KEYS.has(key)) throw new ServiceError('SerializationException', `unknown member ${key}`);
      if (key !== 'Resources' && key !== 'Time' && typeof entry[key] !== 'string')
        throw new ServiceError('SerializationException', `${key} must be a string`);
    }
  return Entries;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevents-event-size */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: Readonly<Record<string, unknown>>): number {
  const texts = [Source, DetailType, Detail, ...resourcesIn(Resources)];
  const bytes = texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text ?? '')), 0);
  return bytes + (Time === undefined ? 0 : BYTES_OF_TIME);
}

function errorIn(entry: Readonly<Record<string, unknown>>): Row | undefined {
  for (const key of ['Source', 'DetailType', 'Detail'])
    if (!entry[key])
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${key} is not valid. Reason: ${key} is a required argument.`,
      };
  if (String(entry.Source).startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  if (objectIn(String(entry.Detail)) === undefined)
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return undefined;
}

function eventOf({ now, region, accountId }: Place, entry: Readonly<Record<string, unknown>>): ReceivedEvent {
  const at = typeof entry.Time === 'number' ? entry.Time * 1000 : now();
  return {
    id: randomUUID(),
    // A name, or the end of an ARN.
    bus: String(entry.EventBusName ?? 'default').replace(/^arn:.*:event-bus\//, ''),
    source: String(entry.Source),
    'detail-type': String(entry.DetailType),
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    ...{ region, account: accountId },
    resources: resourcesIn(entry.Resources),
    detail: objectIn(String(entry.Detail)) ?? {},
  };
}

function resourcesIn(resources: unknown): string[] {
  return Array.isArray(resources) ? resources.map(String) : [];
}
