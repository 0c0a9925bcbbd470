import type { Clock } from '../calls/clock.ts';
import { EVENT_BUS_VARIABLE } from '../config/event-bus.ts';
import { parseJson } from '../config/json-text.ts';
import { checkedBase, scaleIn } from '../config/scale.ts';
import type { RunReport } from '../engine/report/report.ts';
import type { MetricName } from '../log/metrics.ts';
import { assertMayAct } from '../requests/may-act.ts';
import { stateEventIn } from './events.ts';
import { lookAt } from './look.ts';
import { serveNamed } from './named.ts';
import type { CreateHandler, Invocation, ScaleParts } from './parts.ts';
import { planBatches } from './plan.ts';
import { rotateBatch } from './rotate.ts';
import { sumUp } from './sum-up.ts';

/** What the function has where it is deployed. */
export interface Deployed {
  /** The configuration without its consumers. */
  readonly file: Uint8Array;
  /** As the construct writes it. */
  readonly scale: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly createHandler: CreateHandler;
  readonly createLog: ScaleParts['createLog'];
  readonly createMetrics: (
    deployment: string,
    unseen: ReadonlySet<MetricName>,
  ) => (report: RunReport, isPartial: boolean) => void;
}

/**
 * The function as it is deployed. In the bundle this is the entry of a file of its own.
 * @throws {ConfigurationError} with every problem of the configuration at once.
 */
export function handleDeployed(deployed: Deployed, event: unknown, context: Invocation): Promise<unknown> {
  const { file, scale, environment, clock, createHandler, createLog, createMetrics } = deployed;
  const source = 'rotation.json';
  const base = checkedBase(parseJson(file, source), source);
  const { [EVENT_BUS_VARIABLE]: bus } = environment;
  const publish = createMetrics(base.deployment, UNSEEN);
  const given = { clock, environment, createHandler, createLog, events: bus ? { bus } : undefined };
  const parts = { ...given, base, settings: scaleIn(scale), publishAll: (report: RunReport) => publish(report, false) };
  return handleAtScale(parts, event, context);
}

/** What belongs to nobody is told only by a look at all consumers. */
const UNSEEN: ReadonlySet<MetricName> = new Set(['TokensUnmanaged']);

/**
 * Does what a state of the state machine asks for, or what an operator does.
 * @throws {RequestError} if the event is not understood; nothing was done.
 */
export async function handleAtScale(parts: ScaleParts, event: unknown, context: Invocation): Promise<unknown> {
  const state = stateEventIn(event);
  if (state === undefined) return serveNamed(parts, event, context);
  assertMayAct({ action: 'run' }, context.invokedFunctionArn);
  switch (state.scale) {
    case 'plan':
      return planBatches(parts, state.execution, context);
    case 'look':
      return lookAt(parts, state, context);
    case 'rotate':
      return rotateBatch(parts, state, context);
    case 'sum-up':
      return sumUp(parts, state.execution, context);
  }
}
