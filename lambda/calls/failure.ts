import { InfluxdbUnreachableError, RotatorRejectedError } from '../influxdb/errors.ts';
import type { Log } from '../log/log.ts';
import { SecretsManagerError } from '../secrets-manager/errors.ts';
import { CallError } from './call-error.ts';

/** An error whose message we wrote ourselves, so that it holds no value and may be shown. */
export abstract class EngineError extends Error {}

/** True for failures that every other consumer would meet as well: the run ends early with one error, not with N. */
export function endsRun(error: unknown): boolean {
  if (error instanceof RotatorRejectedError || error instanceof InfluxdbUnreachableError) return true;
  return error instanceof SecretsManagerError && error.concernsAll;
}

/** The text of a failure for reports and logs. A message that we did not write could quote a token, and is left out. */
export function messageOf(error: unknown): string {
  if (error instanceof CallError || error instanceof EngineError) return error.message;
  return `unexpected ${error instanceof Error ? error.name : 'error'}: a defect, please report it with the log line UNEXPECTED_ERROR`;
}

/** Logs where a defect happened: its kind and its frames, without its message. */
export function logDefect(log: Log, error: unknown, consumer: string | undefined): void {
  if (error instanceof CallError || error instanceof EngineError) return;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  log.error('UNEXPECTED_ERROR', {
    consumer,
    error: error instanceof Error ? error.name : typeof error,
    frames: frames.map((line) => line.trim()),
  });
}
