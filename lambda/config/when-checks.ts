import { formatDuration } from './duration.ts';
import type { Problem } from './problems.ts';
import { timeZoneProblem } from './time-zone.ts';
import { type Allowed, freezeOf, type Window, windowOf } from './when.ts';
import { consumerWhen, overridableWhen, type WindowFile } from './when-schema.ts';
import { longestRunPeriodMs, MINUTE_MS } from './worst-wait.ts';

type Say = (key: string, message: string) => void;

/** Each window and freeze by itself, where it is written. One that the schema refuses is left to it. */
export function whenProblems(
  file: Record<string, unknown>,
  consumers: readonly Record<string, unknown>[],
  schedule: number | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const at = (place: string, part: Record<string, unknown>) => {
    const say: Say = (key, message) => problems.push({ path: `${place}${key}`, message });
    const window = overridableWhen.window.safeParse(part.window).data;
    if (window !== undefined) checkWindow(window, schedule, say);
    checkFreezes(part.freezes, say);
  };
  const { defaults } = file;
  if (typeof defaults === 'object' && defaults !== null) at('defaults.', { ...defaults, freezes: undefined });
  checkFreezes(file.freezes, (key, message) => problems.push({ path: key, message }));
  for (const [index, consumer] of consumers.entries()) at(`consumers[${index}].`, consumer);
  return problems;
}

/** What is in force for a consumer; undefined if something of it is refused by itself. */
export function usableWhen(file: Record<string, unknown>, consumer: Record<string, unknown>): Allowed | undefined {
  const { defaults } = file;
  const general = typeof defaults === 'object' && defaults !== null ? (defaults as Record<string, unknown>) : {};
  const window = overridableWhen.window.safeParse(consumer.window ?? general.window);
  const freezes = [file.freezes, consumer.freezes].map((list) => consumerWhen.freezes.safeParse(list));
  if (!window.success || freezes.some(({ success }) => !success)) return undefined;
  const problems: string[] = [];
  if (window.data !== undefined) checkWindow(window.data, undefined, (key) => problems.push(key));
  if (problems.length > 0) return undefined;
  return { window: windowOf(window.data), freezes: freezes.flatMap(({ data = [] }) => data.map(freezeOf)) };
}

function checkWindow(file: WindowFile, schedule: number | undefined, say: Say): void {
  const { timeZone, hours } = file;
  const problem = timeZone === undefined ? undefined : timeZoneProblem(timeZone);
  if (problem !== undefined) say('window.timeZone', problem);
  const [from, to] = hours?.split('-') ?? [];
  if (from !== undefined && from === to)
    say('window.hours', 'must not begin and end at the same time: leave "hours" out for the whole day');
  const window = windowOf(file);
  if (window !== undefined && schedule !== undefined) checkReach(window, schedule, say);
}

/** Runs begin a period apart, and each may be late. When the first of them begins, nobody chooses. */
function checkReach({ openings }: Window, schedule: number, say: Say): void {
  const openMs = Math.min(...openings.map(({ length }) => length)) * MINUTE_MS;
  const neededMs = longestRunPeriodMs(schedule);
  if (openMs >= neededMs) return;
  say(
    'window',
    `must be open for at least ${formatDuration(neededMs)} at a time, the longest time from one run to the next (schedule, and how late a run may be), or no run may ever begin in it (is open for ${formatDuration(openMs)})`,
  );
}

function checkFreezes(list: unknown, say: Say): void {
  for (const [index, { from, to }] of (consumerWhen.freezes.safeParse(list).data ?? []).entries())
    if (Date.parse(to) <= Date.parse(from)) say(`freezes[${index}].to`, `must be later than "from", ${from}`);
}
