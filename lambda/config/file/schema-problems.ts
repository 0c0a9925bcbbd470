import type * as z from 'zod/mini';
import { arnProblem } from '../arn-problem.ts';
import { certificateProblem } from '../certificates.ts';
import { DURATION } from '../duration.ts';
import { ID } from '../influxdb-id.ts';
import { nearest } from '../nearest.ts';
import { formatPath, type Problem } from '../problems.ts';
import { FORMATS } from './formats.ts';
import { homeOfKey, keysAt } from './known-keys.ts';
import { CONSUMER_DEFAULTS, ConfigurationFile, DURATION_KEYS, LIMIT_DEFAULTS, SCHEDULE_DEFAULT } from './schema.ts';

/** The problems that the schema finds. `checks/` has those that it cannot express. */
export function schemaProblems(input: unknown): Problem[] {
  return problemsBy(ConfigurationFile, input);
}

/**
 * The problems that any schema finds, in the words of ours.
 * @param most what is found beyond so many is not looked at.
 */
export function problemsBy(schema: z.ZodMiniType, input: unknown, most = Number.POSITIVE_INFINITY): Problem[] {
  const parsed = schema.safeParse(input);
  if (parsed.success) return [];
  return parsed.error.issues
    .slice(0, most)
    .map((issue) => ('keys' in issue ? { ...issue, keys: issue.keys.slice(0, most) } : issue))
    .flatMap((issue) => describe(issue, schema, input));
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodMiniType, input: unknown): Problem[] {
  const path = formatPath(issue.path);
  const value = valueAt(input, issue.path);
  const key = String(issue.path.findLast((part) => typeof part === 'string') ?? '');
  const shown = value === undefined || isSecretive(key) ? {} : { value };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((unknown) => ({
        path: formatPath([...issue.path, unknown]),
        ...adviceOnUnknown(unknown, issue.path, schema),
      }));
    case 'invalid_value': {
      const allowed = issue.values.map((each) => JSON.stringify(each)).join(', ');
      return [
        {
          ...{ path, message: `${missingOr(value)}must be one of ${allowed}` },
          ...shown,
          ...absence(path, value),
          ...nearestOf(value, issue.values),
        },
      ];
    }
    case 'invalid_format':
      // What is in a file of certificates, and no certificate, is told by the check of it.
      if (key === 'ca' && certificateProblem(String(value)) !== undefined) return [];
      return [
        {
          ...{ path, message: adviceOnFormat(key, value, issue) },
          ...shown,
          ...(issue.pattern === String(DURATION) && withUnit(key, value)),
        },
      ];
    case 'too_small':
      return [
        {
          path,
          message:
            issue.origin === 'number'
              ? `must be at least ${issue.minimum}`
              : issue.origin === 'array'
                ? 'must not be empty'
                : 'must not be an empty text',
          ...shown,
        },
      ];
    case 'too_big':
      return [{ path, message: `must not be longer than ${issue.maximum} characters`, ...shown }];
    case 'invalid_type':
      if (DURATION_KEYS.has(key) || DURATIONS_OF_REQUESTS.has(key))
        return [
          {
            ...{ path, message: `${missingOr(value)}${adviceOnDuration(key, value)}` },
            ...shown,
            ...absence(path, value),
            ...withUnit(key, value),
          },
        ];
      return [
        { path, message: `${missingOr(value)}must be ${article(issue.expected)}`, ...shown, ...absence(path, value) },
      ];
    default:
      return [{ path, message: issue.message, ...shown }];
  }
}

function nearestOf(value: unknown, allowed: readonly unknown[]): Pick<Problem, 'right'> {
  const texts = allowed.filter((each) => typeof each === 'string');
  const right = typeof value === 'string' ? nearest(value, texts) : undefined;
  return right === undefined ? {} : { right };
}

/** They have no defaults, so the keys of the configuration do not tell. */
const DURATIONS_OF_REQUESTS: ReadonlySet<string> = new Set(['for', 'minAge']);

function absence(path: string, value: unknown): Pick<Problem, 'expectedAt'> {
  return value === undefined ? { expectedAt: [path] } : {};
}

function missingOr(value: unknown): string {
  return value === undefined ? 'is missing: it ' : '';
}

const NO_ID = 'must be an InfluxDB id: 16 hexadecimal digits that are not all zero';

function adviceOnFormat(key: string, value: unknown, issue: z.core.$ZodIssueInvalidStringFormat): string {
  if (issue.pattern === String(DURATION)) return adviceOnDuration(key, value);
  if (issue.pattern === String(ID)) return NO_ID;
  // Only secrets, buses and topics have ARNs.
  return arnProblem(String(value)) ?? FORMATS[key] ?? `must match ${issue.pattern}`;
}

const UNITS: Readonly<Record<string, string>> = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days' };

/** Whoever writes a number means the unit that the key has by default, or should see that there is one. */
function adviceOnDuration(key: string, value: unknown): string {
  const { right } = withUnit(key, value);
  if (right !== undefined)
    return `must be a duration with its unit, in quotes: write "${right}" if you mean ${UNITS[String(right).slice(-1)]}`;
  return 'must be a duration: whole numbers, each with s, m, h, d or w, such as "90s", "24h", "30d" or "1h30m"';
}

function withUnit(key: string, value: unknown): Pick<Problem, 'right'> {
  const isNumber = typeof value === 'number' || typeof value === 'string';
  if (!isNumber || !/^\d{1,9}$/.test(String(value))) return {};
  const usual = String({ schedule: SCHEDULE_DEFAULT, ...CONSUMER_DEFAULTS, ...LIMIT_DEFAULTS }[key] ?? '1h').slice(-1);
  return { right: `${value}${usual}` };
}

function adviceOnUnknown(
  key: string,
  path: readonly PropertyKey[],
  schema: z.ZodMiniType,
): Pick<Problem, 'message' | 'meant'> {
  if (path.at(-1) === 'resource' && (key === 'name' || key === 'org')) {
    return {
      message:
        'would be ignored by InfluxDB, which would then grant every resource of this type: give "id" or "orgID" instead',
    };
  }
  const near = nearest(key, keysAt(path, schema));
  const unknown = 'is not a known key here';
  if (near !== undefined) return { message: `${unknown}: did you mean "${near}"?`, meant: formatPath([...path, near]) };
  const home = schema === ConfigurationFile ? homeOfKey(key) : undefined;
  return { message: home === undefined ? `${unknown}: remove it` : `${unknown}: it belongs in ${home}` };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  int: 'a whole number',
  number: 'a number',
};

function article(expected: string): string {
  return TYPES[expected] ?? expected;
}

/** A value that could be a secret is never repeated, even if somebody put it in the wrong place. */
function isSecretive(key: string): boolean {
  return key === 'ca' || /token$|password|credential/i.test(key);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}
