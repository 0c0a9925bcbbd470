import type { RunReport } from '../../lambda/engine/report/report.ts';
import { type Answer, runIn } from '../function/rotator.ts';
import { deedLines, NOTHING_TO_DO, ONLY_A_PERSON } from '../status/deeds.ts';
import { outcomeOf } from '../status/outcome.ts';
import { statusLines } from '../status/status-lines.ts';
import { jsonLines, print, terminalWidth } from '../terminal.ts';
import type { Typed } from '../typed.ts';

/** @param seen how everything is after it. */
export function printOutcome(
  answer: Answer,
  seen: RunReport | undefined,
  { json, typed }: { json: boolean; typed: Typed },
): void {
  const outcome = outcomeOf(runIn(answer), answer.failure, seen, typed);
  if (json) print(jsonLines(outcome));
  else {
    const { deeds, status } = outcome;
    const isIdle = deeds?.length === 0 && answer.failure === undefined;
    const done = isIdle
      ? [status !== undefined && status.outOfPolicy > 0 ? ONLY_A_PERSON : NOTHING_TO_DO]
      : deedLines(deeds ?? [], terminalWidth());
    const after =
      status === undefined ? [] : statusLines(status, { width: terminalWidth(), all: terminalWidth() === undefined });
    print(done.length > 0 && after.length > 0 ? [...done, '', ...after] : [...done, ...after]);
  }
}
