import { cut } from '../../calls/cut.ts';
import { runbookLink } from '../../config/runbook.ts';
import { firstFew } from './first-few.ts';
import { isOutOfTime } from './out-of-time.ts';
import type { ActionReport, ConsumerReport, RunReport } from './report.ts';

/**
 * What a person must know after a run, as the last lines that they see: who failed, who is blocked, who has no access, and
 * what to do. If nothing of that is the case, one line says so. Before all that, a command says what it did.
 *
 * @param failuresAreTold another message says who failed.
 */
export function closingLines(report: RunReport, { failuresAreTold = false } = {}): readonly string[] {
  const { consumers, reason } = report;
  const all = allOf(report);
  const inState = (...states: ConsumerReport['state'][]) => consumers.filter(({ state }) => states.includes(state));
  const left = consumers.filter(isOutOfTime);
  const failed = inState('failed', 'not-attempted').filter((each) => !isOutOfTime(each));
  const blocked = inState('blocked');
  const without = consumers.filter(({ access }) => access === 'none');
  const soon = without.filter(getsOne);
  const cutOff = without.filter((each) => !getsOne(each));
  // Something that a run cannot do without must be mended first, and it says what.
  const isStopped = ({ state, tokens }: ConsumerReport) => state === 'blocked' && tokens.some(isCurrent);
  const hindered = cutOff.filter((each) => !isStopped(each));
  const stopped = cutOff.filter(isStopped);
  const sure = soon.filter(({ mayRotate }) => mayRotate === 'may');
  const unsure = soon.filter(({ mayRotate }) => mayRotate !== 'may');
  const untried = consumers.filter(({ state, trial }) => trial?.result === 'not-tried' && state !== 'failed');
  // Every command says why, and nothing else does.
  const isCommand = reason !== undefined;
  const lines = [
    ...(isCommand ? [whatWasDone(report)] : []),
    ...(failuresAreTold ? [] : line(all, failed, FAILED)),
    ...line(all, left, isCommand ? LEFT_BY_COMMAND : LEFT),
    ...line(all, blocked, BLOCKED),
    ...line(all, hindered, HINDERED).map((text) => `${text}; ${SEE_CODES}`),
    ...line(all, stopped, CUT_OFF).map((text) => `${text}; ${SEE_RUNBOOK}`),
    ...line(all, untried, UNTRIED),
    ...line(all, sure, CUT_OFF).map((text) => `${text}; a run would make one`),
    ...line(all, unsure, CUT_OFF).map((text) => `${text}; ${WOULD_TRY}`),
  ];
  return lines.length > 0 || failed.length > 0 ? lines : [allIsWell(report)];
}

interface Said {
  readonly one: string;
  readonly several: string;
  /** What is said of each. */
  readonly of: (each: ConsumerReport) => string;
}

/** A reason says what to do. */
const withReason = ({ consumer, reason }: ConsumerReport) => `${consumer}: ${cut(reason)}`;
const FAILED: Said = { one: 'failed', several: 'failed', of: withReason };
const BLOCKED: Said = {
  ...{ one: 'is blocked, and needs a person', several: 'are blocked, and need a person' },
  of: withReason,
};
const LEFT: Said = {
  ...{ one: 'was not served for lack of time, and waits for the next run' },
  ...{ several: 'were not served for lack of time, and wait for the next run' },
  of: ({ consumer }) => consumer,
};
/** No later run does what a command asks for. */
const LEFT_BY_COMMAND: Said = {
  ...{ one: 'was not served for lack of time: give the command again' },
  ...{ several: 'were not served for lack of time: give the command again' },
  of: ({ consumer }) => consumer,
};
const UNTRIED: Said = {
  ...{ one: 'was not tried', several: 'were not tried' },
  of: ({ consumer, trial }) => `${consumer}: ${cut(trial?.reason ?? '')}`,
};
const CUT_OFF: Said = {
  ...{ one: 'has no working token', several: 'have no working token' },
  of: ({ consumer }) => consumer,
};
/** By the code of what keeps a run from making a token. */
const HINDERED: Said = {
  ...CUT_OFF,
  of: ({ consumer, obstacle, errorCode, why }) => `${consumer} (${obstacle?.code ?? errorCode ?? why.code})`,
};
const SEE_RUNBOOK = `what to do: ${runbookLink('no-access')}`;
const SEE_CODES = 'a run makes one once that is mended: what to do is said with each failure, and in docs/codes.md';

function isCurrent({ role }: ConsumerReport['tokens'][number]): boolean {
  return role === 'current';
}

const WOULD_TRY = "a run would try to make one, but whether the rotator's token may was not checked";

/** This dry run would have put a working token into the secret. */
function getsOne({ state, actions }: ConsumerReport): boolean {
  const gives = ({ kind, outcome }: ConsumerReport['actions'][number]) =>
    outcome === 'planned' && (kind === 'rotate' || kind === 'copy-forward');
  return state === 'acting' && actions.some(gives);
}

/** None, if it can be said of nobody. */
function line(all: string, some: readonly ConsumerReport[], { one, several, of }: Said): string[] {
  if (some.length === 0) return [];
  return [`${some.length} of ${all} ${some.length === 1 ? one : several}: ${firstFew(some, of).join('; ')}`];
}

/** The actions of a command, whatever else it could not do. */
function whatWasDone({ action, consumers, retirements = [] }: RunReport): string {
  const kindsIn = ({ actions }: ConsumerReport) => actions.filter(isDone).map(({ kind }) => kind);
  const served = consumers.filter((each) => kindsIn(each).length > 0);
  const done = [
    ...firstFew(served, (each) => `${each.consumer} (${kindsIn(each).join(', ')})`),
    ...firstFew(retirements.filter(isDone), ({ kind, authorizationId }) => `${authorizationId} (${kind})`),
  ];
  return done.length === 0 ? `${action}: nothing was changed` : `${action}: done for ${done.join('; ')}`;
}

function isDone({ outcome }: ActionReport): boolean {
  return outcome === 'done';
}

function allIsWell(report: RunReport): string {
  const { action, mode, consumers, counts } = report;
  if (action !== 'run' || mode === 'plan') {
    const due = consumers.filter(({ actions }) => actions.length > 0).length;
    const actor = consumers.some(({ why }) => why.code === 'REQUESTED') ? 'the command' : 'a run';
    return `nothing was changed: ${actor} would act for ${due} of ${allOf(report)}, and none has failed or is blocked`;
  }
  const { rotated, switchedOff, deleted } = counts;
  return `${allOf(report)}, of which none failed or is blocked: ${rotated} rotated; tokens switched off: ${switchedOff}, deleted: ${deleted}`;
}

/** Those that an answer has no room for included. */
function allOf({ consumers, omitted }: RunReport): string {
  const count = consumers.length + (omitted?.consumers ?? 0);
  return `${count} ${count === 1 ? 'consumer' : 'consumers'}`;
}
