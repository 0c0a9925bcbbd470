import { codeOf, logDefect, mendsOf, messageOf } from '../calls/failure.ts';
import type { Configuration } from '../config/configuration.ts';
import { rotatedIn } from '../config/self.ts';
import type { RunRequest } from '../requests/request.ts';
import { plannedAction } from './apply/outcome.ts';
import { type Behaviour, behaviourOf } from './behaviour.ts';
import { applyAll, endAll, reportAll } from './carry-out.ts';
import { observeAndPlan, type RunContext } from './observe-and-plan.ts';
import { withWayOut } from './own-token.ts';
import { leftForActing } from './pace.ts';
import { afterAll, firstPass, nextPass, type Pass } from './passes.ts';
import { nextLookMs } from './plan/asked.ts';
import { describe } from './plan/describe.ts';
import { type RightsReport, rightsOf } from './plan/needed-rights.ts';
import { planUnreached } from './plan/unreached.ts';
import { reportAction, reportReason, reportUnseen } from './report/consumer-report.ts';
import { ageOfOldestCurrent, countUp } from './report/counts.ts';
import { logFoundDone } from './report/found-done.ts';
import { longestWaitSince, tooLongWaits } from './report/out-of-time.ts';
import type { ActionReport, ConsumerReport, ErrorReport, RunReport } from './report/report.ts';
import { serversOf } from './report/servers.ts';
import { NOTHING_UNMANAGED, type Unmanaged } from './report/unmanaged.ts';
import { tryMints } from './try-mints.ts';

/**
 * One run: observe, plan, and, unless it is a dry one, apply. Failures are data in the report. `run` never throws, and
 * no call is in flight when it returns.
 */
export async function run(context: RunContext, request: RunRequest): Promise<RunReport> {
  const { configuration, clock, log } = context;
  const startedAt = clock.now();
  const { action } = request;
  const asked = 'reason' in request ? { reason: request.reason, by: request.by } : {};
  const pass = firstPass(request, rotatedIn(configuration), startedAt);
  log('RUN_STARTED', { action, mode: configuration.mode, consumers: pass.consumers.length, ...asked });
  const errors: ErrorReport[] = [];
  const behaviour = behaviourOf(request, configuration);
  const found = await serve(context, behaviour, pass, errors);
  await context.newsroom?.tell();
  const report: RunReport = {
    action,
    mode: configuration.mode,
    ...asked,
    deployment: configuration.deployment,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    scheduleMs: configuration.scheduleMs,
    consumers: found.consumers,
    notices: found.unmanaged.notices.map((reason) => ({ notice: describe(reason), ...reportReason(reason) })),
    errors: await withWayOut(context, [...errors, ...found.copied]),
    ...(tellsServers(request, configuration) && { servers: await serversOf(context, configuration) }),
    ...(found.retirements.length > 0 && { retirements: found.retirements }),
    ...found.rights,
    ...(found.waitsSince !== undefined && { waitsSince: new Date(found.waitsSince).toISOString() }),
    counts: countUp(found.consumers, found.unmanaged.count, context.callCounts, found.retirements),
    oldestTokenAgeSeconds: ageOfOldestCurrent(found.consumers, startedAt),
  };
  const evidence = await context.witness?.conclude({ asked: { action, ...asked }, startedAt, report });
  return evidence === undefined ? report : { ...report, evidence };
}

/** A check and what answers anyhow say whom they asked. A status says where the evidence is, to whoever verifies it. */
function tellsServers(request: RunRequest, configuration: Configuration): boolean {
  if (request.action === 'status' && configuration.evidence !== undefined) return true;
  return behaviourOf(request, configuration).failsFor === 'never';
}

interface Found {
  readonly consumers: readonly ConsumerReport[];
  readonly unmanaged: Unmanaged;
  readonly retirements: readonly ActionReport[];
  /** That the rotator signs in with a copy of somebody else's token. */
  readonly copied: readonly ErrorReport[];
  readonly rights: RightsReport;
  /** Of the consumers that there was no time for, since when the first has been waiting; milliseconds since the epoch. */
  readonly waitsSince?: number | undefined;
}

/** Pass after pass, until nothing of what was asked for is left to do. An ordinary run takes one. */
async function serve(context: RunContext, behaviour: Behaviour, first: Pass, errors: ErrorReport[]): Promise<Found> {
  const reports = new Map<string, ConsumerReport>();
  let found: Found | undefined;
  for (let pass: Pass | undefined = first, count = 1; pass !== undefined; count += 1) {
    if (!(await isTimeFor(pass, context))) break;
    const one = await inOnePass(context, behaviour, pass, errors);
    for (const report of one.consumers) reports.set(report.consumer, afterAll(reports.get(report.consumer), report));
    found ??= one;
    pass = behaviour.writes && errors.every(isOfClocks) ? nextPass(pass, one.consumers, count) : undefined;
  }
  return { ...NOTHING_FOUND, ...found, consumers: [...reports.values()] };
}

/** It fails the run, and stops only what needs the clocks. */
function isOfClocks({ code }: ErrorReport): boolean {
  return code === 'CLOCKS_DISAGREE';
}

/** Waits until the pass is of use; false if the invocation ends before, and the next run has to do it. */
async function isTimeFor({ notBefore }: Pass, { clock, budget, configuration }: RunContext): Promise<boolean> {
  const waitMs = Math.max(0, notBefore - clock.now());
  if (waitMs === 0) return true;
  if (budget.remainingMs() < waitMs + nextLookMs(configuration.limits)) return false;
  await clock.sleep(waitMs + 1);
  return true;
}

const NOTHING_FOUND = { unmanaged: NOTHING_UNMANAGED, retirements: [], copied: [], rights: {} };

async function inOnePass(context: RunContext, behaviour: Behaviour, pass: Pass, errors: ErrorReport[]): Promise<Found> {
  const { writes, tries } = behaviour;
  const { configuration, serviceClocks, log, budget } = context;
  try {
    const left = leftForActing(budget, configuration.limits, behaviour);
    const look = await budget.leaving(left, () => observeAndPlan(context, behaviour, pass));
    const { planned, services, unmanaged, copied, beyond } = look;
    const clocks = serviceClocks.verdict(configuration.limits.clockToleranceMs);
    if (clocks.kind === 'disagree' && !errors.some(isOfClocks)) {
      const message = `${clocks.detail}: nothing is switched off or deleted, and no working token is replaced, except for what leaked`;
      const mends = clocks.wrong && ([{ kind: 'clock', of: clocks.wrong }] as const);
      errors.push({ code: 'CLOCKS_DISAGREE', message, ...(mends && { mends }) });
    }
    const unreached = clocks.kind === 'disagree' || isNarrow(pass) ? [] : planUnreached(beyond, pass.retire);
    // A dry run may come at any time, and what it says is no evidence.
    if (writes && pass.isFirst) for (const { facts } of planned) logFoundDone(log, facts, configuration.scheduleMs);
    if (writes) await context.witness?.prepare({ planned, unreached, unmanaged, isPartial: pass.isPartial });
    const looked = () =>
      tries === 'mints of all' ? tryMints(services, planned, configuration.mode, errors) : reportAll(planned);
    const consumers = await (writes ? applyAll(services, planned, errors) : looked());
    const retirements = writes
      ? await endAll(services, beyond, unreached, errors)
      : unreached.map((step) => reportAction({ ...plannedAction(step), outcome: 'planned', error: undefined }));
    const rights = rightsOf(
      planned.map(({ facts }) => facts),
      configuration.influxdb,
    );
    const waitsSince = longestWaitSince(planned, consumers);
    if (writes) errors.push(...tooLongWaits(waitsSince, consumers, context.clock.now()));
    return { consumers, unmanaged, retirements, copied, rights, waitsSince };
  } catch (error) {
    logDefect(log, error, undefined);
    errors.push({ code: codeOf(error), message: messageOf(error), ...mendsOf(error) });
    const consumers = pass.consumers.map((each) => reportUnseen(each, context.clock.now()));
    return { ...NOTHING_FOUND, consumers, rights: { rightsUnknownFor: consumers.map(({ consumer }) => consumer) } };
  }
}

/** About some consumers, and nothing beyond them. */
function isNarrow({ isPartial, retire }: Pass): boolean {
  return isPartial && retire === undefined;
}
