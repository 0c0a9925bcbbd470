import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type Configuration, parseConfigurationText } from '../../lambda/config/configuration.ts';
import { ConfigurationError } from '../../lambda/config/problems.ts';
import { useProblems } from '../../lambda/config/use-problems.ts';
import { warningsOf } from '../../lambda/config/warnings.ts';
import { RunFailedError } from '../../lambda/engine/report/run-failed-error.ts';
import { StepFailedError, StepRefusedError } from '../../lambda/engine/step-error.ts';
import { createHandler } from '../../lambda/handler.ts';
import type { Log } from '../../lambda/log/log.ts';
import { RequestError } from '../../lambda/requests/request.ts';
import { eventOf } from '../log/log-event.ts';
import { typedFor } from '../status/next-command.ts';
import { tell } from '../terminal.ts';
import { RequestRefusedError, type Rotator, UsageError } from './rotator.ts';

/** Runs the handler in this process, against the endpoints that the file and the AWS environment name. */
export function inProcess(file: string, log: Log): Rotator {
  const configuration = readConfiguration(file);
  // The others are in the log of each run.
  for (const { message, inEachRun } of warningsOf(configuration, Date.now()))
    if (!inEachRun) tell(`warning: ${message}`);
  return {
    typed: typedFor(` --local --config ${file}`, file),
    whenInterrupted: 'the run ended here, in the middle; the next run finishes what it left',
    ask: async (request, follow) => {
      const told: Log = (code, fields) => {
        log(code, fields);
        follow?.(eventOf(code, fields, randomUUID(), Date.now()));
      };
      const handler = createHandler({ configuration, log: told, publishMetrics: () => {} });
      const endsAt = Date.now() + configuration.limits.functionTimeoutMs;
      try {
        const answered = await handler(request, { getRemainingTimeInMillis: () => endsAt - Date.now() });
        return { answered, failure: undefined };
      } catch (error) {
        if (error instanceof RunFailedError) return { answered: error.report, failure: error.message };
        if (error instanceof StepRefusedError || error instanceof StepFailedError)
          return { answered: undefined, failure: error.message };
        if (error instanceof RequestError) throw new RequestRefusedError(error.message, { cause: error });
        throw error;
      }
    },
  };
}

/** @throws {UsageError} that says all that is wrong with it. */
export function readConfiguration(file: string): Configuration {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}${isAbsolute(file) ? '' : `; it was looked for in ${process.cwd()}`}): give the path of a configuration, for example prod.json`,
      { cause: error },
    );
  }
  return configurationIn(bytes, file);
}

/**
 * @param file what errors call it.
 * @throws {UsageError} that says all that is wrong with it.
 */
export function configurationIn(content: Uint8Array | string, file: string): Configuration {
  try {
    const configuration = parseConfigurationText(content, file);
    const problems = useProblems(configuration, { nowMs: Date.now(), region: process.env.AWS_REGION });
    if (problems.length > 0) throw new ConfigurationError(file, problems);
    return configuration;
  } catch (error) {
    if (error instanceof ConfigurationError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
