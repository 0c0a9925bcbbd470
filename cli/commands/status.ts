import { setTimeout as sleep } from 'node:timers/promises';
import { type Rotator, runIn } from '../function/rotator.ts';
import { consumerLines } from '../status/consumer-lines.ts';
import { isOutOfPolicy } from '../status/health.ts';
import { statusOf } from '../status/status.ts';
import { statusLines } from '../status/status-lines.ts';
import { print, tell, terminalWidth } from '../terminal.ts';

/** What `status` can be told. */
export interface StatusOptions {
  readonly json: boolean;
  readonly watch?: boolean;
  readonly gate?: boolean;
}

/** Between two looks of `--watch`. */
const WATCH_MS = 10_000;

/** @returns the exit code: 3 with `--gate` if anybody is out of policy, 1 if the function could not look. */
export async function showStatus(rotator: Rotator, name: string | undefined, options: StatusOptions): Promise<number> {
  for (;;) {
    const code = await lookOnce(rotator, name, options);
    if (options.watch !== true || !process.stdout.writable) return code;
    await sleep(WATCH_MS);
    if (process.stdout.isTTY) process.stdout.write('\u001B[2J\u001B[H');
  }
}

async function lookOnce(rotator: Rotator, name: string | undefined, { json, gate }: StatusOptions): Promise<number> {
  const request = name === undefined ? { action: 'status' } : { action: 'status', consumers: [name] };
  const answer = await rotator.ask(request);
  const { failure } = answer;
  const report = runIn(answer);
  if (failure !== undefined) tell(failure);
  if (report === undefined) return 1;
  const status = statusOf(report);
  if (json) print([JSON.stringify(status, undefined, 2)]);
  else {
    print(statusLines(status, terminalWidth()));
    for (const consumer of name === undefined ? [] : report.consumers) print(consumerLines(consumer, terminalWidth()));
  }
  if (failure !== undefined) return 1;
  return gate === true && status.consumers.some(({ health }) => isOutOfPolicy(health)) ? 3 : 0;
}
