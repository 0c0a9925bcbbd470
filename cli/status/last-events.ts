import * as z from 'zod';
import type { LogEvent } from '../log/log-event.ts';
import { sentenceOf } from '../log/sentences.ts';

export const LAST_EVENT = z
  .strictObject({
    at: z.iso.datetime().describe('ISO 8601, UTC'),
    code: z.string().describe('of docs/codes.md'),
    text: z.string(),
    times: z.int().describe('how often it came in a row; `at` is the last of them'),
  })
  .describe('an event of the function about the consumer');

export type LastEvent = z.infer<typeof LAST_EVENT>;

const MOST = 10;

/** What the report has, too, or what is the same every day. */
const LEFT_OUT: ReadonlySet<string> = new Set(['CONSUMER_DONE', 'CONSUMER_DUE', 'CONSUMER_NOTE', 'TOKEN_ALIVE']);

/** The last events in the order in which they came. @param events the latest first. */
export function lastEvents(events: readonly LogEvent[]): LastEvent[] {
  const last: LastEvent[] = [];
  for (const event of events) {
    if (LEFT_OUT.has(event.code)) continue;
    const { at, code } = event;
    const text = sentenceOf(event);
    const after = last.at(-1);
    if (after?.text === text) last[last.length - 1] = { ...after, times: after.times + 1 };
    else if (last.length === MOST) break;
    else last.push({ at, code, text, times: 1 });
  }
  return last.toReversed();
}
