import pLimit from 'p-limit';
import type { ClockVerdict } from '../calls/service-clocks.ts';
import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import type { SecretReading } from '../secrets-manager/secret.ts';
import { look, type Observation, type ReadingInfluxdb, type ReadingStore } from './observe/observe.ts';
import { Looks } from './observe/question.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import { plan } from './plan/plan.ts';

/** Consumers looked at, and acted on, side by side. */
export const CONCURRENCY = 8;

/** One consumer with its decision, or with what kept the run from one. */
export interface Planned {
  readonly settings: ConsumerSettings;
  readonly facts: Facts;
  readonly outcome: Decision | { readonly kind: 'failed'; readonly error: unknown };
}

interface Surroundings {
  readonly now: number;
  readonly clocks: ClockVerdict;
  readonly influxdb: ReadingInfluxdb;
  readonly store: ReadingStore;
}

/** Decides for every consumer. Looks at what the decisions need, and writes nothing; a failed look is an outcome. */
export async function planAll(
  configuration: Configuration,
  observation: Observation,
  surroundings: Surroundings,
): Promise<Planned[]> {
  const limit = pLimit(CONCURRENCY);
  const decideAll = (all: readonly Facts[]) => limit.map(all, (facts) => decide(facts, surroundings));
  const planned = await decideAll(
    configuration.consumers.map((settings) => factsOf(configuration, observation, surroundings, settings)),
  );
  const postponed = overLimit(planned, configuration.limits.maxRetirementsPerRun);
  if (postponed.size === 0) return planned;
  return decideAll(planned.map(({ facts }) => ({ ...facts, postponed })));
}

/** Secrets that hold something which this run does not see. */
const UNREAD: ReadonlySet<SecretReading['kind']> = new Set(['unreadable', 'binary', 'deleted']);

function factsOf(
  configuration: Configuration,
  observation: Observation,
  { now, clocks }: Surroundings,
  settings: ConsumerSettings,
): Facts {
  const untouchable = new Map<string, string>();
  for (const claim of observation.claims) {
    const isOver = claim.until !== undefined && claim.until <= now;
    if (claim.consumer !== settings.name && !isOver) untouchable.set(claim.authorizationId, claim.reason);
  }
  const reading = observation.readings.get(settings.name) ?? { kind: 'unreadable', detail: 'it was not read' };
  const target = observation.targets.get(settings.name) ?? {
    kind: 'unresolved',
    problem: 'its names were not looked up',
  };
  const unread = [...observation.readings].filter(([name, { kind }]) => name !== settings.name && UNREAD.has(kind));
  const { deployment, limits } = configuration;
  const { listing } = observation;
  return {
    now,
    clocks,
    deployment,
    limits,
    settings,
    reading,
    target,
    listing,
    untouchable,
    unread: unread.map(([name]) => name),
    postponed: new Set(),
    looks: new Looks(),
  };
}

async function decide(facts: Facts, { influxdb, store }: Surroundings): Promise<Planned> {
  const { settings, reading } = facts;
  const secretId = 'arn' in reading ? reading.arn : settings.secret;
  try {
    for (;;) {
      const outcome = plan(facts);
      if (outcome.kind === 'decision') return { settings, facts, outcome };
      facts.looks.note(outcome.request, await look(outcome.request, secretId, influxdb, store));
    }
  } catch (error) {
    return { settings, facts, outcome: { kind: 'failed', error } };
  }
}

/** The deactivations beyond the limit: the oldest go first, the rest waits for the next run. */
function overLimit(planned: readonly Planned[], limit: number): Set<string> {
  const counted = planned
    .flatMap(({ outcome }) => (outcome.kind === 'decision' ? outcome.retirements : []))
    .flatMap(({ authorizationId, cappedSince }) =>
      cappedSince === undefined ? [] : [{ authorizationId, cappedSince }],
    )
    .sort((one, other) => one.cappedSince - other.cappedSince);
  return new Set(counted.slice(limit).map(({ authorizationId }) => authorizationId));
}
