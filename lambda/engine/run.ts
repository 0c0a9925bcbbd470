import pLimit from 'p-limit';
import { endsRun, logDefect, messageOf } from '../calls/failure.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import type { Configuration } from '../config/configuration.ts';
import { InfluxdbClient } from '../influxdb/client.ts';
import type { Transport } from '../influxdb/transport.ts';
import type { SecretDescription } from '../secrets-manager/secret.ts';
import { takeTurn, untaken } from './apply/apply-decision.ts';
import { RetirementError } from './apply/end-token.ts';
import type { Services } from './apply/services.ts';
import { observe } from './observe/observe.ts';
import { readRotatorToken } from './observe/rotator-token.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import { CONCURRENCY, type Planned, planAll } from './plan-all.ts';
import { type ConsumerReport, countUp, type RunReport } from './report/report.ts';
import { describeTokens } from './report/token-reports.ts';
import { findStrangers } from './report/unmanaged.ts';

export type Action = RunReport['action'];

/** What a run is given; the client of InfluxDB follows from the token that it reads first. */
export interface RunContext extends Omit<Services, 'influxdb' | 'limits' | 'deployment'> {
  readonly configuration: Configuration;
  readonly transport: Transport;
  readonly serviceClocks: ServiceClocks;
}

/**
 * One run: observe, plan, and, unless it is a dry one, apply. Failures are data in the report; nothing is thrown, and
 * nothing of it is under way any more when it returns.
 */
export async function run(context: RunContext, action: Action): Promise<RunReport> {
  const { configuration, clock, log } = context;
  const startedAt = clock.now();
  log.info('RUN_STARTED', { action, mode: configuration.mode, consumers: configuration.consumers.length });
  const errors: string[] = [];
  const notices: string[] = [];
  let consumers: ConsumerReport[];
  let oldest: number | undefined;
  try {
    const { planned, services, strangers } = await look(context);
    notices.push(...strangers);
    const clocks = context.serviceClocks.verdict(configuration.limits.clockToleranceMs);
    if (clocks.kind === 'disagree')
      errors.push(`${clocks.detail}: nothing is retired, and no working token is replaced`);
    const dry = action !== 'run' || configuration.mode === 'plan';
    consumers = dry ? planned.map((each) => reportOf(each, 'planned')) : await apply(services, planned, errors);
    oldest = oldestCurrent(consumers, startedAt);
  } catch (error) {
    logDefect(log, error, undefined);
    errors.push(messageOf(error));
    consumers = configuration.consumers.map(({ name, secret }) => ({
      consumer: name,
      secret,
      state: 'not-attempted',
      reason: 'the run ended early',
      actions: [],
      notes: [],
      tokens: [],
    }));
  }
  return {
    action,
    deployment: configuration.deployment,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    consumers,
    notices,
    errors,
    counts: countUp(consumers),
    oldestTokenAgeSeconds: oldest,
  };
}

async function look(context: RunContext): Promise<{ planned: Planned[]; services: Services; strangers: string[] }> {
  const { configuration, store, transport, serviceClocks, clock } = context;
  const { tokenSecret } = configuration.influxdb;
  const secrets = await store.readCurrent([tokenSecret, ...configuration.consumers.map(({ secret }) => secret)]);
  const token = readRotatorToken(secrets.get(tokenSecret), configuration.influxdb);
  const influxdb = new InfluxdbClient(transport, token);
  const observation = await observe(configuration, secrets, token, influxdb);
  const clocks = serviceClocks.verdict(configuration.limits.clockToleranceMs);
  const planned = await planAll(configuration, observation, { now: clock.now(), clocks, influxdb, store });
  const fatal = planned.find(({ outcome }) => outcome.kind === 'failed' && endsRun(outcome.error));
  if (fatal?.outcome.kind === 'failed') throw fatal.outcome.error;
  const strangers = findStrangers(configuration, observation.readings, observation.listing);
  const services = { ...context, influxdb, limits: configuration.limits, deployment: configuration.deployment };
  return { planned, services, strangers };
}

/** Consumers side by side; a failure that all would share ends the run with one error. */
async function apply(services: Services, planned: readonly Planned[], errors: string[]): Promise<ConsumerReport[]> {
  let ended = false;
  const limit = pLimit(CONCURRENCY);
  return limit.map(planned, async (each) => {
    const { settings, facts, outcome } = each;
    if (outcome.kind === 'failed') logDefect(services.log, outcome.error, settings.name);
    if (outcome.kind === 'failed' || ended) return reportOf(each, 'not-attempted');
    const secretId = 'arn' in facts.reading ? facts.reading.arn : settings.secret;
    const { actions, error } = await takeTurn(services, settings, secretId, outcome, descriptionIn(facts));
    if (error !== undefined && endsRun(error) && !ended) {
      ended = true;
      errors.push(messageOf(error));
    }
    const report = reportOf(each, 'planned');
    if (error === undefined) return { ...report, actions };
    logDefect(services.log, error, settings.name);
    const state = error instanceof RetirementError ? 'changed' : 'failed';
    return { ...report, state, reason: `${outcome.reason}: ${messageOf(error)}`, actions };
  });
}

function descriptionIn({ looks }: Facts): SecretDescription | undefined {
  const seen = looks.seenDescription();
  return seen === 'unseen' ? undefined : seen;
}

/** The report of a consumer whose decision was not carried out. */
function reportOf({ settings, facts, outcome }: Planned, untakenAs: 'planned' | 'not-attempted'): ConsumerReport {
  const base = { consumer: settings.name, secret: settings.secret, tokens: describeTokens(facts) };
  if (outcome.kind === 'failed')
    return { ...base, state: 'failed', reason: messageOf(outcome.error), actions: [], notes: [] };
  const { notes, reason } = outcome;
  const state = untakenAs === 'not-attempted' && hasActions(outcome) ? 'not-attempted' : outcome.state;
  return { ...base, state, reason, actions: untaken(outcome, untakenAs), notes };
}

function hasActions({ retirements, next }: Decision): boolean {
  return retirements.length > 0 || next !== undefined;
}

function oldestCurrent(consumers: readonly ConsumerReport[], now: number): number | undefined {
  const ages = consumers
    .flatMap(({ tokens }) => tokens)
    .flatMap(({ role, mintedAt }) =>
      role === 'current' && mintedAt !== undefined ? [now - Date.parse(mintedAt)] : [],
    );
  return ages.length === 0 ? undefined : Math.round(Math.max(...ages) / 1000);
}
