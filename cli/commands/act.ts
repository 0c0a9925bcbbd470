import { onlyPlanned } from '../../lambda/engine/report/only-planned.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { type Answer, type Rotator, runIn, UsageError } from '../function/rotator.ts';
import { tellingIfInterrupted } from '../interrupted.ts';
import type { LogEvent } from '../log/log-event.ts';
import { isStep, sentenceOf } from '../log/sentences.ts';
import { isSure, NOTHING_DONE } from '../questions.ts';
import { deedLines, deedsOf, NOTHING_TO_DO } from '../status/deeds.ts';
import { tell, terminalWidth } from '../terminal.ts';
import { ask } from './ask.ts';
import { printOutcome } from './print-outcome.ts';
import { settled } from './settled.ts';

/** What every act can be told. */
export interface ActOptions {
  readonly json: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

/** Something that the function is asked to do. */
export interface Act {
  readonly request: object;
  /** What the function says that it would do; undefined where it cannot say. */
  readonly plan: object | undefined;
  /** The consumers that it is about; all, where it is left out. */
  readonly consumers?: readonly string[];
  /** What a person must know before they say yes, and what the plan cannot show. */
  readonly warning?: string;
  /** It is done, and without a question, where nothing is due: it also tries tokens, and is counted. */
  readonly evenIdle?: true;
  /** The token that it is about does not work any more once it is done: there is nothing to wait for. */
  readonly endsAtOnce?: true;
}

const ANSWERED = 'the function has answered, and only the look after it ended: `status` shows how everything is';
const WAITED_FOR =
  'it is done, and only the waiting ended: the next runs switch the older tokens off by themselves, and `status` shows when';

/** A plan, a question, the act, and how everything is after it. @returns the exit code. */
export function act(rotator: Rotator, asked: Act, options: ActOptions): Promise<number> {
  let truth = NOTHING_DONE;
  const become = (next: string) => {
    truth = next;
  };
  return tellingIfInterrupted(
    () => truth,
    () => actAsAgreed(rotator, asked, options, become),
  );
}

/** @param become is told what is true from then on. */
async function actAsAgreed(
  rotator: Rotator,
  asked: Act,
  options: ActOptions,
  become: (truth: string) => void,
): Promise<number> {
  const { request, plan, consumers, warning, evenIdle = false, endsAtOnce = false } = asked;
  if (options.yes !== true) {
    const planned = plan && (await tellPlan(rotator, plan));
    const foreseen = planned && runIn(planned);
    const undone = foreseen && onlyPlanned(foreseen);
    if (undone !== undefined) {
      tell(undone);
      if (options.json)
        printOutcome({ answered: foreseen, failure: undone }, undefined, { json: true, typed: rotator.typed });
      return 1;
    }
    const isIdle = planned !== undefined && isForNothing(planned);
    if (isIdle && !evenIdle) {
      if (options.json) printOutcome(planned, runIn(planned), { json: true, typed: rotator.typed });
      return planned.failure === undefined ? 0 : 1;
    }
    if (warning !== undefined) tell(warning);
    if (!isIdle && !(await isSure())) {
      if (options.json)
        printOutcome({ answered: undefined, failure: NOTHING_DONE }, undefined, { json: true, typed: rotator.typed });
      return 1;
    }
  }
  become(rotator.whenInterrupted);
  tell('asked, and waiting for the answer …');
  const answer = await ask(rotator, request, tellStep);
  const look = { action: 'status', ...(consumers !== undefined && { consumers }) };
  const waits = options.wait === true && !endsAtOnce && answer.failure === undefined;
  become(waits ? WAITED_FOR : ANSWERED);
  const { report, isSettled } = await settled(() => lookAfter(rotator, look), waits);
  const undone = report && onlyPlanned(report);
  const failure = answer.failure ?? undone;
  printOutcome({ ...answer, failure }, report, { json: options.json, typed: rotator.typed });
  // The failure of a command was told before the status, which is as if all was done.
  if (undone !== undefined) tell(answer.failure === undefined ? undone : NOTHING_DONE);
  return failure === undefined && report !== undefined && isSettled ? 0 : 1;
}

async function tellPlan(rotator: Rotator, plan: object): Promise<Answer> {
  const planned = await ask(rotator, plan);
  const report = runIn(planned);
  if (report === undefined) return planned;
  for (const line of deedLines(deedsOf(report), terminalWidth())) tell(line);
  if (isForNothing(planned) && planned.failure === undefined) {
    tell(NOTHING_TO_DO);
    for (const { consumer, reason } of report.consumers) tell(`  ${consumer}: ${reason}`);
  }
  return planned;
}

/** It is certain that nothing would be done. */
function isForNothing(planned: Answer): boolean {
  const report = runIn(planned);
  return report !== undefined && deedsOf(report).length === 0;
}

function tellStep(event: LogEvent): void {
  if (isStep(event)) tell(`${event.fields.consumer}: ${sentenceOf(event)}`);
}

/** Undefined where it cannot be seen: what was done is done all the same. */
async function lookAfter(rotator: Rotator, request: object): Promise<RunReport | undefined> {
  try {
    return runIn(await ask(rotator, request));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(`how everything is now could not be seen: ${error.message}`);
    return undefined;
  }
}
