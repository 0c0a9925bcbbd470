import { CallError } from '../calls/call-error.ts';
import { codeOf, endsRun, logDefect, mendsOf, messageOf } from '../calls/failure.ts';
import { sideBySide } from '../calls/side-by-side.ts';
import type { Configuration } from '../config/configuration.ts';
import { InfluxdbError } from '../influxdb/errors.ts';
import { rightRefused } from '../influxdb/grant.ts';
import { assertAsAsked } from './apply/mint.ts';
import { RotationError } from './apply/rotation-error.ts';
import type { Services } from './apply/services.ts';
import { deleteTrial, makeTrial } from './apply/trial.ts';
import { describe } from './plan/describe.ts';
import type { Reason } from './plan/reason.ts';
import { type TrialOfMint, trialOfMint } from './plan/trial-of-mint.ts';
import { type Planned, reportReason, reportUntaken } from './report/consumer-report.ts';
import { Journal } from './report/journal.ts';
import type { ConsumerReport, ErrorReport, TrialReport } from './report/report.ts';
import { TokenTimes } from './report/token-times.ts';

/** What became of a trial; `error` is what fails the consumer. */
interface Tried {
  readonly trial: TrialReport;
  readonly error?: unknown;
}

/**
 * What a plan says of each consumer, and what InfluxDB did when it was asked for the next token: it is made, inactive, and
 * deleted again. Of the secrets nothing is written.
 */
export function tryMints(
  services: Services,
  planned: readonly Planned[],
  mode: Configuration['mode'],
  errors: ErrorReport[],
): Promise<ConsumerReport[]> {
  let ended = false;
  return sideBySide(planned, async (each): Promise<ConsumerReport> => {
    const { facts, outcome } = each;
    const { settings } = facts;
    const report = reportUntaken(each, 'planned');
    if (outcome.kind === 'undecided') {
      logDefect(services.log, outcome.error, settings.name);
      return { ...report, trial: notTried({ code: 'NOT_PLANNED', error: codeOf(outcome.error) }) };
    }
    const wanted = ended ? ({ code: 'NOT_ATTEMPTED' } as const) : trialOfMint(facts, outcome, mode);
    if ('code' in wanted) return { ...report, trial: notTried(wanted) };
    const journal = new Journal(services.clock.now, new TokenTimes(settings, services.limits));
    const { trial, error } = await tryOne({ ...services, log: journal.on(services.log) }, wanted);
    const tried = { ...report, trial, tokens: journal.after(report.tokens) };
    if (error === undefined) return tried;
    logDefect(services.log, error, settings.name);
    if (endsRun(error) && !ended) {
      ended = true;
      errors.push({ code: codeOf(error), message: messageOf(error), ...mendsOf(error) });
    }
    return { ...tried, state: 'failed', reason: `${report.reason}; ${messageOf(error)}`, errorCode: codeOf(error) };
  });
}

/** That a right is missing was asked before, and is InfluxDB's answer to the mint, too. */
function notTried(reason: Reason): TrialReport {
  const result = reason.code === 'RIGHT_MISSING' ? 'refused' : 'not-tried';
  return { result, reason: describe(reason), ...reportReason(reason) };
}

async function tryOne(services: Services, { identity, target, userId }: TrialOfMint): Promise<Tried> {
  const { influxdb } = services;
  const wanted = { identity, orgId: target.orgId, userId, permissions: target.grant(userId) };
  let authorizationId: string | undefined;
  try {
    const made = await makeTrial(services, influxdb, wanted);
    authorizationId = made.id;
    await deleteTrial(services, influxdb, identity, made);
    assertAsAsked(made, target, userId);
    return { trial: { result: 'made', authorizationId } };
  } catch (error) {
    return { trial: { ...failed(error, authorizationId), ...(authorizationId && { authorizationId }) }, error };
  }
}

function failed(error: unknown, made: string | undefined): TrialReport {
  if (error instanceof RotationError) return { result: 'differs', code: error.code, reason: error.message };
  const said = { code: codeOf(error), reason: messageOf(error) };
  if (made !== undefined) return { result: 'left', ...said };
  if (!(error instanceof CallError)) return { result: 'unproven', ...said };
  if (error.kind === 'not-sent') return { result: 'not-tried', ...said };
  if (error.kind !== 'refused') return { result: 'unproven', ...said };
  const right = error instanceof InfluxdbError ? rightRefused(error) : undefined;
  return right === undefined
    ? { result: 'refused', ...said }
    : { result: 'refused', ...said, code: 'RIGHT_MISSING', right };
}
