import { type Rotator, runIn } from '../function/rotator.ts';
import { about } from '../options.ts';
import { consumerLines } from '../status/consumer-lines.ts';
import type { Width } from '../status/lines.ts';
import { statusOf } from '../status/status.ts';
import { statusLines } from '../status/status-lines.ts';
import { print, tell, terminalWidth } from '../terminal.ts';
import { type Look, watch } from './watch.ts';

/** What `status` can be told. */
export interface StatusOptions {
  readonly json: boolean;
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly gate?: boolean;
}

/** @returns the exit code: 3 with `--gate` if anybody is out of policy, 1 if the function could not look. */
export async function showStatus(rotator: Rotator, name: string | undefined, options: StatusOptions): Promise<number> {
  const lookNow = () => look(rotator, name, options);
  if (options.watch === true) return watch(lookNow);
  const { linesFor, failure, code } = await lookNow();
  if (failure !== undefined) tell(failure);
  print(linesFor(terminalWidth()));
  return code;
}

async function look(rotator: Rotator, name: string | undefined, options: StatusOptions): Promise<Look> {
  const { json, gate, all } = options;
  const answer = await rotator.ask({ action: 'status', ...about(name === undefined ? [] : [name]) });
  const report = runIn(answer);
  const { failure } = answer;
  if (report === undefined) return { linesFor: () => [], failure, code: 1 };
  const status = statusOf(report, rotator.typed);
  const linesFor = (width: Width) => [
    // In a pipe, nothing scrolls away, and a search must find each.
    ...statusLines(status, { width, all: all === true || width === undefined }),
    ...(name === undefined ? [] : report.consumers.flatMap((consumer) => consumerLines(consumer, width))),
  ];
  return {
    linesFor: json ? () => [JSON.stringify(status, undefined, 2)] : linesFor,
    failure,
    code: failure !== undefined ? 1 : gate === true && status.outOfPolicy > 0 ? 3 : 0,
  };
}
