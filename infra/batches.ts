import type { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Configuration } from '../lambda/config/configuration.ts';
import { formatDuration } from '../lambda/config/duration.ts';
import type { Problem } from '../lambda/config/problems.ts';

/** How the consumers of a manifest are cut into batches: see docs/scale.md. */
export interface BatchOptions {
  /** The object with the consumers: JSON lines, each like one of `consumers` in a configuration. */
  readonly manifest: ManifestOptions;

  /**
   * Most consumers of a batch, from 1 to 10,000.
   * @default 2500, or fewer if more do not fit into the function's time when all are due
   */
  readonly size?: number;

  /**
   * Most batches at the same time, from 1 to 1,000. Each has its share of the rates in `limits`.
   * @default 4
   */
  readonly maxConcurrency?: number;

  /**
   * How many of all batches may fail as a whole before no more are begun, in percent. The run has failed in any case.
   * @default 10
   */
  readonly toleratedFailurePercentage?: number;

  /**
   * How long a run may take. Then it is ended, and the next one may begin.
   * @default 24 hours
   */
  readonly longestRun?: Duration;

  /**
   * Memory of the function that checks the manifest and sums up, in MB.
   * @default 2048, enough for 100,000 consumers
   */
  readonly plannerMemorySize?: number;
}

/** Where the manifest is. */
export interface ManifestOptions {
  /** The bucket that has it. The role of the function may read this one object. */
  readonly bucket: IBucket;

  /** Its key in the bucket, such as `manifests/prod.jsonl`: letters, digits and `/_.=-`. */
  readonly key: string;
}

/** @internal */
export interface ScaleOptions {
  /**
   * `distributed`: the consumers are in a manifest in S3, and AWS Step Functions runs them in batches. For deployments that
   * outgrow a function: docs/scale.md says when, and what is refused.
   * @default one function serves all consumers
   */
  readonly scale?: 'distributed';

  /**
   * The manifest, and how it is cut into batches. Required with `scale`, and refused without.
   * @default none
   */
  readonly batches?: BatchOptions;
}

/** What looks at all consumers, by the option that asks for it. */
interface OtherOptions {
  readonly createSecrets?: boolean | undefined;
  readonly configRule?: boolean | undefined;
  readonly evidence?: unknown;
  readonly newsTopic?: unknown;
  readonly secretPrefixes?: readonly string[] | undefined;
}

/** What is wrong with the options of a deployment in batches. What is wrong with its configuration is told apart. */
export function batchProblems(options: ScaleOptions & OtherOptions, limits: Configuration['limits']): Problem[] {
  const { scale, batches } = options;
  if (scale === undefined)
    return batches === undefined ? [] : [{ path: 'batches', message: 'needs "scale": "distributed": give both' }];
  if (batches === undefined)
    return [{ path: 'batches', message: 'is missing: name the object with the consumers as batches.manifest' }];
  return [...refused(options), ...numberProblems(batches), ...timeProblems(batches, limits)];
}

const ASKS_FOR_ALL =
  'is not possible with "scale": "distributed": no function sees all consumers at once; leave it out';

function refused({ createSecrets, configRule, evidence, newsTopic, secretPrefixes }: OtherOptions): Problem[] {
  const given = Object.entries({ configRule, evidence, newsTopic });
  const problems = given.flatMap(([path, value]) => (value ? [{ path, message: ASKS_FOR_ALL }] : []));
  if (createSecrets)
    problems.push({ path: 'createSecrets', message: 'is not possible with a manifest: make the secrets beforehand' });
  if (secretPrefixes === undefined)
    problems.push({
      path: 'secretPrefixes',
      message: 'is missing: the secrets of the manifest are not known here, so give the prefixes of their names',
    });
  return problems;
}

function numberProblems({ size = 1, maxConcurrency = 1, toleratedFailurePercentage = 0, manifest }: BatchOptions) {
  const problems: Problem[] = [];
  const ranges = [
    ['batches.size', size, 1, 10_000],
    ['batches.maxConcurrency', maxConcurrency, 1, 1_000],
    ['batches.toleratedFailurePercentage', toleratedFailurePercentage, 0, 100],
  ] as const;
  for (const [path, value, least, most] of ranges)
    if (!Number.isInteger(value) || value < least || value > most)
      problems.push({ path, message: `must be a whole number from ${least} to ${most}`, value });
  if (!/^[A-Za-z0-9/_.=-]{1,512}$/.test(manifest.key))
    problems.push({
      path: 'batches.manifest.key',
      message: 'must have letters, digits and /_.=- only',
      value: manifest.key,
    });
  return problems;
}

/** Of the function's time, for what is not a write: lists, looks and the result. */
const PART_FOR_WRITES = 0.75;
const WRITES_OF_A_ROTATION = 2;

export const BATCH_DEFAULTS = { maxConcurrency: 4, toleratedFailurePercentage: 10 } as const;
const USUAL_SIZE = 2500;

/** As it is given, or as much as is usual and has an end. */
export function batchSize(batches: BatchOptions, limits: Configuration['limits']): number {
  return batches.size ?? Math.max(1, Math.min(USUAL_SIZE, fittingSize(batches, limits)));
}

/** Most consumers whose tokens a batch can replace in its time. */
function fittingSize(batches: BatchOptions, limits: Configuration['limits']): number {
  const seconds = (PART_FOR_WRITES * limits.functionTimeoutMs) / 1000;
  return Math.floor((seconds * shareOf(batches, limits)) / WRITES_OF_A_ROTATION);
}

function shareOf(batches: BatchOptions, limits: Configuration['limits']): number {
  const { maxConcurrency } = { ...BATCH_DEFAULTS, ...batches };
  return limits.secretsManagerWritesPerSecond / maxConcurrency;
}

/** A batch of which all are due must have an end. */
function timeProblems(batches: BatchOptions, limits: Configuration['limits']): Problem[] {
  const size = batchSize(batches, limits);
  const fitting = fittingSize(batches, limits);
  if (size <= fitting) return [];
  const perSecond = shareOf(batches, limits);
  const neededMs = ((size * WRITES_OF_A_ROTATION) / perSecond) * 1000;
  return [
    {
      path: 'batches.size',
      message: `is too large: with ${Number(perSecond.toFixed(1))} secret writes a second, which is its share of limits.secretsManagerWritesPerSecond, a batch in which all are due takes ${formatDuration(Math.ceil(neededMs / 1000) * 1000)} of ${formatDuration(limits.functionTimeoutMs)}; give at most ${fitting}, or fewer batches at the same time`,
      value: size,
    },
  ];
}
