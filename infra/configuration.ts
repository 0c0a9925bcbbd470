import { readFileSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { type Configuration, parseConfiguration, parseJson } from '../lambda/config/configuration.ts';
import { parseDurationText } from '../lambda/config/duration.ts';
import { ConfigurationError, formatPath, type Problem } from '../lambda/config/problems.ts';
import type { ConfigurationFile } from '../lambda/config/schema.ts';

/** The content of `rotation.json`, as docs/configuration.md describes it. Every text in it must be literal. */
export type RotationConfiguration = ConfigurationFile;

/** A configuration that can be deployed: as it is written into the function, and what it means. */
export interface DeployableConfiguration {
  readonly file: RotationConfiguration;
  readonly settings: Configuration;
}

const MINUTE_MS = 60_000;
/** An alarm looks back 7 days at most, and has to see two periods. */
const LONGEST_SCHEDULE_MS = 3 * 24 * 60 * MINUTE_MS;

/**
 * Reads and checks a configuration, with the very checks that the function makes.
 * @param configuration path of a file, from the working directory, or its content.
 * @throws {ConfigurationError} with every problem at once.
 */
export function readConfiguration(configuration: string | RotationConfiguration): DeployableConfiguration {
  const source = typeof configuration === 'string' ? configuration : 'the configuration';
  const input = typeof configuration === 'string' ? parseJson(readText(configuration), source) : configuration;
  const found = [...unresolvedProblems(input, []), ...scheduleProblems(input)];
  const settings = parseConfiguration(input, source, found);
  return { file: input as RotationConfiguration, settings };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    throw new ConfigurationError(path, [
      { path: '', message: `cannot be read: ${why}; give the path of a configuration (cdk: -c config=PATH)` },
    ]);
  }
}

/** The function reads its configuration from a file in its bundle, which is made before anything is deployed. */
function unresolvedProblems(value: unknown, path: readonly PropertyKey[]): Problem[] {
  if (Token.isUnresolved(value)) {
    return [
      {
        path: formatPath(path),
        message:
          'is a CDK token, whose value is known only after the deployment, but the configuration is baked into the function before it: give a literal text, for example the name that you give to the resource yourself',
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
        'must be whole minutes, which is what EventBridge Scheduler counts in, and at most 3d, or no alarm could notice that runs are missing',
      value: schedule,
    },
  ];
}
