import * as z from 'zod/mini';
import { parseConfiguration } from './configuration.ts';
import type { ConfigurationFile, ConsumerFile } from './file/schema.ts';
import { isObject } from './is-object.ts';
import { ConfigurationError, type Problem } from './problems.ts';
import { isArn } from './secret-name.ts';
import { parseUrl } from './url.ts';

// A deployment of so many consumers that a run is cut into batches: `scale: "distributed"` (docs/scale.md).

const count = z.int().check(z.minimum(1));
const text = z.string().check(z.minLength(1));

const ScaleFile = z.strictObject({
  /** The object with the consumers, one a line. */
  manifest: z.strictObject({ bucket: text, key: text }),
  /** The bucket with what the functions of one run leave for each other. */
  work: text,
  batchSize: count,
  maxConcurrency: count,
  /** How long a run of all batches can take at most, in milliseconds: then Step Functions ends it. */
  longestMs: count,
});

export type ScaleSettings = z.infer<typeof ScaleFile>;

/** @throws if the variable is not as the construct writes it. */
export function scaleIn(variable: string): ScaleSettings {
  return ScaleFile.parse(JSON.parse(variable));
}

/** The configuration without its consumers: they are in the manifest. */
export type ConfigurationOfMany = Omit<ConfigurationFile, 'consumers'>;

const IN_A_MANIFEST = 'must be left out: with "scale": "distributed" the consumers are in the manifest';
const SEES_A_PART = 'a batch sees its own consumers only';
const LEAVE_OUT = 'leave it out, or deploy these consumers as one function';

/** What looks at all consumers, and so cannot be kept where each batch sees its own. */
const REFUSED: readonly (readonly [path: string, message: string])[] = [
  ['consumers', IN_A_MANIFEST],
  ['canaries', `cannot be waited for: ${SEES_A_PART}; ${LEAVE_OUT}, a while ahead of the others`],
  [
    'influxdb.self',
    `cannot be rotated: the rights of the rotator's next token follow from all consumers, and ${SEES_A_PART}; leave it out, and replace that token by hand`,
  ],
  ['evidence', `cannot be kept: its chain has one writer at a time, and batches run side by side; ${LEAVE_OUT}`],
  ['news', `cannot be told: it compares all consumers with the run before, and ${SEES_A_PART}; leave it out`],
  ['securityHub', `cannot be told: it compares all consumers with the run before, and ${SEES_A_PART}; leave it out`],
  ['limits.maxMissingPerRun', 'cannot be divided among batches: leave it out, and it is a tenth of each batch'],
  ['limits.maxRetirementsPerRun', 'cannot be divided among batches: leave it out, and it follows from each batch'],
  ...ofConsumer('defaults.'),
];

function ofConsumer(at: string): (readonly [path: string, message: string])[] {
  return [
    [
      `${at}rotation`,
      'must be "schedule", since rotation by Secrets Manager needs a schedule for each secret: leave it out',
    ],
    [
      `${at}createOwner`,
      'must be false, since several batches would make the same owner side by side: make it yourself',
    ],
    [`${at}createSecret`, 'must be false, since the function has no right to create secrets: make them beforehand'],
  ];
}

/** Values that say nothing else than the default. */
const HARMLESS: ReadonlySet<unknown> = new Set([undefined, false, 'schedule']);

/** What a configuration cannot have beside a manifest. */
export function scaleProblems(file: unknown): Problem[] {
  return refusedIn(file, REFUSED);
}

const REFUSED_OF_CONSUMERS: readonly (readonly [path: string, message: string])[] = [
  ...ofConsumer(''),
  [
    'adopt',
    'cannot be: whose token has no marker is told by looking at all secrets; adopt with one function first, then take it out',
  ],
];

function problemsOfConsumer(consumer: unknown, path: string): Problem[] {
  const found = refusedIn(consumer, REFUSED_OF_CONSUMERS).map((each) => ({ ...each, path: `${path}.${each.path}` }));
  const secret = isObject(consumer) ? consumer.secret : undefined;
  if (typeof secret !== 'string' || !isArn(secret)) return found;
  const message = 'must be a name: of a name and an ARN nobody can tell whether they are one secret before it is read';
  return [...found, { path: `${path}.secret`, message, value: secret }];
}

function refusedIn(file: unknown, refused: readonly (readonly [path: string, message: string])[]): Problem[] {
  return refused.flatMap(([path, message]) => {
    const value = path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), file);
    const isShown = typeof value === 'string' || typeof value === 'number' || value === true;
    return HARMLESS.has(value) ? [] : [{ path, message, ...(isShown && { value }) }];
  });
}

/**
 * The consumers of a manifest, checked as a whole with what they have in common.
 * @param source what the error calls the manifest.
 * @throws {ConfigurationError} with every problem at once.
 */
export function checkedConsumers(
  base: ConfigurationOfMany,
  consumers: readonly unknown[],
  source: string,
): readonly ConsumerFile[] {
  const found = consumers.flatMap((consumer, index) => problemsOfConsumer(consumer, `consumers[${index}]`));
  parseConfiguration({ ...base, consumers }, source, found);
  return consumers as readonly ConsumerFile[];
}

/**
 * What is wrong with a configuration without its consumers. It is checked with one that nobody has.
 * @throws {ConfigurationError} with every problem at once.
 */
export function checkedBase(input: unknown, source: string): ConfigurationOfMany {
  const file = isObject(input) ? input : {};
  const found = scaleProblems(input);
  const problems = [...found, ...problemsOf(withStandIn(file), found)];
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return input as ConfigurationOfMany;
}

function problemsOf(input: object, found: readonly Problem[]): Problem[] {
  const told = new Set(found.map(({ path }) => path));
  try {
    parseConfiguration(input);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const own = error.problems.map((each) => ({ ...each, path: each.path.replace(/^consumers\[0\]/, 'defaults') }));
    return own.filter(({ path }) => !told.has(path));
  }
}

/** With a consumer that nobody has, whose settings are the defaults. */
export function withStandIn(file: object): object {
  const { influxdb: given } = file as Record<string, unknown>;
  const influxdb = isObject(given) ? given : {};
  const { url } = influxdb;
  const cloud = influxdb.cloud ?? (typeof url === 'string' && parseUrl(url).isCloud);
  const owner = cloud ? {} : { owner: 'any' };
  return { ...file, consumers: [{ name: 'any', secret: 'any/consumer', read: ['any'], ...owner }] };
}
