import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import { formatDuration, parseDurationText } from '../config/duration.ts';
import { nearest } from '../config/nearest.ts';
import type { Problem } from '../config/problems.ts';
import { rotatedIn, SELF } from '../config/self.ts';
import { looksLikeToken } from '../config/token-text.ts';
import type { RequestFile } from './schema.ts';

/** Each name that is not known is compared with all that there are. So many at most: a request may hold thousands. */
export const MOST_TOLD = 10;

/** Of all that there are, where none is like the one that was asked for: a short line. */
const MOST_NAMED = 3;

/** What is wrong with a request that its schema takes: by the configuration, or in what it says together. */
export function requestProblems(request: RequestFile, configuration: Configuration): Problem[] {
  const consumers = rotatedIn(configuration);
  return [
    ...refusedConsumers(request, consumers),
    ...contradictions(request),
    ...texts(request),
    ...durations(request, consumers),
  ];
}

function namedIn(request: RequestFile): { readonly path: string; readonly name: string }[] {
  if ('consumer' in request) return [{ path: 'consumer', name: request.consumer }];
  const names = 'consumers' in request ? (request.consumers ?? []) : [];
  return names.map((name, index) => ({ path: `consumers[${index}]`, name }));
}

function refusedConsumers(request: RequestFile, consumers: readonly ConsumerSettings[]): Problem[] {
  const known = new Map(consumers.map((consumer) => [consumer.name, consumer]));
  const refused = namedIn(request).filter(({ name }) => {
    const found = known.get(name);
    return found === undefined || unfit(request, found) !== undefined;
  });
  const told = refused.slice(0, MOST_TOLD).map(({ path, name }) => {
    const found = known.get(name);
    const message = (found && unfit(request, found)) ?? whyUnknown(name, consumers);
    return { path, message, value: name };
  });
  const more = refused.length - told.length;
  return more === 0 ? told : [...told, { path: 'consumers', message: `${more} more cannot be asked for so` }];
}

/** Why this is not asked of a consumer that there is; undefined if it may be. */
function unfit(request: RequestFile, { name, rotation, retired }: ConsumerSettings): string | undefined {
  if (request.action === 'resume' && name === SELF)
    return 'is the rotator itself: runs rotate its own token, never Secrets Manager';
  if (request.action === 'resume' && rotation === 'schedule')
    return 'has "rotation": "schedule", so Secrets Manager makes no rotation that could hang';
  if (retired && 'reason' in request)
    return `is retired: the configuration ends its tokens, and it gets no new one; ${IF_LEAKED}`;
  return undefined;
}

const IF_LEAKED =
  'if one of them leaked, delete it in InfluxDB now (influx auth delete --id <authorization id>; the status of the consumer has the id)';

/** Costs a look at every name there is. */
function whyUnknown(value: string, consumers: readonly ConsumerSettings[]): string {
  return value === SELF
    ? 'is the rotator itself, whose own token this deployment does not rotate: set influxdb.self'
    : `is no consumer of this deployment: ${whichThereAre(value, consumers)}`;
}

function whichThereAre(value: string, consumers: readonly ConsumerSettings[]): string {
  const names = consumers.map(({ name }) => name);
  const near = nearest(value, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  const shown = names.slice(0, MOST_NAMED).map((name) => `"${name}"`);
  return `there are ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}

function contradictions(request: RequestFile): Problem[] {
  if (request.action !== 'rotate') return [];
  const { consumers, all, compromised, minAge } = request;
  const problems: Problem[] = [];
  if (consumers === undefined && all === undefined)
    problems.push({ path: '', message: 'must name its "consumers", or say "all"' });
  if (consumers !== undefined && all !== undefined)
    problems.push({ path: '', message: 'names "consumers", and says "all": take one of the two out' });
  if (compromised === true && minAge !== undefined)
    problems.push({
      path: 'minAge',
      message: 'leaves out tokens that leaked: take it out, or "compromised"',
      value: minAge,
    });
  return problems;
}

/** What a printed command has in the place of a text that only a person knows. */
const PLACEHOLDER = /^(?:…|\.{3}|<[^<>]*>)$/;
const NOT_SAID = 'is what the example has in its place: write it in your own words, such as "a reader was missed"';

/** Reasons stand in logs, where no token may. */
function texts(request: RequestFile): Problem[] {
  if (!('reason' in request)) return [];
  const { reason, by = '' } = request;
  return Object.entries({ reason, by }).flatMap(([path, text]): Problem[] => {
    if (PLACEHOLDER.test(text.trim())) return [{ path, message: NOT_SAID, value: text }];
    if (/\p{Cc}/u.test(text)) return [{ path, message: 'must be one line, without control characters' }];
    return looksLikeToken(text)
      ? [{ path, message: 'holds what could be a token: it stands in logs, so say it in words' }]
      : [];
  });
}

function durations(request: RequestFile, consumers: readonly ConsumerSettings[]): Problem[] {
  if (request.action === 'rotate' && request.minAge !== undefined) return lengthProblem('minAge', request.minAge);
  if (request.action !== 'reactivate') return [];
  const { for: value, consumer } = request;
  const problems = lengthProblem('for', value);
  const longest = consumers.find(({ name }) => name === consumer)?.rotateEveryMs;
  if (problems.length > 0 || longest === undefined || (parseDurationText(value) ?? 0) <= longest) return problems;
  return [
    { path: 'for', message: `must not be longer than the consumer's rotateEvery (${formatDuration(longest)})`, value },
  ];
}

function lengthProblem(path: string, value: string): Problem[] {
  const ms = parseDurationText(value);
  if (ms === undefined) return [{ path, message: 'is longer than a hundred years', value }];
  return ms === 0 ? [{ path, message: 'must be longer than zero', value }] : [];
}
