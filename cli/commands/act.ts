import { setTimeout as sleep } from 'node:timers/promises';
import { confirm, isCancel } from '@clack/prompts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { type Answer, type Rotator, runIn, UsageError } from '../function/rotator.ts';
import { canAsk } from '../questions.ts';
import { deedLines, deedsOf, NOTHING_TO_DO } from '../status/deeds.ts';
import { statusOf } from '../status/status.ts';
import { tell } from '../terminal.ts';
import { ask } from './ask.ts';
import { printOutcome } from './print-outcome.ts';

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
}

/** Between two looks of `--wait`. */
const WAIT_MS = 15_000;

/** A plan, a question, the act, and how everything is after it. @returns the exit code. */
export async function act(rotator: Rotator, asked: Act, options: ActOptions): Promise<number> {
  const { request, plan, consumers, warning } = asked;
  if (options.yes !== true) {
    const planned = plan && (await tellPlan(rotator, plan));
    if (planned !== undefined && isForNothing(planned)) {
      if (options.json) printOutcome(planned, runIn(planned), true);
      return planned.failure === undefined ? 0 : 1;
    }
    if (warning !== undefined) tell(warning);
    if (!(await isSure())) return 1;
  }
  const answer = await askUntilInterrupted(rotator, request);
  const look = { action: 'status', ...(consumers !== undefined && { consumers }) };
  const after = await settled(rotator, look, options.wait === true && answer.failure === undefined);
  printOutcome(answer, after, options.json);
  return answer.failure === undefined && after !== undefined ? 0 : 1;
}

async function tellPlan(rotator: Rotator, plan: object): Promise<Answer> {
  const planned = await ask(rotator, plan);
  const report = runIn(planned);
  if (report === undefined) return planned;
  for (const line of deedLines(deedsOf(report))) tell(line);
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

/** @throws {UsageError} where nobody can be asked. */
export async function isSure(): Promise<boolean> {
  if (!canAsk()) throw new UsageError('nobody can be asked here whether this is meant: give --yes');
  const sure = await confirm({ message: 'Go on?', initialValue: false, output: process.stderr });
  if (isCancel(sure) || !sure) {
    tell('nothing was done');
    return false;
  }
  return true;
}

async function askUntilInterrupted(rotator: Rotator, request: object): Promise<Answer> {
  const onInterrupt = (): never => {
    tell(rotator.whenInterrupted);
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  try {
    tell('asked, and waiting for the answer …');
    return await ask(rotator, request);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Undefined where it cannot be seen: what was done is done all the same. */
async function lookAfter(rotator: Rotator, request: object): Promise<RunReport | undefined> {
  try {
    return runIn(await ask(rotator, request));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(`how everything is then could not be seen: ${error.message}`);
    return undefined;
  }
}

/** With `wait`, once no token but the current ones works any more. */
async function settled(rotator: Rotator, request: object, wait: boolean): Promise<RunReport | undefined> {
  for (let told = false; ; told = true) {
    const report = await lookAfter(rotator, request);
    if (report === undefined || !wait) return report;
    const live = statusOf(report).consumers.flatMap(({ older }) => older.filter(({ phase }) => phase !== 'off'));
    if (live.length === 0) return report;
    if (!told)
      tell(`waiting until ${live.length === 1 ? 'the older token is' : 'the older tokens are'} switched off …`);
    await sleep(WAIT_MS);
  }
}
