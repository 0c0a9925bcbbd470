import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudWatchLogsClientConfig, FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import type { Search } from './client.ts';
import { eventIn, type LogEvent } from './log-event.ts';
import type { Past } from './past.ts';
import { TWO_TRIES_MS } from './proof-of-life.ts';

const HOUR_MS = 60 * 60 * 1000;

const PROOFS_MS = TWO_TRIES_MS + HOUR_MS;

/** Of one consumer: longer than most tokens live. */
const LIFE_MS = 40 * 24 * HOUR_MS;

/** Of one look: what is more is not read. */
const MOST_PAGES = 50;
/** Of a period: its reader has as much patience as is said. */
const MOST_PAGES_OF_PERIOD = 10_000;

/** Between two looks while an invocation is followed. */
const FOLLOW_MS = 1500;

/** By how much the clock here may be ahead of the function's. */
const AHEAD_MS = 2000;

const PROOFS = '{ $.code = "TOKEN_ALIVE" || $.code = "TOKEN_VERIFIED" }';
const BEGINNINGS = '{ $.code = "RUN_STARTED" || $.code = "STEP_STARTED" }';

interface Place {
  /** As of the client that invokes the function. */
  readonly config: CloudWatchLogsClientConfig;
  /** The name of the log group. */
  readonly group: (signal: AbortSignal) => Promise<string>;
}

/** The log of the deployed function, in CloudWatch Logs. What it cannot tell is never an error: the rest is shown. */
export class FunctionLog {
  readonly #place: Place;
  #found: { readonly group: string; readonly search: Search } | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /**
   * The proofs of life of all consumers; of one, all its events.
   * @param patience what has not been read by then is left out.
   */
  async lookBack(consumer: string | undefined, patience: AbortSignal): Promise<Past> {
    const startTime = Date.now() - (consumer === undefined ? PROOFS_MS : LIFE_MS);
    const filterPattern =
      consumer === undefined ? PROOFS : `{ $.consumer = ${JSON.stringify(consumer)} && $.code != "CONSUMER_DUE" }`;
    return this.#past(consumer, { startTime, filterPattern }, patience);
  }

  /**
   * The events of all consumers in a period that have one of these codes.
   * @param patience what has not been read by then is left out.
   */
  async lookUp(codes: readonly string[], from: number, to: number, patience: AbortSignal): Promise<Past> {
    const filterPattern = `{ ${codes.map((code) => `$.code = ${JSON.stringify(code)}`).join(' || ')} }`;
    return this.#past(undefined, { startTime: from, endTime: to, filterPattern }, patience, MOST_PAGES_OF_PERIOD);
  }

  async #past(
    consumer: string | undefined,
    input: Pick<FilterLogEventsCommandInput, 'startTime' | 'endTime' | 'filterPattern'> & {
      readonly startTime: number;
    },
    patience: AbortSignal,
    mostPages = MOST_PAGES,
  ): Promise<Past> {
    const { startTime } = input;
    const events: LogEvent[] = [];
    let problem: string | undefined;
    try {
      for await (const page of this.#search({ ...input, startFromHead: false }, patience, mostPages))
        events.push(...page);
    } catch (error) {
      problem = patience.aborted ? 'the log takes too long to read: some of it is not shown' : messageOf(error);
    }
    events.sort((one, other) => other.at.localeCompare(one.at));
    const since = problem === undefined ? startTime : Date.parse(events.at(-1)?.at ?? new Date().toISOString());
    return { consumer, events, since, problem };
  }

  /**
   * Tells the events of the invocation that a request begins now, as they arrive.
   * @param over ends it at once.
   * @returns why it could not, as a sentence.
   */
  async follow(request: object, tell: (event: LogEvent) => void, over: AbortSignal): Promise<string | undefined> {
    const startTime = Date.now() - AHEAD_MS;
    const told = new Set<string>();
    let requestId: string | undefined;
    try {
      for (;;) {
        await sleep(FOLLOW_MS, undefined, { signal: over });
        requestId ??= await this.#begunBy(request, startTime, over);
        if (requestId === undefined) continue;
        const filterPattern = `{ $.requestId = ${JSON.stringify(requestId)} }`;
        for await (const page of this.#search({ startTime, filterPattern }, over))
          for (const event of page.filter(({ id }) => !told.has(id))) {
            told.add(event.id);
            tell(event);
          }
      }
    } catch (error) {
      return over.aborted ? undefined : messageOf(error);
    }
  }

  async #begunBy(request: object, startTime: number, over: AbortSignal): Promise<string | undefined> {
    for await (const page of this.#search({ startTime, filterPattern: BEGINNINGS }, over)) {
      const begun = page.find((event) => begins(event, request as Readonly<Record<string, unknown>>));
      if (begun !== undefined) return begun.fields.requestId;
    }
    return undefined;
  }

  async *#search(
    input: Omit<FilterLogEventsCommandInput, 'logGroupName' | 'logGroupIdentifier'>,
    signal: AbortSignal,
    mostPages = MOST_PAGES,
  ): AsyncGenerator<LogEvent[]> {
    this.#found ??= await this.#find(signal);
    const { group, search } = this.#found;
    let nextToken: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await search({ ...input, logGroupName: group, nextToken }, signal).catch((error: unknown) => {
        throw isDenied(error) ? new MissingRightError('logs:FilterLogEvents', group, error) : error;
      });
      yield (answer.events ?? []).flatMap(
        ({ message = '', eventId = '', timestamp = 0 }) => eventIn(message, eventId, timestamp) ?? [],
      );
      nextToken = answer.nextToken;
      if (nextToken === undefined) return;
    }
    throw new Error(`it goes on after ${mostPages} pages`);
  }

  async #find(signal: AbortSignal) {
    const [group, { searchWith }] = await Promise.all([this.#place.group(signal), import('./client.ts')]);
    return { group, search: searchWith(this.#place.config) };
  }
}

/** A right that the caller lacks. */
export class MissingRightError extends Error {
  override readonly name = 'MissingRightError';

  constructor(right: string, resource: string, cause: unknown) {
    super(`the right ${right} on ${resource} is missing`, { cause });
  }
}

export function isDenied(error: unknown): boolean {
  return error instanceof Error && error.name === 'AccessDeniedException';
}

function messageOf(error: unknown): string {
  return `the log of the function could not be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** Whether an event says that the work of this request begins: that of a `resume` begins with a step. */
function begins({ code, fields }: LogEvent, request: Readonly<Record<string, unknown>>): boolean {
  if (code === 'STEP_STARTED') return fields.versionId === request.versionId;
  return fields.action === request.action && (request.reason === undefined || fields.reason === request.reason);
}
