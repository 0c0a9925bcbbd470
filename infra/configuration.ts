import { readFileSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { type Configuration, parseConfiguration } from '../lambda/config/configuration.ts';
import { parseDurationText } from '../lambda/config/duration.ts';
import { parseJson } from '../lambda/config/json-text.ts';
import { ConfigurationError, formatPath, type Problem } from '../lambda/config/problems.ts';
import type { ConfigurationFile } from '../lambda/config/schema.ts';

/** The content of `rotation.json`, as docs/configuration.md describes it. Every text in it must be literal. */
export type RotationConfiguration = ConfigurationFile;

/** A configuration that can be deployed: the file as it goes into the function, and the settings that follow from it. */
export interface DeployableConfiguration {
  readonly file: RotationConfiguration;
  readonly settings: Configuration;
  /** What errors call it: the path of the file, or "the configuration". */
  readonly source: string;
}

const MINUTE_MS = 60_000;
/** An alarm looks back at most 7 days, and NoSuccessfulRun has to see two periods. */
const LONGEST_SCHEDULE_MS = 3 * 24 * 60 * MINUTE_MS;

/**
 * Reads a configuration, and checks it as the function itself does.
 * @param configuration the path of a file, relative to the working directory, or its content.
 * @throws {ConfigurationError} with every problem at once.
 */
export function readConfiguration(configuration: string | RotationConfiguration): DeployableConfiguration {
  const source = typeof configuration === 'string' ? configuration : 'the configuration';
  const input = typeof configuration === 'string' ? parseJson(readBytes(configuration), source) : configuration;
  const found = [...unresolvedProblems(input, []), ...scheduleProblems(input)];
  const settings = parseConfiguration(input, source, found);
  return { file: input as RotationConfiguration, settings, source };
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new ConfigurationError(path, [
      { path: '', message: `cannot be read: ${why}; give the path of a configuration (with cdk: -c config=FILE)` },
    ]);
  }
}

/** The configuration becomes a file in the function's bundle before CloudFormation knows the value of any CDK token. */
function unresolvedProblems(value: unknown, path: readonly PropertyKey[]): Problem[] {
  if (Token.isUnresolved(value)) {
    return [
      {
        path: formatPath(path),
        message:
          'is a CDK token: its value is known only after the deployment, but the configuration goes into the function before that; give a literal text, for example by naming the resource yourself',
      },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    unresolvedProblems(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function scheduleProblems(input: unknown): Problem[] {
  const { schedule } = (input ?? {}) as { readonly schedule?: unknown };
  const periodMs = parseDurationText(schedule);
  if (periodMs === undefined) return [];
  if (periodMs > 0 && periodMs % MINUTE_MS === 0 && periodMs <= LONGEST_SCHEDULE_MS) return [];
  return [
    {
      path: 'schedule',
      message:
        'must be whole minutes, because EventBridge Scheduler counts in minutes, and at most 3d, because no alarm would notice missing runs beyond that',
      value: schedule,
    },
  ];
}
