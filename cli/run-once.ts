import { readFileSync } from 'node:fs';
import { parseConfigurationText } from '../lambda/config/configuration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import type { RunReport } from '../lambda/engine/report/report.ts';
import { RunFailedError } from '../lambda/engine/report/run-failed-error.ts';
import { createHandler } from '../lambda/handler.ts';
import { LEVELS } from '../lambda/log/events.ts';
import type { Log } from '../lambda/log/log.ts';

/**
 * Runs the handler once, as Lambda would start it, against the endpoints that the file and the AWS environment name.
 * The report goes to stdout, the log to stderr.
 * @returns the exit code: 0 if all went well, 1 if the run or a consumer failed, 2 if the configuration is bad.
 */
export async function runOnce(file: string): Promise<number> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    process.stderr.write(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}): give the path of a configuration, for example prod.json\n`,
    );
    return 2;
  }
  try {
    const configuration = parseConfigurationText(text, file);
    const handler = createHandler({ configuration, log: STDERR_LOG, publishMetrics: () => {} });
    const endsAt = Date.now() + configuration.limits.functionTimeoutMs;
    const report = await handler({ action: 'run' }, { getRemainingTimeInMillis: () => endsAt - Date.now() });
    print(report);
    return 0;
  } catch (error) {
    if (error instanceof RunFailedError) {
      print(error.report);
      process.stderr.write(`${error.message}\n`);
      return 1;
    }
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

const STDERR_LOG: Log = (code, fields) => {
  process.stderr.write(`${JSON.stringify({ level: LEVELS[code].toUpperCase(), code, ...fields })}\n`);
};

function print(report: RunReport): void {
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}
