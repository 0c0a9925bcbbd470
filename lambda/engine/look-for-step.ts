import type { ConsumerSettings } from '../config/configuration.ts';
import { InfluxdbClient } from '../influxdb/client.ts';
import type { RotationStep } from '../requests/rotation-step.ts';
import type { Services } from './apply/services.ts';
import { Existence } from './observe/existence.ts';
import { observe } from './observe/observe.ts';
import { Answers } from './observe/question.ts';
import { readRotatorToken } from './observe/rotator-token.ts';
import type { RunContext } from './observe-and-plan.ts';
import { planAll } from './plan-all.ts';
import type { Planned } from './report/consumer-report.ts';
import { StepRefusedError } from './step-error.ts';

/** What a step decides from. */
interface Looked {
  readonly services: Services;
  readonly answers: Answers;
  /** The decision to make a token; undefined for the steps that make none. */
  readonly planned: Planned | undefined;
}

/** For the steps that make nothing: they ask for the rest. */
export async function lookAtLittle(context: RunContext): Promise<Looked> {
  const { configuration, store, transport } = context;
  const { influxdb: server, limits, deployment } = configuration;
  const token = readRotatorToken((await store.readCurrent([server.tokenSecret])).get(server.tokenSecret), server);
  const influxdb = new InfluxdbClient(transport, token);
  return { services: { ...context, influxdb, limits, deployment }, answers: new Answers(), planned: undefined };
}

/** What a run looks at, for this one consumer and those it follows: in the same order, and decided by the same rules. */
export async function lookAtAll(context: RunContext, settings: ConsumerSettings, asked: RotationStep): Promise<Looked> {
  const { store, transport, budget, clock, serviceClocks } = context;
  const { canaries } = context.configuration;
  const isLookedAt = ({ name }: ConsumerSettings) => name === settings.name || canaries?.consumers.includes(name);
  const configuration = { ...context.configuration, consumers: context.configuration.consumers.filter(isLookedAt) };
  const { influxdb: server, limits, deployment } = configuration;
  const readings = await store.readCurrent([
    server.tokenSecret,
    ...configuration.consumers.map(({ secret }) => secret),
  ]);
  const token = readRotatorToken(readings.get(server.tokenSecret), server);
  const reading = readings.get(settings.secret);
  if (reading?.kind === 'value' && reading.arn !== asked.secretArn)
    throw StepRefusedError.because(asked.step, { code: 'SECRET_OF_NOBODY', secret: asked.secretArn });
  const influxdb = new InfluxdbClient(transport, token);
  const observation = await observe(configuration, readings, token, influxdb, budget);
  const clocks = serviceClocks.verdict(limits.clockToleranceMs);
  const command = { consumers: [settings], asked: new Map<string, never>() };
  const existence = new Existence(influxdb);
  const surroundings = { ...command, now: clock.now(), clocks, influxdb, store, existence, into: asked.versionId };
  const [planned] = await planAll(configuration, observation, surroundings);
  if (planned === undefined) throw new Error('one consumer has one decision');
  return { services: { ...context, influxdb, limits, deployment }, answers: planned.facts.answers, planned };
}
