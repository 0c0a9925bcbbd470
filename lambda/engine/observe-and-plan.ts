import type { CallCounts } from '../calls/call-counts.ts';
import { endsRun } from '../calls/failure.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import type { Workers } from '../calls/side-by-side.ts';
import type { Configuration } from '../config/configuration.ts';
import { rotatedIn } from '../config/self.ts';
import { InfluxdbClient } from '../influxdb/client.ts';
import type { Services } from './apply/services.ts';
import type { Behaviour } from './behaviour.ts';
import { checkRights } from './check-rights.ts';
import type { Newsroom } from './newsroom.ts';
import { copiedToken } from './observe/copied-token.ts';
import type { Elsewhere } from './observe/elsewhere.ts';
import { Existence } from './observe/existence.ts';
import { observe } from './observe/observe.ts';
import { readPreviousTokens } from './observe/previous-tokens.ts';
import { readRotatorToken } from './observe/rotator-token.ts';
import { forTrying, leftAfterAsking } from './pace.ts';
import type { Pass } from './passes.ts';
import type { Beyond } from './plan/unreached.ts';
import { holdBack, planAll } from './plan-all.ts';
import { proveAll } from './prove-all.ts';
import type { Planned } from './report/consumer-report.ts';
import type { ErrorReport } from './report/report.ts';
import { findUnmanaged, NOTHING_UNMANAGED, type Unmanaged } from './report/unmanaged.ts';
import type { Witness } from './witness.ts';

/** What a run is given; the client of InfluxDB follows from the token that it reads first. */
export interface RunContext extends Omit<Services, 'influxdb' | 'limits' | 'deployment'> {
  readonly configuration: Configuration;
  readonly serviceClocks: ServiceClocks;
  /** Of all calls of this invocation. */
  readonly callCounts: CallCounts;
  /** Who carries the decisions out. */
  readonly crew: Workers;
  /** Undefined where nobody is told of anything. */
  readonly newsroom?: Newsroom | undefined;
  readonly witness?: Witness | undefined;
  /** Given where the configuration has only some of the deployment's consumers. */
  readonly elsewhere?: Elsewhere | undefined;
}

/** What one look at the world shows, and what is decided from it. */
export interface Look {
  readonly planned: Planned[];
  readonly services: Services & Pick<RunContext, 'crew' | 'newsroom'>;
  readonly unmanaged: Unmanaged;
  /** That the rotator signs in with a copy of somebody else's token. */
  readonly copied: readonly ErrorReport[];
  readonly beyond: Beyond;
}

/** Observes and decides; tries the tokens that are to be tried. Writes nothing. */
export async function observeAndPlan(context: RunContext, behaviour: Behaviour, pass: Pass): Promise<Look> {
  const { configuration, store, transport, serviceClocks, clock, budget } = context;
  const { tries } = behaviour;
  const { tokenSecret } = configuration.influxdb;
  const readings = await store.readCurrent([tokenSecret, ...configuration.consumers.map(({ secret }) => secret)]);
  const isAnyThere = [...readings.values()].some(({ kind }) => kind !== 'not-found');
  const token = readRotatorToken(readings.get(tokenSecret), configuration.influxdb, isAnyThere);
  const influxdb = new InfluxdbClient(transport, token);
  const observation = await observe(configuration, readings, token, influxdb, budget, context.elsewhere);
  const copied = copiedToken(readings.get(tokenSecret), configuration.influxdb);
  const clocks = serviceClocks.verdict(configuration.limits.clockToleranceMs);
  const services = { ...context, influxdb, limits: configuration.limits, deployment: configuration.deployment };
  const now = clock.now();
  const { consumers, asked, replaced } = pass;
  const existence = new Existence(influxdb);
  const surroundings = { consumers, asked, replaced, now, clocks, influxdb, store, existence };
  const left = leftAfterAsking(budget, behaviour);
  const decided = await budget.leaving(left, () => planAll(configuration, observation, surroundings));
  const { scheduleMs } = configuration;
  const bounds = { until: clock.now() + forTrying(budget), scheduleMs };
  const tried = tries === 'turn' ? await proveAll(services, decided, bounds) : decided;
  const proven = await holdBack(tried, configuration, surroundings);
  const dry = tries !== 'turn';
  const planned =
    tries === 'nothing' ? proven : await checkRights({ ...services, existence }, proven, { dry, ...bounds });
  for (const { outcome } of planned) if (outcome.kind === 'undecided' && endsRun(outcome.error)) throw outcome.error;
  // Of a part, what belongs to nobody cannot be told from what belongs to the others.
  const unmanaged = pass.isPartial ? NOTHING_UNMANAGED : findUnmanaged(configuration, { ...observation, now }, planned);
  const { secrets, listing, protections } = observation;
  const previous =
    pass.retire === undefined ? new Map<string, string>() : await readPreviousTokens(store, rotatedIn(configuration));
  const beyond = { now, configuration, secrets, listing, previous, protections: protections.against('', now) };
  return { planned, services, unmanaged, copied, beyond };
}
