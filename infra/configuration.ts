import { readFileSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { type Configuration, parseConfiguration } from '../lambda/config/configuration.ts';
import { parseJson } from '../lambda/config/json-text.ts';
import { ConfigurationError, formatPath, type Problem } from '../lambda/config/problems.ts';
import { checkedBase, withStandIn } from '../lambda/config/scale.ts';
import type { RotationConfiguration, RotationConfigurationOfMany } from './rotation-configuration.ts';

/** A configuration that can be deployed: the file as it goes into the function, and the settings that follow from it. */
export interface DeployableConfiguration {
  readonly file: RotationConfiguration | RotationConfigurationOfMany;
  readonly settings: Configuration;
  /** What errors call it: the path of the file, or "the configuration". */
  readonly source: string;
}

/**
 * Reads a configuration, and checks it as the function itself does.
 * @param configuration the path of a file, relative to the working directory, or its content.
 * @throws {ConfigurationError} with every problem at once.
 */
export function readConfiguration(
  configuration: string | RotationConfiguration | RotationConfigurationOfMany,
): DeployableConfiguration {
  const { input, source } = given(configuration);
  const found = unresolvedProblems(input, []);
  const settings = parseConfiguration(input, source, found);
  return { file: input as RotationConfiguration, settings, source };
}

/**
 * The same of one whose consumers are in a manifest: the settings have none.
 * @throws {ConfigurationError} with every problem at once.
 */
export function readConfigurationOfMany(configuration: string | RotationConfigurationOfMany): DeployableConfiguration {
  const { input, source } = given(configuration);
  const found = unresolvedProblems(input, []);
  if (found.length > 0) throw new ConfigurationError(source, found);
  const file = checkedBase(input, source);
  return { file, settings: { ...parseConfiguration(withStandIn(file), source), consumers: [] }, source };
}

function given(configuration: string | RotationConfigurationOfMany) {
  if (typeof configuration !== 'string') return { input: configuration, source: 'the configuration' };
  return { input: parseJson(readBytes(configuration), configuration), source: configuration };
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
