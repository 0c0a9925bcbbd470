import { type Check, checkOf, onlyFaults } from '../check/check.ts';
import { checkLines } from '../check/check-lines.ts';
import { configurationFaults } from '../check/configuration-faults.ts';
import { type Rotator, runIn, UsageError } from '../function/rotator.ts';
import { tellingIfInterrupted } from '../interrupted.ts';
import { about, type Options } from '../options.ts';
import { USUAL } from '../setup/usual.ts';
import { jsonLines, print, terminalWidth } from '../terminal.ts';
import { whomToAsk } from '../whom-to-ask.ts';

/** What `check` can be told. */
export interface CheckOptions extends Options {
  readonly json: boolean;
  readonly deep?: true;
}

/** @returns the exit code: 1 if there are faults, 2 if the configuration itself is at fault. */
export async function showCheck(names: readonly string[], options: CheckOptions): Promise<number> {
  let rotator: Rotator;
  try {
    rotator = await whomToAsk(options);
  } catch (error) {
    const faults = error instanceof UsageError ? configurationFaults(error, options.config ?? USUAL.file) : undefined;
    if (faults === undefined) throw error;
    show(onlyFaults(faults), options);
    return 2;
  }
  const check = await look(rotator, names, options);
  show(check, options);
  return check.faults.length === 0 ? 0 : 1;
}

async function look(rotator: Rotator, names: readonly string[], options: CheckOptions): Promise<Check> {
  const { local, deep } = options;
  const request = deep === true ? { action: 'check' } : { action: 'plan', fail: false };
  const ask = () => rotator.ask({ ...request, ...about(names) });
  const answer = deep === true ? await tellingIfInterrupted(() => rotator.whenInterrupted, ask) : await ask();
  const report = runIn(answer);
  if (report?.servers === undefined)
    return onlyFaults([
      {
        group: 'aws',
        code: 'RUN_FAILED',
        consumers: [],
        what: answer.failure ?? 'the function gave no report',
        remedy: [],
      },
    ]);
  return checkOf(report, { servers: report.servers, typed: rotator.typed, isLocal: local });
}

function show(check: Check, { json }: CheckOptions): void {
  print(json ? jsonLines(check) : checkLines(check, terminalWidth()));
}
