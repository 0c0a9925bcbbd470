import { codeOf, endsRun, logDefect, mendsOf, messageOf } from '../calls/failure.ts';
import { sideBySide, type Workers } from '../calls/side-by-side.ts';
import { applyDecision } from './apply/apply-decision.ts';
import { endToken } from './apply/end-token.ts';
import { plannedAction } from './apply/outcome.ts';
import type { Services } from './apply/services.ts';
import type { Newsroom } from './newsroom.ts';
import type { Decision } from './plan/decision.ts';
import { type Facts, secretIdOf } from './plan/facts.ts';
import { isOwn } from './plan/own-advice.ts';
import type { EndStep } from './plan/steps.ts';
import { mostUrgentFirst } from './plan/turns.ts';
import type { Beyond } from './plan/unreached.ts';
import { type Planned, reportAction, reportApplied, reportUntaken } from './report/consumer-report.ts';
import { Journal } from './report/journal.ts';
import type { ActionReport, ConsumerReport, ErrorReport } from './report/report.ts';
import { TokenTimes } from './report/token-times.ts';

/** What a run would do. */
export function reportAll(planned: readonly Planned[]): readonly ConsumerReport[] {
  return planned.map((each) => reportUntaken(each, 'planned'));
}

/**
 * The rotator's own token first, and alone; then the consumers side by side, the most urgent first, still with the token
 * that this run signed in with. A failure that all would share ends the run with one error.
 */
export async function applyAll(
  services: Services & { readonly crew: Workers; readonly newsroom?: Newsroom | undefined },
  planned: readonly Planned[],
  errors: ErrorReport[],
): Promise<ConsumerReport[]> {
  let ended = false;
  const journalOf = ({ settings }: Facts) => new Journal(services.clock.now, new TokenTimes(settings, services.limits));
  const apply = async (each: Planned) => {
    const { facts, outcome } = each;
    const { settings } = facts;
    if (outcome.kind === 'undecided') logDefect(services.log, outcome.error, settings.name);
    if (outcome.kind === 'undecided' || ended) {
      services.newsroom?.note(each, undefined);
      return reportUntaken(each, 'not-attempted');
    }
    const secretId = secretIdOf(facts);
    const seen = facts.answers.knownDescription();
    const description = seen === 'unasked' ? undefined : seen;
    const { protections } = facts;
    const journal = journalOf(facts);
    const decidedOn = { secretId, description, protections };
    const journaled = { ...services, log: journal.on(services.log) };
    const { actions, error } = await applyDecision(journaled, settings, outcome, decidedOn);
    services.newsroom?.note(each, actions.findLast(({ promoted }) => promoted !== undefined)?.promoted);
    if (error !== undefined) logDefect(services.log, error, settings.name);
    if (endsRun(error) && !ended) {
      ended = true;
      errors.push({ code: codeOf(error), message: messageOf(error), ...mendsOf(error) });
    }
    return reportApplied(facts, outcome, actions, error, journal);
  };
  const reports = new Map<Planned, ConsumerReport>();
  // Whatever becomes of the others.
  for (const each of planned.filter(isIdle)) {
    services.newsroom?.note(each, undefined);
    reports.set(each, reportApplied(each.facts, each.outcome, [], undefined, journalOf(each.facts)));
  }
  const act = async (each: Planned) => reports.set(each, await apply(each));
  const isBusy = (each: Planned) => !isIdle(each);
  const own = planned.filter(({ facts }) => isOwn(facts));
  const others = planned.filter(({ facts }) => !isOwn(facts));
  const busy = others.filter(isBusy);
  await sideBySide(own.filter(isBusy), act);
  await sideBySide(busy, act, mostUrgentFirst(busy), services.crew);
  return [...own, ...others].flatMap((each) => reports.get(each) ?? []);
}

/** Nothing is to be done for it. */
function isIdle(each: Planned): each is Planned & { readonly outcome: Decision } {
  return each.outcome.kind === 'decision' && each.outcome.state === 'idle';
}

/** Ends what no configured secret reaches, one after the other. */
export async function endAll(
  services: Services,
  { protections }: Beyond,
  steps: readonly EndStep[],
  errors: ErrorReport[],
): Promise<ActionReport[]> {
  const reports: ActionReport[] = [];
  for (const step of steps) {
    const consumer = { name: step.identity.consumer, proof: false, tokenKey: '' };
    const action = plannedAction(step);
    try {
      await endToken(services, consumer, step, { secretId: '', description: undefined, protections });
      reports.push(reportAction({ ...action, outcome: 'done', error: undefined }));
    } catch (error) {
      const failure = { code: codeOf(error), message: messageOf(error) };
      errors.push(failure);
      reports.push(reportAction({ ...action, outcome: 'failed', error: failure }));
      if (endsRun(error)) break;
    }
  }
  return reports;
}
