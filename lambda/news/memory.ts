import * as z from 'zod/mini';
import { pages } from '../calls/pages.ts';
import { DAY_MS } from '../config/duration.ts';
import type { Events } from '../log/events.ts';
import type { History } from '../log/history.ts';
import { STATES } from './condition.ts';

// What one run knows for the next: whom it told of what. It is in the log, since nothing else is the function's own
// (docs/decisions/0019). A run notes all of it, so the newest note is all that counts.

const Time = z.iso.datetime();
const State = z.enum(STATES);

/** Of a consumer that is not fine, or of which somebody was not told yet that it is. */
const Noted = z.object({
  subject: z.string(),
  state: State,
  since: Time,
  /** What a channel was told last, where that is something else: it could not be told yet. */
  told: z.optional(z.record(z.string(), State)),
  /** Since when Security Hub has which problem of it, as it was told. */
  findings: z.optional(z.record(z.string(), Time)),
});

export type Noted = z.infer<typeof Noted>;

const Note = z.object({
  run: z.string(),
  startedAt: Time,
  page: z.int(),
  pages: z.int(),
  /** Who is told: what a channel was not there for, it was not told. */
  channels: z.array(z.string()),
  states: z.array(Noted),
  /** What was told of deeds since `deedsSince`, so that none is told twice. */
  deeds: z.array(z.string()),
  deedsSince: Time,
  /** Until when the last digest goes. */
  digestAt: Time,
  /** When Security Hub was told of all problems the last time. */
  findingsAt: Time,
});

/** All of what a run noted. Times are ISO 8601. */
export interface Memory extends Omit<z.infer<typeof Note>, 'run' | 'page' | 'pages' | 'states' | 'channels' | 'deeds'> {
  readonly channels: readonly string[];
  readonly deeds: readonly string[];
  readonly states: ReadonlyMap<string, Noted>;
}

/** A line of a log has at most 256 KB. */
const PER_PAGE = 500;

/** Longer than any outage after which somebody still knows what was told. */
const LONG_MS = 30 * DAY_MS;

interface Circumstances {
  readonly now: number;
  readonly scheduleMs: number;
  readonly clockToleranceMs: number;
  /** What this sandbox noted last: CloudWatch may not show the line of a run that ended a minute ago. */
  readonly own?: Memory | undefined;
}

/**
 * What the newest run noted; undefined where none did in the last thirty days. A note of which lines are missing does not
 * count, nor does one of a time to come, which would silence all runs until then: the one before it does.
 * @throws {CallError} if the log could not be read.
 */
export async function recall(
  history: History,
  { now, scheduleMs, clockToleranceMs, own }: Circumstances,
): Promise<Memory | undefined> {
  const isPast = ({ startedAt }: { readonly startedAt: string }) => Date.parse(startedAt) <= now + clockToleranceMs;
  for (const backMs of [3 * scheduleMs, LONG_MS]) {
    const lines = await history.since(now - backMs, ['STATES_NOTED']);
    const noted = newestOf(lines.flatMap(({ fields }) => Note.safeParse(fields).data ?? []).filter(isPast));
    const since = new Date(now - backMs).toISOString();
    const mine = own !== undefined && isPast(own) && own.startedAt > (noted?.startedAt ?? since) ? own : undefined;
    if (mine !== undefined || noted !== undefined) return mine ?? noted;
  }
  return undefined;
}

function newestOf(lines: readonly z.infer<typeof Note>[]): Memory | undefined {
  const runs = Map.groupBy(lines, ({ run }) => run);
  const whole = [...runs.values()].filter((all) => new Set(all.map(({ page }) => page)).size === all[0]?.pages);
  const [newest] = whole.toSorted(([one], [other]) => (other?.startedAt ?? '').localeCompare(one?.startedAt ?? ''));
  const [first] = newest ?? [];
  if (newest === undefined || first === undefined) return undefined;
  const states = newest.flatMap((line) => line.states).map((each) => [each.subject, each] as const);
  return { ...first, states: new Map(states), deeds: [...new Set(newest.flatMap(({ deeds }) => deeds))] };
}

/** What a run logs for the next. */
export function noteLines(memory: Memory, run: string): Events['STATES_NOTED'][] {
  const { states, deeds, ...rest } = memory;
  const ofStates = pages([...states.values()], PER_PAGE);
  const ofDeeds = pages(deeds, PER_PAGE);
  const count = Math.max(1, ofStates.length, ofDeeds.length);
  return Array.from({ length: count }, (_, index) => {
    const { channels, startedAt, deedsSince, digestAt, findingsAt } = rest;
    const times = { startedAt, deedsSince, digestAt, findingsAt };
    const own = { states: ofStates[index] ?? [], deeds: ofDeeds[index] ?? [] };
    return { run, page: index + 1, pages: count, channels, ...times, ...own };
  });
}
