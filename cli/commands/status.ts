import { type Answer, type Rotator, runIn } from '../function/rotator.ts';
import { ofDeployment, type Past } from '../log/past.ts';
import { about } from '../options.ts';
import type { Report } from '../report/model.ts';
import { momentOf } from '../report/moment.ts';
import { writeNew } from '../report/new-file.ts';
import { consumerLines } from '../status/consumer-lines.ts';
import type { Width } from '../status/lines.ts';
import { outcomeOf } from '../status/outcome.ts';
import { statusOf } from '../status/status.ts';
import { statusLines } from '../status/status-lines.ts';
import { jsonLines, print, tell, terminalWidth } from '../terminal.ts';
import { type Look, watch } from './watch.ts';

/** What `status` can be told. */
export interface StatusOptions {
  readonly json: boolean;
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly gate?: boolean;
  /** The file to write the page into. */
  readonly html?: string;
}

/** The log is read beside the answer. After it, it may take as long again as the answer took, and this at least. */
const LEAST_PATIENCE_MS = 1000;

/** @returns the exit code: 3 with `--gate` if anybody is out of policy, 1 if the function could not look. */
export async function showStatus(rotator: Rotator, name: string | undefined, options: StatusOptions): Promise<number> {
  const lookNow = () => look(rotator, name, options);
  if (options.watch === true) return watch(lookNow);
  const { linesFor, failure, missing, code } = await lookNow();
  for (const line of [failure, missing]) if (line !== undefined) tell(line);
  print(linesFor(terminalWidth()));
  return code;
}

async function look(rotator: Rotator, name: string | undefined, options: StatusOptions): Promise<Look> {
  const { json, gate, all } = options;
  const { answer, past } = await askAndLookBack(rotator, name);
  const report = runIn(answer);
  const { failure } = answer;
  const missing = past?.problem;
  const { typed } = rotator;
  if (report === undefined) {
    const shown = json ? jsonLines(outcomeOf(undefined, failure, undefined, typed)) : [];
    return { linesFor: () => shown, failure, missing, code: 1 };
  }
  const status = statusOf(report, typed, past);
  if (options.html !== undefined) await writePage(options.html, momentOf(report, typed, past));
  const linesOfOne = (width: Width) =>
    report.consumers.flatMap((each) => {
      const seen = status.consumers.find(({ consumer }) => consumer === each.consumer);
      return seen === undefined ? [] : consumerLines(each, seen, past?.events ?? [], width);
    });
  const linesFor = (width: Width) => [
    // In a pipe, nothing scrolls away, and a search must find each.
    ...statusLines(status, { width, all: all === true || width === undefined }),
    ...(name === undefined ? [] : linesOfOne(width)),
  ];
  return {
    linesFor: json ? () => jsonLines(status) : linesFor,
    ...{ failure, missing },
    code: failure !== undefined ? 1 : gate === true && status.outOfPolicy > 0 ? 3 : 0,
  };
}

/** What draws the page is loaded only for that. */
async function writePage(file: string, report: Report): Promise<void> {
  const { page } = await import('../report/page/page.ts');
  writeNew(file, page(report));
}

interface Seen {
  readonly answer: Answer;
  /** Undefined where there is no log, or nothing to add it to. */
  readonly past: Past | undefined;
}

/** What the function says of the present, and its log of the days before. */
export async function askAndLookBack(rotator: Rotator, name: string | undefined): Promise<Seen> {
  const patience = new AbortController();
  const began = performance.now();
  const reading = rotator.log?.lookBack(name, patience.signal);
  try {
    const answer = await rotator.ask({ action: 'status', ...about(name === undefined ? [] : [name]) });
    const report = runIn(answer);
    if (report === undefined || reading === undefined) return { answer, past: undefined };
    const left = Math.max(LEAST_PATIENCE_MS, performance.now() - began);
    setTimeout(() => patience.abort(), left).unref();
    return { answer, past: ofDeployment(await reading, report.deployment) };
  } finally {
    patience.abort();
  }
}
