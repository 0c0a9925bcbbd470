import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { configurationIn, readConfiguration } from '../function/in-process.ts';
import { UsageError } from '../function/rotator.ts';
import { canAsk } from '../questions.ts';
import { askForConfiguration } from './ask-for-configuration.ts';
import { typedConsumer } from './consumer-option.ts';
import { certificateIn, textToReplace } from './files.ts';
import { type Known, newConfiguration, textOf, type Wanted } from './new-configuration.ts';
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
  /** Undefined: the file says so already. */
  readonly toWrite: { readonly text: string; readonly before: string | undefined } | undefined;
}

const EXAMPLE = '--url https://influxdb.example.com:8086 --org acme --consumer telegraf,write=telemetry';

/**
 * The file, or what the options or somebody's answers say instead.
 * @param given the token for this command, with which names are looked up while they are asked for.
 */
export async function configured(options: ConfigurationOptions, given: () => Promise<string>): Promise<Configured> {
  const { config, url, org, deployment, tokenSecret, ca, consumer } = options;
  const isThere = existsSync(config);
  const said = [url, org, deployment, tokenSecret, ca].filter((each) => each !== undefined).length + consumer.length;
  if (isThere && said === 0) return { configuration: readConfiguration(config), toWrite: undefined };
  const before = textToReplace(config);
  const consumers = consumer.map(typedConsumer);
  const known = { url, org, deployment, tokenSecret, ca: ca === undefined ? undefined : certificateIn(ca), consumers };
  const text = textOf(newConfiguration(await filledIn(known, given), config));
  const configuration = configurationIn(text, config);
  const isSame = before !== undefined && isJson(before, text);
  return { configuration, toWrite: isSame ? undefined : { text, before } };
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

function isJson(text: string, wanted: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(text), JSON.parse(wanted));
  } catch {
    return false;
  }
}
