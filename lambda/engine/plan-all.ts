import pLimit from 'p-limit';
import type { ClockVerdict } from '../calls/service-clocks.ts';
import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import { answer } from './observe/answer.ts';
import type { Observation } from './observe/observe.ts';
import type { ObservedSecret } from './observe/observed-secret.ts';
import { Answers } from './observe/question.ts';
import type { ReadingInfluxdb, ReadingStore } from './observe/reads.ts';
import { type Facts, secretIdOf } from './plan/facts.ts';
import { plan } from './plan/plan.ts';
import type { Planned } from './report/consumer-report.ts';

/** Consumers looked at, and acted on, side by side. */
export const CONCURRENCY = 8;

interface Surroundings {
  readonly now: number;
  readonly clocks: ClockVerdict;
  readonly influxdb: ReadingInfluxdb;
  readonly store: ReadingStore;
}

/** Decides for every consumer. Reads what the decisions need, and writes nothing; a failed look is an outcome. */
export async function planAll(
  configuration: Configuration,
  observation: Observation,
  surroundings: Surroundings,
): Promise<Planned[]> {
  const limit = pLimit(CONCURRENCY);
  const decideAll = (all: readonly Facts[]) => limit.map(all, (facts) => decide(facts, surroundings));
  const unread = [...observation.secrets].filter(([, { kind }]) => UNREAD.has(kind)).map(([name]) => name);
  const planned = await decideAll(
    configuration.consumers.map((settings) => factsOf(configuration, observation, surroundings, settings, unread)),
  );
  const overTheCap = beyondCap(planned, configuration.limits.maxRetirementsPerRun);
  if (overTheCap.size === 0) return planned;
  return decideAll(planned.map(({ facts }) => ({ ...facts, overTheCap })));
}

/** Secrets that hold something which this run does not see. */
const UNREAD: ReadonlySet<ObservedSecret['kind']> = new Set(['unreadable', 'binary', 'deleted']);

function factsOf(
  { deployment, limits }: Configuration,
  { secrets, targets, listing, protections }: Observation,
  { now, clocks }: Surroundings,
  settings: ConsumerSettings,
  unread: readonly string[],
): Facts {
  const { name } = settings;
  return {
    now,
    clocks,
    deployment,
    limits,
    settings,
    listing,
    secret: secrets.get(name) ?? { kind: 'unreadable', detail: 'it was not read' },
    target: targets.get(name) ?? { kind: 'unresolved', problem: 'its names were not looked up' },
    protections: protections.against(name, now),
    unread: unread.filter((other) => other !== name),
    overTheCap: new Set(),
    answers: new Answers(),
  };
}

async function decide(facts: Facts, { influxdb, store }: Surroundings): Promise<Planned> {
  const { settings, answers } = facts;
  const sources = { influxdb, store, secretId: secretIdOf(facts), tokenKey: settings.tokenKey };
  try {
    for (;;) {
      const outcome = plan(facts);
      if (outcome.kind === 'decision') return { facts, outcome };
      await answer(answers, outcome.question, sources);
    }
  } catch (error) {
    return { facts, outcome: { kind: 'undecided', error } };
  }
}

/** The tokens that are left on because the cap is reached: the oldest go first, the rest waits for the next run. */
function beyondCap(planned: readonly Planned[], cap: number): Set<string> {
  const counted = planned
    .flatMap(({ outcome }) => (outcome.kind === 'decision' ? outcome.ends : []))
    .flatMap(({ authorizationId, countsSince }) =>
      countsSince === undefined ? [] : [{ authorizationId, countsSince }],
    )
    .sort((one, other) => one.countsSince - other.countsSince);
  return new Set(counted.slice(cap).map(({ authorizationId }) => authorizationId));
}
