import { ServiceError } from '../http/service-error.ts';
import { readPattern } from './filter-pattern.ts';
import type { LogGroups, LogLine } from './store.ts';

type Input = Readonly<Record<string, unknown>>;

const MEMBERS: Readonly<Record<string, 'string' | 'number' | 'boolean'>> = {
  logGroupName: 'string',
  startTime: 'number',
  endTime: 'number',
  filterPattern: 'string',
  nextToken: 'string',
  limit: 'number',
  startFromHead: 'boolean',
};

const MOST_EVENTS = 10_000;
const LONGEST_PATTERN = 1024;

/** Since then, the service can begin with the latest line. */
const LATEST_FIRST_SINCE = Date.UTC(2024, 0, 1);

/**
 * One page of the lines that a request asks for.
 * @param scan how many lines the service looks at for one page: a page without any event may have a `nextToken`.
 */
export function filterLogEvents(groups: LogGroups, input: Input, scan: number): object {
  check(input);
  const lines = groups.linesOf(String(input.logGroupName));
  if (lines === undefined)
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, limit = MOST_EVENTS } = input as Record<string, number>;
  const matches = input.filterPattern ? readPattern(String(input.filterPattern)) : () => true;
  const within = lines.filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime);
  const inOrder = input.startFromHead === false ? within.toReversed() : within;
  const from = startIn(input, inOrder);
  const found: LogLine[] = [];
  let at = from;
  for (; at < Math.min(from + scan, inOrder.length) && found.length < limit; at += 1) {
    const line = inOrder[at];
    if (line !== undefined && matches(line.message)) found.push(line);
  }
  return {
    events: found,
    // As since 2019.
    searchedLogStreams: [],
    ...(at < inOrder.length && { nextToken: tokenFor(input, inOrder[at]) }),
  };
}

function check(input: Input): void {
  for (const [name, value] of Object.entries(input)) {
    // The service ignores what it does not know; here a misspelt name must show.
    if (!(name in MEMBERS)) throw new ServiceError('SerializationException', `unknown member ${name}`);
    if (typeof value !== MEMBERS[name])
      throw new ServiceError('SerializationException', `${name} must be a ${MEMBERS[name]}`);
  }
  const {
    logGroupName,
    filterPattern = '',
    limit = 1,
    startTime,
    endTime,
    startFromHead,
  } = input as {
    readonly [Name in 'logGroupName' | 'filterPattern']?: string;
  } & { readonly [Name in 'limit' | 'startTime' | 'endTime']?: number } & { readonly startFromHead?: boolean };
  if (logGroupName === undefined)
    throw invalid('You must include either logGroupIdentifier or logGroupName, but not both.');
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName))
    throw constraint(
      'logGroupName',
      logGroupName,
      'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+',
    );
  if (filterPattern.length > LONGEST_PATTERN)
    throw constraint(
      'filterPattern',
      filterPattern,
      `Member must have length less than or equal to ${LONGEST_PATTERN}`,
    );
  if (limit < 1) throw constraint('limit', limit, 'Member must have value greater than or equal to 1');
  if (limit > MOST_EVENTS)
    throw constraint('limit', limit, `Member must have value less than or equal to ${MOST_EVENTS}`);
  for (const [name, value] of Object.entries({ startTime, endTime }))
    if (value !== undefined && value < 0)
      throw constraint(name, value, 'Member must have value greater than or equal to 0');
  if (startFromHead === false && (startTime ?? 0) < LATEST_FIRST_SINCE)
    throw invalid('startFromHead can be false only if startTime is on or after Jan 1, 2024 00:00:00 UTC.');
}

/** A token goes with the request that it continues, at a line: what comes into the log meanwhile moves nothing. */
function tokenFor({ nextToken: _, ...rest }: Input, line: LogLine | undefined): string {
  return Buffer.from(`${line?.eventId} ${JSON.stringify(rest)}`).toString('base64url');
}

function startIn(input: Input, inOrder: readonly LogLine[]): number {
  const { nextToken } = input;
  if (nextToken === undefined) return 0;
  const [id] = Buffer.from(String(nextToken), 'base64url').toString().split(' ');
  const at = inOrder.findIndex(({ eventId }) => eventId === id);
  if (at < 0 || tokenFor(input, inOrder[at]) !== nextToken) throw invalid('The specified nextToken is invalid.');
  return at;
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

/** A constraint of the service's model. */
function constraint(member: string, value: unknown, rule: string): ServiceError {
  return invalid(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`);
}
