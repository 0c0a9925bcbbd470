import type { ConsumerReport, RunReport } from '../engine/report/report.ts';
import { RunFailedError } from '../engine/report/run-failed-error.ts';
import { configurationOf } from './batch-configuration.ts';
import type { BatchEvent } from './events.ts';
import { holdersIn } from './look.ts';
import { type Invocation, type ScaleParts, withObjects } from './parts.ts';
import { standInConfiguration } from './stand-in.ts';
import { type Result, Work } from './work.ts';

/** So many time-outs of a call are kept for the result. */
const CALLS_FOR_RESULT = 3;

/**
 * A run for the consumers of a batch, with its share of the rates. A consumer that fails is in the result.
 * @throws {RunFailedError} if the run as a whole failed: such a batch counts as failed.
 */
export async function rotateBatch(
  parts: ScaleParts,
  { execution, batch }: BatchEvent,
  context: Invocation,
): Promise<object> {
  const { settings, createHandler } = parts;
  const { limits } = standInConfiguration(parts);
  return withObjects(parts, limits, context, async (objects) => {
    const work = new Work(objects, settings.work, execution);
    const [plan, listed] = await Promise.all([work.readPlan(), work.readBatch(batch)]);
    const configuration = configurationOf(parts, listed, plan.consumers);
    const names = configuration.consumers.map(({ name }) => name);
    const holders = await holdersIn(work, plan, new Set(names));
    let report: RunReport | undefined;
    const publishMetrics = (its: RunReport) => {
      report = its;
    };
    const handle = createHandler({ configuration, elsewhere: { holders }, publishMetrics });
    const spared = CALLS_FOR_RESULT * limits.callTimeoutMs;
    const getRemainingTimeInMillis = () => context.getRemainingTimeInMillis() - spared;
    const inTime = { ...context, ...invokedIn(context), getRemainingTimeInMillis };
    try {
      await handle({ action: 'run', consumers: names }, inTime);
    } catch (error) {
      if (report === undefined) throw error;
    }
    const found = report as RunReport | undefined;
    if (found === undefined) throw new Error('a run has a report');
    await work.writeResult(batch, resultOf(found, names.length));
    if (found.errors.length > 0) RunFailedError.throwIfFailed({ ...found, consumers: [] }, 'nothing');
    const { rotated, failed } = found.counts;
    return { batch, rotated, failed };
  });
}

/** The context of Lambda has some of its fields from its prototype. */
function invokedIn({ awsRequestId, invokedFunctionArn }: Invocation): Omit<Invocation, 'getRemainingTimeInMillis'> {
  return {
    ...(awsRequestId !== undefined && { awsRequestId }),
    ...(invokedFunctionArn !== undefined && { invokedFunctionArn }),
  };
}

/** More than this many of a batch tell no more. */
const MOST_SHOWN = 100;

/** What somebody has to look at: a hundred thousand idle consumers are one figure. */
function resultOf(report: RunReport, consumers: number): Result {
  const { rightsNeeded: _, rightsUnknownFor: __, ...rest } = report;
  const shown = report.consumers.filter(isToBeSeen).slice(0, MOST_SHOWN);
  return { consumers, report: { ...rest, consumers: shown } };
}

const TO_BE_SEEN: ReadonlySet<ConsumerReport['state']> = new Set(['failed', 'blocked', 'not-attempted']);

function isToBeSeen({ state, access, proof, tokens }: ConsumerReport): boolean {
  if (TO_BE_SEEN.has(state) || access === 'none' || proof?.result === 'refused') return true;
  return tokens.some(({ overdue }) => overdue);
}
