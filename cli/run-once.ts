import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parseConfigurationText } from '../lambda/config/configuration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { useProblems } from '../lambda/config/use-problems.ts';
import { warningsOf } from '../lambda/config/warnings.ts';
import type { StepReport } from '../lambda/engine/four-steps.ts';
import { closingLines } from '../lambda/engine/report/closing-lines.ts';
import type { RunReport } from '../lambda/engine/report/report.ts';
import { RunFailedError } from '../lambda/engine/report/run-failed-error.ts';
import { StepFailedError, StepRefusedError } from '../lambda/engine/step-error.ts';
import { createHandler } from '../lambda/handler.ts';
import { LEVELS } from '../lambda/log/events.ts';
import type { Log } from '../lambda/log/log.ts';
import { RequestError } from '../lambda/requests/request.ts';

/**
 * Invokes the handler once, as Lambda would, against the endpoints that the file and the AWS environment name. The report
 * goes to stdout, the log to stderr, and after it what a person must know.
 * @param request what the handler is asked for (docs/commands.md).
 * @returns the exit code: 0 if all went well, 1 if the run or a consumer failed, 2 if configuration or request is bad.
 */
export async function runOnce(file: string, request: object = { action: 'run' }): Promise<number> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    process.stderr.write(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}${isAbsolute(file) ? '' : `; it was looked for in ${process.cwd()}`}): give the path of a configuration, for example prod.json\n`,
    );
    return 2;
  }
  try {
    const configuration = parseConfigurationText(bytes, file);
    const nowMs = Date.now();
    const problems = useProblems(configuration, { nowMs, region: process.env.AWS_REGION });
    if (problems.length > 0) throw new ConfigurationError(file, problems);
    // The others are in the log of each run.
    for (const { message } of warningsOf(configuration, nowMs).filter(({ inEachRun }) => !inEachRun))
      process.stderr.write(`warning: ${message}\n`);
    const handler = createHandler({ configuration, log: STDERR_LOG, publishMetrics: () => {} });
    const endsAt = Date.now() + configuration.limits.functionTimeoutMs;
    const answer = await handler(request, { getRemainingTimeInMillis: () => endsAt - Date.now() });
    // A `resume` answers as its last step does.
    const report = answer as RunReport | StepReport;
    print(report, 'consumers' in report ? closingLines(report) : [`resume: done for ${report.consumer}`]);
    return 0;
  } catch (error) {
    if (error instanceof RunFailedError) {
      print(error.report, [...closingLines(error.report, { failuresAreTold: true }), error.message]);
      return 1;
    }
    const isStep = error instanceof StepRefusedError || error instanceof StepFailedError;
    if (!(isStep || error instanceof ConfigurationError || error instanceof RequestError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return isStep ? 1 : 2;
  }
}

const STDERR_LOG: Log = (code, fields) => {
  process.stderr.write(`${JSON.stringify({ level: LEVELS[code].toUpperCase(), code, ...fields })}\n`);
};

function print(report: RunReport | StepReport, lastLines: readonly string[]): void {
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  for (const line of lastLines) process.stderr.write(`${line}\n`);
}
