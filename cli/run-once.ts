import type { StepReport } from '../lambda/engine/four-steps.ts';
import { closingLines } from '../lambda/engine/report/closing-lines.ts';
import type { RunReport } from '../lambda/engine/report/report.ts';
import { RunFailedError } from '../lambda/engine/report/run-failed-error.ts';
import { LEVELS } from '../lambda/log/levels.ts';
import type { Log } from '../lambda/log/log.ts';
import { inProcess } from './function/in-process.ts';
import { jsonLines, print, tell } from './terminal.ts';
import { tellingMisuse } from './usage.ts';

/**
 * Invokes the handler once, as Lambda would, against the endpoints that the file and the AWS environment name. The report
 * goes to stdout, the log to stderr, and after it what a person must know.
 * @param request what the handler is asked for (docs/commands.md).
 * @returns the exit code: 0 if all went well, 1 if the run or a consumer failed, 2 if configuration or request is bad.
 */
export async function runOnce(file: string, request: object = { action: 'run' }): Promise<number> {
  return tellingMisuse(async () => {
    const { answered, failure = failureIn(answered) } = await inProcess(file, STDERR_LOG).ask(request);
    if (answered !== undefined) {
      print(jsonLines(answered));
      for (const line of lastLines(answered, failure)) tell(line);
    }
    if (failure !== undefined) tell(failure);
    return failure === undefined ? 0 : 1;
  });
}

/** A check answers, whatever failed. */
function failureIn(answered: RunReport | StepReport | undefined): string | undefined {
  const isCheck = answered !== undefined && 'consumers' in answered && answered.action === 'check';
  return isCheck ? RunFailedError.of(answered, 'failed')?.message : undefined;
}

function lastLines(answered: RunReport | StepReport, failure: string | undefined): readonly string[] {
  if (!('consumers' in answered)) return [`resume: done for ${answered.consumer}`];
  return closingLines(answered, { failuresAreTold: failure !== undefined });
}

const STDERR_LOG: Log = (code, fields) => {
  process.stderr.write(`${JSON.stringify({ level: LEVELS[code].toUpperCase(), code, ...fields })}\n`);
};
