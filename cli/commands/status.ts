import { setTimeout as sleep } from 'node:timers/promises';
import { type Rotator, runIn } from '../function/rotator.ts';
import { about } from '../options.ts';
import { consumerLines } from '../status/consumer-lines.ts';
import { statusOf } from '../status/status.ts';
import { statusLines } from '../status/status-lines.ts';
import { print, terminalWidth } from '../terminal.ts';
import { ask } from './ask.ts';

/** What `status` can be told. */
export interface StatusOptions {
  readonly json: boolean;
  readonly all?: boolean;
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

async function lookOnce(
  rotator: Rotator,
  name: string | undefined,
  { json, gate, all }: StatusOptions,
): Promise<number> {
  const answer = await ask(rotator, { action: 'status', ...about(name === undefined ? [] : [name]) });
  const report = runIn(answer);
  if (report === undefined) return 1;
  const status = statusOf(report, rotator.typed);
  if (json) print([JSON.stringify(status, undefined, 2)]);
  else {
    print(statusLines(status, { width: terminalWidth(), all: all === true || terminalWidth() === undefined }));
    for (const consumer of name === undefined ? [] : report.consumers) print(consumerLines(consumer, terminalWidth()));
  }
  if (answer.failure !== undefined) return 1;
  return gate === true && status.outOfPolicy > 0 ? 3 : 0;
}
