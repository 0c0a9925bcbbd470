import { codeOf, endsRun, logDefect, messageOf } from '../calls/failure.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import { sideBySide } from '../calls/side-by-side.ts';
import type { Configuration } from '../config/configuration.ts';
import { InfluxdbClient } from '../influxdb/client.ts';
import type { Action } from '../requests/request.ts';
import { applyDecision } from './apply/apply-decision.ts';
import type { Services } from './apply/services.ts';
import { checkRights } from './check-rights.ts';
import { observe } from './observe/observe.ts';
import { readRotatorToken } from './observe/rotator-token.ts';
import { describe } from './plan/describe.ts';
import { type Facts, secretIdOf } from './plan/facts.ts';
import { neededRights } from './plan/rights.ts';
import { planAll } from './plan-all.ts';
import { proveAll } from './prove-all.ts';
import { type Planned, reportApplied, reportReason, reportUnseen, reportUntaken } from './report/consumer-report.ts';
import { ageOfOldestCurrent, countUp } from './report/counts.ts';
import { logFoundDone } from './report/found-done.ts';
import { Journal } from './report/journal.ts';
import type { ConsumerReport, ErrorReport, RunReport } from './report/report.ts';
import { findUnmanaged, type Unmanaged } from './report/unmanaged.ts';

/** What a run is given; the client of InfluxDB follows from the token that it reads first. */
export interface RunContext extends Omit<Services, 'influxdb' | 'limits' | 'deployment'> {
  readonly configuration: Configuration;
  readonly serviceClocks: ServiceClocks;
}

/**
 * One run: observe, plan, and, unless it is a dry one, apply. Failures are data in the report. `run` never throws, and
 * no call is in flight when it returns.
 */
export async function run(context: RunContext, action: Action): Promise<RunReport> {
  const { configuration, clock, log } = context;
  const startedAt = clock.now();
  log('RUN_STARTED', { action, mode: configuration.mode, consumers: configuration.consumers.length });
  const found = await serve(context, action);
  return {
    action,
    mode: configuration.mode,
    deployment: configuration.deployment,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    consumers: found.consumers,
    notices: found.unmanaged.notices.map((reason) => ({ notice: describe(reason), ...reportReason(reason) })),
    errors: found.errors,
    ...found.rights,
    counts: countUp(found.consumers, found.unmanaged.count),
    oldestTokenAgeSeconds: ageOfOldestCurrent(found.consumers, startedAt),
  };
}

type CarryOut = (
  services: Services,
  planned: readonly Planned[],
  errors: ErrorReport[],
) => Promise<readonly ConsumerReport[]> | readonly ConsumerReport[];

interface Behaviour {
  readonly carryOut: CarryOut;
  /**
   * - `turn`: the current tokens of those whose turn it is, and whether the rotator may replace them.
   * - `rights of all`: whether the rotator may replace each token; the tokens are not tried.
   */
  readonly tries: 'turn' | 'rights of all' | 'nothing';
  /** The invocation fails if a consumer failed. */
  readonly failsForConsumers: boolean;
  /** Its figures are metrics. */
  readonly publishes: boolean;
}

/** What each action does with the decisions. */
export const BEHAVIOUR: Readonly<Record<Action, Behaviour>> = {
  run: { carryOut: applyAll, tries: 'turn', failsForConsumers: true, publishes: true },
  plan: { carryOut: reportAll, tries: 'rights of all', failsForConsumers: true, publishes: false },
  status: { carryOut: reportAll, tries: 'nothing', failsForConsumers: false, publishes: false },
};

/** With `"mode": "plan"` a run only reports, as a plan does; it still counts as a run. */
function behaviourOf(action: Action, { mode }: Configuration): Pick<Behaviour, 'carryOut' | 'tries'> {
  return BEHAVIOUR[mode === 'plan' && action === 'run' ? 'plan' : action];
}

interface Found {
  readonly consumers: readonly ConsumerReport[];
  readonly unmanaged: Unmanaged;
  readonly errors: readonly ErrorReport[];
  readonly rights: Pick<RunReport, 'rightsNeeded' | 'rightsUnknownFor'>;
}

async function serve(context: RunContext, action: Action): Promise<Found> {
  const { configuration, serviceClocks, log } = context;
  const errors: ErrorReport[] = [];
  try {
    const { carryOut, tries } = behaviourOf(action, configuration);
    const { planned, services, unmanaged } = await observeAndPlan(context, tries);
    const clocks = serviceClocks.verdict(configuration.limits.clockToleranceMs);
    if (clocks.kind === 'disagree') {
      const message = `${clocks.detail}: nothing is switched off or deleted, and no working token is replaced`;
      errors.push({ code: 'CLOCKS_DISAGREE', message });
    }
    // A dry run may come at any time, and what it says is no evidence.
    if (carryOut === applyAll) for (const { facts } of planned) logFoundDone(log, facts, configuration.scheduleMs);
    const consumers = await carryOut(services, planned, errors);
    const rights = rightsOf(
      planned.map(({ facts }) => facts),
      configuration,
    );
    return { consumers, unmanaged, errors, rights };
  } catch (error) {
    logDefect(log, error, undefined);
    errors.push({ code: codeOf(error), message: messageOf(error) });
    const consumers = configuration.consumers.map(reportUnseen);
    const rights = { rightsUnknownFor: consumers.map(({ consumer }) => consumer) };
    return { consumers, unmanaged: { notices: [], count: 0 }, errors, rights };
  }
}

async function observeAndPlan(
  context: RunContext,
  tries: Behaviour['tries'],
): Promise<{ planned: Planned[]; services: Services; unmanaged: Unmanaged }> {
  const { configuration, store, transport, serviceClocks, clock } = context;
  const { tokenSecret } = configuration.influxdb;
  const readings = await store.readCurrent([tokenSecret, ...configuration.consumers.map(({ secret }) => secret)]);
  const token = readRotatorToken(readings.get(tokenSecret), configuration.influxdb);
  const influxdb = new InfluxdbClient(transport, token);
  const observation = await observe(configuration, readings, token, influxdb, context.budget);
  const clocks = serviceClocks.verdict(configuration.limits.clockToleranceMs);
  const services = { ...context, influxdb, limits: configuration.limits, deployment: configuration.deployment };
  const decided = await planAll(configuration, observation, { now: clock.now(), clocks, influxdb, store });
  const { scheduleMs } = configuration;
  const bounds = { until: clock.now() + context.budget.remainingMs() / 4, scheduleMs };
  const proven = tries === 'turn' ? await proveAll(services, decided, bounds) : decided;
  const dry = tries === 'rights of all';
  const planned = tries === 'nothing' ? proven : await checkRights(services, proven, { dry, ...bounds });
  for (const { outcome } of planned) if (outcome.kind === 'undecided' && endsRun(outcome.error)) throw outcome.error;
  const unmanaged = findUnmanaged(configuration, observation, planned);
  return { planned, services, unmanaged };
}

/** Follows from the configuration, and from the names that every run looks up: no call is made for it. */
function rightsOf(all: readonly Facts[], { influxdb }: Configuration): Found['rights'] {
  const unknown = all.filter(({ target }) => target.kind === 'unresolved').map(({ settings }) => settings.name);
  const rightsNeeded = neededRights(all, { orgByName: influxdb.orgId === undefined });
  return { ...(rightsNeeded && { rightsNeeded }), ...(unknown.length > 0 && { rightsUnknownFor: unknown }) };
}

/** Writes nothing. */
function reportAll(_services: Services, planned: readonly Planned[]): readonly ConsumerReport[] {
  return planned.map((each) => reportUntaken(each, 'planned'));
}

/** Consumers side by side; a failure that all would share ends the run with one error. */
async function applyAll(
  services: Services,
  planned: readonly Planned[],
  errors: ErrorReport[],
): Promise<ConsumerReport[]> {
  let ended = false;
  return sideBySide(planned, async (each) => {
    const { facts, outcome } = each;
    const { settings } = facts;
    if (outcome.kind === 'undecided') logDefect(services.log, outcome.error, settings.name);
    if (outcome.kind === 'undecided' || ended) return reportUntaken(each, 'not-attempted');
    const secretId = secretIdOf(facts);
    const seen = facts.answers.knownDescription();
    const description = seen === 'unasked' ? undefined : seen;
    const { protections } = facts;
    const journal = new Journal(services.clock.now);
    const decidedOn = { secretId, description, protections };
    const journaled = { ...services, log: journal.on(services.log) };
    const { actions, error } = await applyDecision(journaled, settings, outcome, decidedOn);
    if (error !== undefined) logDefect(services.log, error, settings.name);
    if (endsRun(error) && !ended) {
      ended = true;
      errors.push({ code: codeOf(error), message: messageOf(error) });
    }
    return reportApplied(facts, outcome, actions, error, journal);
  });
}
