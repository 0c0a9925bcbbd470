import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Rotator, runIn } from '../function/rotator.ts';
import { ofDeployment, type Past } from '../log/past.ts';
import { about } from '../options.ts';
import { consumerLines } from '../status/consumer-lines.ts';
import { statusOf } from '../status/status.ts';
import { statusLines } from '../status/status-lines.ts';
import { print, tell, terminalWidth } from '../terminal.ts';
import { ask } from './ask.ts';

/** What `status` can be told. */
export interface StatusOptions {
  readonly json: boolean;
  readonly watch?: boolean;
  readonly gate?: boolean;
}

/** Between two looks of `--watch`. */
const WATCH_MS = 10_000;

/** The log is read beside the answer. After it, it may take as long again as the answer took, and this at least. */
const LEAST_PATIENCE_MS = 1000;

/** @returns the exit code: 3 with `--gate` if anybody is out of policy, 1 if the function could not look. */
export async function showStatus(rotator: Rotator, name: string | undefined, options: StatusOptions): Promise<number> {
  let told: string | undefined;
  for (;;) {
    const { answer, past } = await lookOnce(rotator, name);
    if (past?.problem !== undefined && past.problem !== told) tell(past.problem);
    told = past?.problem;
    const code = show(answer, past, name, options);
    if (options.watch !== true || !process.stdout.writable) return code;
    await sleep(WATCH_MS);
    if (process.stdout.isTTY) process.stdout.write('\u001B[2J\u001B[H');
  }
}

interface Look {
  readonly answer: Answer;
  /** Undefined where there is no log, or nothing to add it to. */
  readonly past: Past | undefined;
}

async function lookOnce(rotator: Rotator, name: string | undefined): Promise<Look> {
  const patience = new AbortController();
  const began = performance.now();
  const reading = rotator.log?.lookBack(name, patience.signal);
  try {
    const answer = await ask(rotator, { action: 'status', ...about(name === undefined ? [] : [name]) });
    const report = runIn(answer);
    if (report === undefined || reading === undefined) return { answer, past: undefined };
    const left = Math.max(LEAST_PATIENCE_MS, performance.now() - began);
    setTimeout(() => patience.abort(), left).unref();
    return { answer, past: ofDeployment(await reading, report.deployment) };
  } finally {
    patience.abort();
  }
}

function show(answer: Answer, past: Past | undefined, name: string | undefined, options: StatusOptions): number {
  const report = runIn(answer);
  if (report === undefined) return 1;
  const status = statusOf(report, past);
  if (options.json) print([JSON.stringify(status, undefined, 2)]);
  else {
    const width = terminalWidth();
    print(statusLines(status, width));
    for (const each of name === undefined ? [] : report.consumers) {
      const seen = status.consumers.find(({ consumer }) => consumer === each.consumer);
      if (seen !== undefined) print(consumerLines(each, seen, past?.events ?? [], width));
    }
  }
  if (answer.failure !== undefined) return 1;
  return options.gate === true && status.outOfPolicy > 0 ? 3 : 0;
}
