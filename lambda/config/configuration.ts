import { checkProblems } from './checks/checks.ts';
import { type ConsumerSettings, fillInConsumer } from './consumer-settings.ts';
import { parseDurationText } from './duration.ts';
import type { EvidenceSettings } from './evidence.ts';
import { CONSUMER_DEFAULTS, type ConfigurationFile, LIMIT_DEFAULTS, SCHEDULE_DEFAULT } from './file/schema.ts';
import { schemaProblems } from './file/schema-problems.ts';
import { ID } from './influxdb-id.ts';
import { parseJson } from './json-text.ts';
import { type NewsSettings, newsSettings } from './news.ts';
import { ConfigurationError, type Problem, withoutConsequences } from './problems.ts';
import { type Rates, ratesOf } from './rates.ts';
import { selfSettings } from './self-settings.ts';
import { parseUrl } from './url.ts';
import { type Canaries, canariesOf, fillInWhen } from './when.ts';

export type { Access } from './access.ts';
export type { ConsumerSettings } from './consumer-settings.ts';

/** A configuration that passed every check, with defaults filled in. Durations are in milliseconds. */
export interface Configuration {
  readonly deployment: string;
  readonly mode: 'rotate' | 'plan';
  readonly scheduleMs: number;
  readonly influxdb: InfluxdbSettings;
  /** The bus on which applications are told; undefined: nobody is. */
  readonly events: { readonly bus: string } | undefined;
  /** Where evidence is kept; undefined: none is. */
  readonly evidence: EvidenceSettings | undefined;
  /** How people are told of changes; undefined: they are not. */
  readonly news: NewsSettings | undefined;
  readonly securityHub: boolean;
  readonly limits: Limits;
  /** Who rotates before the others; undefined: nobody. */
  readonly canaries: Canaries | undefined;
  readonly consumers: readonly ConsumerSettings[];
}

export interface InfluxdbSettings {
  /** Without a trailing slash. */
  readonly url: string;
  readonly org: string | undefined;
  readonly orgId: string | undefined;
  readonly tokenSecret: string;
  readonly tokenKey: string;
  /** Certificate of a private CA, in PEM. */
  readonly ca: string | undefined;
  readonly cloud: boolean;
  readonly self: ConsumerSettings | undefined;
}

export interface Limits extends Rates {
  readonly functionTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly requestLifeMs: number;
  readonly clockToleranceMs: number;
  readonly leaseMs: number;
  readonly maxRetirementsPerRun: number;
  /** With more consumers than this missing at once, none of them is replaced: it looks like a wrong server. */
  readonly maxMissingPerRun: number;
}

/**
 * Reads a configuration file: its bytes, or its text.
 * @param source what the error calls the file.
 * @throws {ConfigurationError} with every problem at once.
 */
export function parseConfigurationText(file: string | Uint8Array, source: string): Configuration {
  return parseConfiguration(parseJson(file, source), source);
}

/**
 * @param found problems the caller already found. They are listed first and hide others at the same path.
 * @param count how many consumers the deployment has, where these are only some of them: their spread follows from it.
 * @throws {ConfigurationError} with every problem at once.
 */
export function parseConfiguration(
  input: unknown,
  source = 'the configuration',
  found: readonly Problem[] = [],
  count?: number,
): Configuration {
  const told = new Set(found.map(({ path }) => path));
  const others = [...schemaProblems(input), ...checkProblems(input)].filter(({ path }) => !told.has(path));
  const problems = withoutConsequences([...found, ...others]);
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return fillIn(input as ConfigurationFile, count);
}

function fillIn(file: ConfigurationFile, count = file.consumers.length): Configuration {
  const { deployment, mode = 'rotate', schedule = SCHEDULE_DEFAULT, influxdb, events, evidence, news } = file;
  const { securityHub = false, defaults = {}, limits = {}, freezes, canaries, consumers } = file;
  const { org, orgId, tokenSecret, tokenKey = CONSUMER_DEFAULTS.tokenKey, ca } = influxdb;
  const url = parseUrl(influxdb.url);
  const times = { ...LIMIT_DEFAULTS, ...limits };
  const idOfOrg = orgId ?? (org !== undefined && ID.test(org) ? org : undefined);
  // Who wants evidence wants to know that old tokens are dead.
  const inForce = { ...(evidence !== undefined && { proof: true }), ...defaults };
  const all = {
    ...{ deployment, defaults, freezes, canaries, count },
    ...{ scheduleMs: ms(schedule), leaseMs: ms(times.lease) },
  };
  return {
    deployment,
    mode,
    scheduleMs: ms(schedule),
    influxdb: {
      url: url.base,
      org: org === idOfOrg ? undefined : org,
      orgId: idOfOrg?.toLowerCase(),
      tokenSecret,
      tokenKey,
      ca,
      cloud: influxdb.cloud ?? url.isCloud,
      self: selfSettings(influxdb, freezes),
    },
    events,
    evidence,
    news: news && newsSettings(news),
    securityHub,
    limits: {
      functionTimeoutMs: ms(times.functionTimeout),
      callTimeoutMs: ms(times.callTimeout),
      requestLifeMs: ms(times.requestLife),
      clockToleranceMs: ms(times.clockTolerance),
      leaseMs: ms(times.lease),
      maxRetirementsPerRun: limits.maxRetirementsPerRun ?? Math.max(100, Math.ceil(consumers.length / 10)),
      maxMissingPerRun: limits.maxMissingPerRun ?? Math.max(3, Math.ceil(consumers.length / 10)),
      ...ratesOf(limits),
    },
    canaries: canariesOf(canaries),
    consumers: consumers.map((consumer) => {
      const settings = fillInConsumer(consumer, inForce);
      return { ...settings, ...fillInWhen(all, consumer, settings) };
    }),
  };
}

function ms(duration: string | undefined): number {
  return parseDurationText(duration) ?? Number.NaN;
}
