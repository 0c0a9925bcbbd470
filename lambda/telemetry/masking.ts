import { masked } from '../calls/masked.ts';
import type { Secrets } from '../calls/secrets.ts';
import type { ConsumerReport, RunReport } from '../engine/report/report.ts';
import { LEVELS } from '../log/levels.ts';
import type { Log } from '../log/log.ts';

/** What went well is told in our own words; a failure may quote others. */
export function masking(log: Log, secrets: Secrets): Log {
  return (code, fields) => log(code, LEVELS[code] === 'info' ? fields : masked(fields, secrets));
}

export function maskedReport({ errors, notices, consumers, ...rest }: RunReport, secrets: Secrets): RunReport {
  const isQuiet = ({ state, notes, proof, trial }: ConsumerReport) =>
    state === 'idle' && notes.length === 0 && proof?.result !== 'unproven' && trial?.reason === undefined;
  return {
    ...rest,
    errors: masked(errors, secrets),
    notices: masked(notices, secrets),
    consumers: consumers.map((each) => (isQuiet(each) ? each : masked(each, secrets))),
  };
}
