import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import { rotatedIn } from '../config/self.ts';
import type { ConsumerReport, RunReport, TokenReport } from '../engine/report/report.ts';
import { dueSoon } from './due-soon.ts';
import type { Why } from './why.ts';

/** How a consumer is, for those who are told of changes. The later, the worse. */
export const STATES = ['fine', 'due-soon', 'overdue', 'blocked', 'failed'] as const;

export type State = (typeof STATES)[number];

/** What a finding is about. A consumer may have several at once, though it is in one state. */
export type Problem = 'failed' | 'blocked' | 'overdue';

/** How one consumer is after a run. */
export interface Condition {
  /** The name of a consumer; `RUN` for the run as a whole. */
  readonly subject: string;
  readonly secret?: string;
  readonly retired: boolean;
  readonly state: State;
  readonly why: Why | undefined;
  readonly problems: ReadonlyMap<Problem, Why>;
}

/** No consumer has this name. */
export const RUN = '*';

/** Every condition that a run of all consumers knows. Whom it did not get to is left out: it is as it was. Pure. */
export function conditionsIn(report: RunReport, terms: Configuration, now: number): Condition[] {
  const settings = new Map(rotatedIn(terms).map((each) => [each.name, each]));
  const ofConsumers = report.consumers.flatMap((each) => {
    const own = settings.get(each.consumer);
    return own === undefined || UNKNOWN.has(each.state) ? [] : [conditionOf(each, own, terms, now)];
  });
  return [ofRun(report), ...ofConsumers];
}

const UNKNOWN: ReadonlySet<ConsumerReport['state']> = new Set(['not-attempted', 'changed']);

function ofRun({ errors: [first, ...more] }: RunReport): Condition {
  if (first === undefined) return { subject: RUN, retired: false, state: 'fine', why: undefined, problems: new Map() };
  const reason = more.length === 0 ? first.message : `${first.message} (and ${more.length} more)`;
  const why = { code: first.code, reason };
  return { subject: RUN, retired: false, state: 'failed', why, problems: new Map([['failed', why]]) };
}

function conditionOf(report: ConsumerReport, settings: ConsumerSettings, terms: Configuration, now: number): Condition {
  const problems = problemsOf(report);
  const [worst] = problems;
  const soon = worst === undefined ? dueSoon(report, settings, terms, now) : undefined;
  return {
    ...{ subject: report.consumer, secret: report.secret, retired: settings.retired, problems },
    state: worst?.[0] ?? (soon === undefined ? 'fine' : 'due-soon'),
    why: worst?.[1] ?? soon,
  };
}

/**
 * The worst first. It is not what `complianceOf` says: what could not be looked at is unknown to an auditor, and a failure
 * to whoever mends it; and a consumer whose first rotation by Secrets Manager is to come has no access, and is no news.
 */
function problemsOf(report: ConsumerReport): Map<Problem, Why> {
  const { state, tokens } = report;
  const old = tokens.filter(({ overdue }) => overdue);
  return new Map<Problem, Why>([
    ...(state === 'failed' || state === 'blocked' ? [[state, verdictOf(report)] as const] : []),
    ...(old.length > 0 ? [['overdue', tooOld(old)] as const] : []),
  ]);
}

function verdictOf({ reason, why, obstacle, errorCode }: ConsumerReport): Why {
  const until = errorCode === undefined ? (obstacle?.until ?? why.until) : undefined;
  return { code: errorCode ?? obstacle?.code ?? why.code, reason, ...(until !== undefined && { until }) };
}

function tooOld(tokens: readonly TokenReport[]): Why {
  const [{ authorizationId, overdueAt } = {} as TokenReport] = tokens;
  const whose = tokens.length === 1 ? `token ${authorizationId} is` : `${tokens.length} tokens are`;
  return { reason: `${whose} older than maxTokenAge${overdueAt === undefined ? '' : `, since ${overdueAt}`}` };
}
