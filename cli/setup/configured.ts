import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'jsonc-parser';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';
import { parseUrl } from '../../lambda/config/url.ts';
import { configurationIn, readConfiguration } from '../function/in-process.ts';
import { UsageError } from '../function/rotator.ts';
import { canAsk } from '../questions.ts';
import { askForConfiguration } from './ask-for-configuration.ts';
import { type TypedConsumer, typedConsumer } from './consumer-option.ts';
import { certificateIn, textToReplace } from './files.ts';
import { completed, type Known, newConfiguration, textOf, type Wanted, withConsumers } from './new-configuration.ts';
import { USUAL } from './usual.ts';

/** What can be said of a configuration on the command line. */
export interface ConfigurationOptions {
  readonly config: string;
  readonly url?: string;
  readonly org?: string;
  readonly deployment?: string;
  readonly tokenSecret?: string;
  readonly ca?: string;
  readonly consumer: readonly string[];
}

/** A configuration that is there, or is to be written. */
export interface Configured {
  readonly configuration: Configuration;
  /** Undefined: the file says so already. `before`: its text now; `added`: the names of the consumers that it gets. */
  readonly toWrite: { readonly text: string; readonly before?: string; readonly added?: readonly string[] } | undefined;
}

const EXAMPLE = '--url https://influxdb.example.com:8086 --org acme --consumer telegraf,write=telemetry';

/**
 * The file, with the consumers of the options added; or, if there is none, what the options or somebody's answers say.
 * @param given the token for this command, with which names are looked up while they are asked for.
 */
export async function configured(options: ConfigurationOptions, given: () => Promise<string>): Promise<Configured> {
  const { config, url, org, deployment, tokenSecret, ca, consumer } = options;
  const consumers = consumer.map(typedConsumer);
  const known = { url, org, deployment, tokenSecret, ca: ca === undefined ? undefined : certificateIn(ca), consumers };
  if (existsSync(config)) return extended(config, known);
  const text = textOf(newConfiguration(await filledIn(known, given), config));
  return { configuration: configurationIn(text, config), toWrite: { text } };
}

/** What a file says that is there stays: it may have been edited since, and each of its consumers has tokens. */
function extended(file: string, known: Known): Configured {
  const before = textToReplace(file) ?? '';
  const { influxdb, deployment, ...rest } = readConfiguration(file);
  const { url, orgId, org = orgId ?? '', tokenSecret, ca } = influxdb;
  const there = {
    '--deployment': deployment,
    '--url': parseUrl(url).base,
    '--org': org,
    '--token-secret': tokenSecret,
    '--ca': ca,
  };
  const saidUrl = known.url === undefined ? undefined : parseUrl(known.url).base;
  const said = [known.deployment, saidUrl, known.org, known.tokenSecret, known.ca];
  for (const [index, [option, value]] of Object.entries(there).entries())
    if (said[index] !== undefined && said[index] !== value)
      throw new UsageError(`${file} is there, and does not say what ${option} says: edit it, or leave ${option} out`);
  const added = known.consumers.filter((each) => !isIn(before, each, file));
  const text = withConsumers(
    before,
    added.map((each) => completed(each, { url, org })),
  );
  if (added.length === 0) return { configuration: { influxdb, deployment, ...rest }, toWrite: undefined };
  return {
    configuration: configurationIn(text, file),
    toWrite: { text, before, added: added.map(({ name }) => name) },
  };
}

/** @throws {UsageError} if the file says something else of it. */
function isIn(before: string, typed: TypedConsumer, file: string): boolean {
  const { consumers } = parse(before) as ConfigurationFile;
  const same = consumers.find(({ name }) => name === typed.name);
  if (same === undefined) return false;
  if (isDeepStrictEqual({ ...same, ...typed }, same)) return true;
  throw new UsageError(
    `${file} has a consumer "${typed.name}" that is not as --consumer says: edit it there, and type init again without --consumer`,
  );
}

async function filledIn(known: Known, given: () => Promise<string>): Promise<Wanted> {
  const { url, org, consumers, deployment = USUAL.deployment, tokenSecret = USUAL.tokenSecret, ca } = known;
  if (url !== undefined && org !== undefined && consumers.length > 0)
    return { url, org, deployment, tokenSecret, ca, consumers };
  if (canAsk()) return askForConfiguration(known, given);
  const missing = [
    ...(url === undefined ? ['--url'] : []),
    ...(org === undefined ? ['--org'] : []),
    ...(consumers.length === 0 ? ['--consumer'] : []),
  ];
  throw new UsageError(`a new configuration needs ${missing.join(' and ')}: give them, for example ${EXAMPLE}`);
}
