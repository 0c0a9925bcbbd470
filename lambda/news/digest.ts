import { oneLine } from '../calls/cut.ts';
import { DAY_MS } from '../config/duration.ts';
import { runbookLink } from '../config/runbook.ts';
import type { RunReport } from '../engine/report/report.ts';
import type { PastEvent } from '../log/history.ts';
import type { Condition } from './condition.ts';
import { bulleted, type Letterhead, type Message, MOST_LISTED, minuteOf, nameOf, subjectOf } from './message.ts';

const PERIOD_MS = { daily: DAY_MS, weekly: 7 * DAY_MS } as const;

/** From 06:00 UTC on; of a week, on Mondays: 1970-01-05 was one. */
const FIRST_MS = 4 * DAY_MS + DAY_MS / 4;

/** What is counted for it. */
export const COUNTED = ['TOKEN_PROMOTED', 'TOKEN_SWITCHED_OFF', 'TOKEN_DELETED', 'RUN_FINISHED'] as const;

/** True in the first run after the time of a digest. */
export function isDigestDue(digest: keyof typeof PERIOD_MS, lastAt: number, now: number): boolean {
  const periodOf = (time: number) => Math.floor((time - FIRST_MS) / PERIOD_MS[digest]);
  return periodOf(now) > periodOf(lastAt);
}

/** What happened since the last digest, how all are, and what comes in the next such time. */
export function digestOf(
  digest: keyof typeof PERIOD_MS,
  { from, now, past }: { readonly from: string; readonly now: number; readonly past: readonly PastEvent[] },
  { report, conditions }: { readonly report: RunReport; readonly conditions: readonly Condition[] },
  { deployment, runbookUrl }: Letterhead,
): Message {
  const bad = conditions.filter(({ state }) => state !== 'fine');
  const what = bad.length === 0 ? 'all is well' : `${bad.length} ${bad.length === 1 ? 'needs' : 'need'} attention`;
  const until = new Date(now + PERIOD_MS[digest]).toISOString();
  return {
    subject: subjectOf(deployment, `${digest} digest, ${what}`),
    paragraphs: [
      `Deployment ${deployment}, from ${minuteOf(from)} to ${minuteOf(new Date(now).toISOString())}: ${what}.`,
      ...(bad.length === 0 ? [] : [list('Needs attention', bad.map(lineOf))]),
      doneIn(past),
      comingIn(report, until),
    ],
    next: bad.length === 0 ? [] : ['npx influxdb-token-rotation status'],
    runbook: bad.length === 0 ? undefined : runbookLink('find-your-symptom', runbookUrl),
    thread: `${deployment}/digest`,
    type: 'digest',
  };
}

function lineOf({ subject, state, why }: Condition): string {
  const reason = why === undefined ? '' : `: ${oneLine(why.reason, 200)}`;
  return `${nameOf(subject)} is ${state}${reason}`;
}

function doneIn(past: readonly PastEvent[]): string {
  const of = (code: PastEvent['code']) => past.filter((each) => each.code === code);
  // A promotion that died is found by the next run, which logs it again.
  const rotated = new Set(of('TOKEN_PROMOTED').map(({ fields }) => String(fields.authorizationId)));
  const names = [...new Set(of('TOKEN_PROMOTED').map(({ fields }) => String(fields.consumer)))].toSorted();
  const ended = (code: PastEvent['code']) => new Set(of(code).map(({ fields }) => String(fields.authorizationId))).size;
  const runs = of('RUN_FINISHED').filter(({ fields }) => fields.action === 'run');
  const failed = runs.filter(({ fields }) => Number(fields.failed) > 0).length;
  return [
    `Runs: ${runs.length}, of which ${failed} with failures.`,
    `Rotated: ${rotated.size}${names.length === 0 ? '' : ` (${few(names)})`}.`,
    `Switched off: ${ended('TOKEN_SWITCHED_OFF')}. Deleted: ${ended('TOKEN_DELETED')}.`,
  ].join('\n');
}

function comingIn({ consumers }: RunReport, until: string): string {
  const coming = consumers.flatMap(({ consumer, why }) =>
    why.code === 'NEXT_ROTATION' && why.until !== undefined && why.until <= until ? [{ consumer, at: why.until }] : [],
  );
  const inOrder = coming.toSorted((one, other) => one.at.localeCompare(other.at));
  if (inOrder.length === 0) return 'Next: no rotation is due until the next digest.';
  return list(
    'Next rotations',
    inOrder.map(({ consumer, at }) => `${consumer}, ${minuteOf(at)}`),
  );
}

function list(title: string, lines: readonly string[]): string {
  return `${title}:\n${bulleted(lines)}`;
}

function few(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
