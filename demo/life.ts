import type { Configuration, ConsumerSettings } from '../lambda/config/configuration.ts';
import type { RunReport } from '../lambda/engine/report/report.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import { Auditor } from '../simulation/auditor.ts';
import type { EvidenceMemory } from '../simulation/evidence-memory.ts';
import { Reader } from '../simulation/reader.ts';
import { World } from '../simulation/world.ts';
import { endOfLife, joinEveryMs } from './length-of-life.ts';
import { type ErrandFigures, errandFigures, runErrands } from './operators.ts';
import type { ServiceRotation } from './service-rotation.ts';

const HOUR_MS = 60 * 60 * 1000;

/** What one run did, with the calls that the servers counted. */
export interface RunStory {
  /** Milliseconds since the epoch, by the simulated clock. */
  readonly at: number;
  readonly report: RunReport;
  readonly calls: number;
  /** Of these, the tries of current tokens, as the report counts them. */
  readonly probes: number;
  readonly secretsManagerWrites: number;
  readonly violations: readonly string[];
}

export interface LifeOptions {
  readonly configuration: Configuration;
  readonly tokens: TokenMode;
  readonly onRun: (story: RunStory) => void;
  readonly onService: (rotation: ServiceRotation) => void;
  /** Where each run puts on record what it did. */
  readonly evidence: EvidenceMemory;
  /** Is told how everything is at the end. */
  readonly onEnd: (status: RunReport) => Promise<void>;
}

/**
 * What `npm start -- --json` prints. The servers count the calls. An idle run's are subtracted from a rotation's, and
 * the tries of current tokens stand apart from all others.
 */
export interface LifeFigures extends ErrandFigures {
  readonly days: number;
  readonly runs: number;
  readonly rotations: number;
  /** The most that one rotation of the first consumer took. */
  readonly callsToPromotion: number;
  /** The same, and the calls to switch a token off, to delete it and, if the consumer wants it, to prove its end. */
  readonly callsWholeLife: number;
  readonly secretsManagerWritesPerRotation: number;
  readonly callsIdleRun: number;
  /** Calls a day that try the current tokens of all consumers, and whether the rotator may replace them. */
  readonly probesPerDay: number;
  readonly requestsOfConsumers: number;
  readonly failedRequestsOfConsumers: number;
  readonly newTokensAccepted: number;
  readonly oldTokensRefused: number;
  readonly oldTokensAccepted: number;
  readonly violations: readonly string[];
}

const WRITES = new Set(['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage']);

/**
 * Drives the real handler through every consumer's first rotation, the next one, and the end of the old token.
 * Consumers join some days apart, so that the calls for each can be told from those for the others.
 */
export async function live({ configuration, tokens, evidence, ...told }: LifeOptions): Promise<LifeFigures> {
  const world = await World.create({ configuration, tokens, evidence, initialValue: firstValue(configuration) });
  try {
    return await liveIn(world, configuration, told);
  } finally {
    await world.close();
  }
}

async function liveIn(
  world: World,
  configuration: Configuration,
  { onRun, onService, onEnd }: Pick<LifeOptions, 'onRun' | 'onService' | 'onEnd'>,
): Promise<LifeFigures> {
  const auditor = new Auditor(world);
  const readers = configuration.consumers.map((settings) => new Reader(world, settings));
  const stories: RunStory[] = [];
  const startsAt = world.clock.now();
  const endsAt = startsAt + endOfLife(configuration);
  const joinEvery = joinEveryMs(configuration);
  while (world.clock.now() <= endsAt) {
    const joined = Math.floor((world.clock.now() - startsAt) / joinEvery) + 1;
    world.configuration = { ...world.configuration, consumers: configuration.consumers.slice(0, joined) };
    const story = await tell(world, auditor);
    stories.push(story);
    onRun(story);
    for (const reader of readers.slice(0, joined)) await reader.use();
    world.clock.advance(configuration.scheduleMs);
  }
  const told: RunStory[] = [];
  const byService = await runErrands(
    world,
    readers,
    async (request) => {
      const story = await tell(world, auditor, request);
      told.push(story);
      onRun(story);
    },
    onService,
  );
  const counted = await figures(world, stories, told, readers);
  await onEnd(await world.run('status'));
  return {
    ...counted,
    ...errandFigures(
      told.map(({ report }) => report),
      byService,
    ),
  };
}

async function tell(world: World, auditor: Auditor, request?: object): Promise<RunStory> {
  const calls = world.calls;
  const writes = countWrites(world);
  const at = world.clock.now();
  const report = await world.run(request);
  const told = { calls: world.calls - calls, secretsManagerWrites: countWrites(world) - writes };
  return { at, report, ...told, probes: countProbes(report), violations: auditor.inspect() };
}

async function figures(
  world: World,
  stories: readonly RunStory[],
  errands: readonly RunStory[],
  readers: readonly Reader[],
): Promise<Omit<LifeFigures, keyof ErrandFigures>> {
  const all = [...stories, ...errands];
  const first = world.configuration.consumers[0]?.name;
  const idleCalls = new Map<number, number>();
  for (const { report, calls, probes } of stories)
    if (isIdle(report)) idleCalls.set(report.consumers.length, calls - probes);
  const beyondIdle = ({ report, calls, probes }: RunStory) =>
    calls - probes - (idleCalls.get(report.consumers.length) ?? 0);
  const acted = (kind: string) =>
    stories.filter(({ report }) =>
      report.consumers.some(
        ({ consumer, actions }) => consumer === first && actions.some((action) => action.kind === kind),
      ),
    );
  const rotations = acted('rotate');
  const callsToPromotion = Math.max(...rotations.map(beyondIdle));
  const ending = [...acted('switch-off').slice(0, 1), ...acted('delete').slice(0, 1)];
  const proofs = await Promise.all(readers.map((reader) => reader.proveTokens()));
  const total = (count: (proof: (typeof proofs)[number]) => number) =>
    proofs.reduce((sum, proof) => sum + count(proof), 0);
  return {
    days: Math.round((world.clock.now() - (stories[0]?.at ?? 0)) / (24 * HOUR_MS)),
    runs: all.length,
    rotations: all.reduce((sum, { report }) => sum + report.counts.rotated, 0),
    callsToPromotion,
    callsWholeLife: callsToPromotion + ending.reduce((sum, story) => sum + beyondIdle(story), 0),
    secretsManagerWritesPerRotation: Math.max(...rotations.map(({ secretsManagerWrites }) => secretsManagerWrites)),
    callsIdleRun: idleCalls.get(world.configuration.consumers.length) ?? 0,
    probesPerDay: probesPerDay(stories, world.configuration),
    requestsOfConsumers: readers.reduce((sum, { requests }) => sum + requests, 0),
    failedRequestsOfConsumers: readers.reduce((sum, { failures }) => sum + failures, 0),
    newTokensAccepted: total(({ accepted }) => accepted),
    oldTokensRefused: total(({ refused }) => refused),
    oldTokensAccepted: total(({ leftOver }) => leftOver),
    violations: all.flatMap(({ violations }) => violations),
  };
}

/** Of the last day, in which all consumers take part. */
function probesPerDay(stories: readonly RunStory[], { scheduleMs }: Configuration): number {
  return stories.slice(-Math.round((24 * HOUR_MS) / scheduleMs)).reduce((sum, { probes }) => sum + probes, 0);
}

/** One for each permission that was tried, at least one for each token, and one for the rights of the rotator. */
function countProbes({ consumers }: RunReport): number {
  const asked = consumers.filter(({ mayRotate }) => mayRotate !== undefined).length;
  return consumers
    .flatMap(({ proof }) => proof ?? [])
    .reduce((sum, proof) => sum + (proof.result === 'works' ? Math.max(1, proof.proven) : 1), asked);
}

/** What users keep in their secrets beside the token. The secret of the last consumer has no value at first. */
function firstValue({ influxdb, consumers }: Configuration): (settings: ConsumerSettings) => string | undefined {
  return (settings) =>
    settings === consumers.at(-1) ? undefined : JSON.stringify({ url: influxdb.url, org: influxdb.org }, undefined, 2);
}

function isIdle({ consumers }: RunReport): boolean {
  return consumers.every(({ actions }) => actions.length === 0);
}

function countWrites({ secretsManager }: World): number {
  return secretsManager.calls.filter(({ operation }) => WRITES.has(operation)).length;
}
