import type { ClockVerdict } from '../calls/service-clocks.ts';
import { sideBySide } from '../calls/side-by-side.ts';
import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import type { Canaries } from '../config/when.ts';
import { decide, decideEach, type Sources } from './decide.ts';
import type { Observation } from './observe/observe.ts';
import type { ObservedSecret } from './observe/observed-secret.ts';
import { Answers } from './observe/question.ts';
import type { IsRotators } from './observe/rotators-own.ts';
import { MOST_SHARERS } from './observe/values-of-others.ts';
import { canaryOf, isFollowing } from './plan/canaries.ts';
import type { Canary } from './plan/canary.ts';
import type { Asked, Facts } from './plan/facts.ts';
import { isOwn } from './plan/own-advice.ts';
import { rotatorsTarget } from './plan/own-rights.ts';
import type { Planned } from './report/consumer-report.ts';
import { assertSameServer, isAtHome, isMissing } from './same-server.ts';

interface Surroundings extends Sources {
  /** The version that Secrets Manager wants a new token in; undefined in a run. */
  readonly into?: string | undefined;
  /** The consumers that the run is about. */
  readonly consumers: readonly ConsumerSettings[];
  /** What an operator asks for, by consumer. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Those whose token, by what an operator asked of this run, leaked, and was replaced in it. */
  readonly replaced?: ReadonlySet<string>;
  readonly now: number;
  readonly clocks: ClockVerdict;
}

/** Decides for every consumer. Reads what the decisions need, and writes nothing; a failed look is an outcome. */
export async function planAll(
  configuration: Configuration,
  observation: Observation,
  surroundings: Surroundings,
): Promise<Planned[]> {
  const decideAll = (all: readonly Facts[]) => decideEach(all, surroundings);
  const unread = [...observation.secrets].filter(([, { kind }]) => UNREAD.has(kind)).map(([name]) => name);
  const shared = { unread: unread.slice(0, MOST_SHARERS + 2), asked: new Set(surroundings.consumers) };
  const factsFor = (consumers: readonly ConsumerSettings[]) =>
    consumers.map((settings) => factsOf(configuration, observation, surroundings, settings, shared));
  const planned = await canariesFirst(surroundings.consumers, configuration, factsFor, decideAll);
  if (!planned.some(isAtHome)) assertSameServer(planned);
  const missing = planned.filter(isMissing);
  const limit = configuration.limits.maxMissingPerRun;
  const tooManyMissing = missing.length > limit ? { missing: missing.length, limit } : undefined;
  const overTheCap = beyondCap(planned, configuration.limits.maxRetirementsPerRun);
  if (overTheCap.size === 0 && tooManyMissing === undefined) return planned;
  return decideAll(planned.map(({ facts }) => ({ ...facts, overTheCap, tooManyMissing })));
}

/** What is decided for the others depends on how those are that rotate first, also where the run is not about them. */
async function canariesFirst(
  all: readonly ConsumerSettings[],
  { canaries, consumers }: Configuration,
  factsFor: (consumers: readonly ConsumerSettings[]) => readonly Facts[],
  decideAll: (all: readonly Facts[]) => Promise<Planned[]>,
): Promise<Planned[]> {
  if (canaries === undefined) return decideAll(factsFor(all));
  const names = new Set(canaries.consumers);
  const isCanary = ({ name }: ConsumerSettings) => names.has(name);
  const ahead = await decideAll(factsFor(consumers.filter(isCanary)));
  const seen = lookAt(ahead, canaries);
  const followers = factsFor(all.filter((settings) => !isCanary(settings)));
  const others = await decideAll(followers.map((facts) => (isOwn(facts) ? facts : { ...facts, canaries: seen })));
  const byName = new Map([...ahead, ...others].map((each) => [each.facts.settings.name, each]));
  return all.flatMap(({ name }) => byName.get(name) ?? []);
}

/** Decides anew for those that were to follow a canary whose token turned out to be refused. */
export async function holdBack(
  planned: readonly Planned[],
  { canaries }: Configuration,
  surroundings: Surroundings,
): Promise<Planned[]> {
  if (canaries === undefined) return [...planned];
  const names = new Set(canaries.consumers);
  const tried = planned.filter(({ facts }) => names.has(facts.settings.name));
  const unready = lookAt(tried, canaries).filter(({ state }) => state !== 'well');
  return sideBySide(planned, async (each) => {
    const { facts, outcome } = each;
    if (unready.length === 0 || outcome.kind !== 'decision' || !isFollowing(facts, outcome)) return each;
    const seen = facts.canaries.map((canary) => unready.find(({ consumer }) => consumer === canary.consumer) ?? canary);
    return decide({ ...facts, canaries: seen }, surroundings);
  });
}

/** One that is retired gets no new token, so nobody waits for it. */
function lookAt(planned: readonly Planned[], { soakMs }: Canaries): Canary[] {
  return planned
    .filter(({ facts }) => !facts.settings.retired)
    .map(({ facts, outcome }) => canaryOf(facts, outcome.kind === 'decision' ? outcome : undefined, soakMs));
}

/** One for all, since it is one for each consumer. */
const NOTHING: ReadonlySet<string> = new Set();

/** The rotator's own secret is where its token belongs. */
const IN_PLACE: IsRotators = () => false;

/** Secrets that hold something which this run does not see. */
const UNREAD: ReadonlySet<ObservedSecret['kind']> = new Set(['unreadable', 'binary', 'deleted']);

/** What is the same for all consumers, so that it is made once. */
interface Shared {
  /** The first consumers whose secrets hold something which this run does not see; two more than are named. */
  readonly unread: readonly string[];
  /** Those that the run is about. */
  readonly asked: ReadonlySet<ConsumerSettings>;
}

function factsOf(
  configuration: Configuration,
  observation: Observation,
  { now, clocks, asked, replaced, into }: Surroundings,
  settings: ConsumerSettings,
  shared: Shared,
): Facts {
  const { name } = settings;
  const { deployment, limits, scheduleMs } = configuration;
  const { secrets, targets, listing, protections, values } = observation;
  const isSelf = settings.access.kind === 'rotator';
  const target = isSelf ? rotatorsTarget(configuration, observation) : targets.get(name);
  return {
    now,
    clocks,
    deployment,
    limits,
    settings,
    listing,
    secret: secrets.get(name) ?? { kind: 'unreadable', detail: 'it was not read' },
    target: target ?? { kind: 'unresolved', problem: 'its names were not looked up' },
    protections: protections.against(name, now, settings.retired),
    others: values.against(name, now),
    isRotators: isSelf ? IN_PLACE : observation.isRotators,
    unread: shared.unread.includes(name) ? shared.unread.filter((other) => other !== name) : shared.unread,
    overTheCap: NOTHING,
    tooManyMissing: undefined,
    // The canaries are only looked at.
    into: shared.asked.has(settings) ? into : undefined,
    asked: asked.get(name),
    leakReplaced: replaced?.has(name) ?? false,
    canaries: [],
    scheduleMs,
    answers: new Answers(),
  };
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
