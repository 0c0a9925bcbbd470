import { formatDuration } from '../duration.ts';
import { consumerWhen, type FreezeFile, overridableWhen, type WindowFile } from '../file/when.ts';
import { objectAt } from '../is-object.ts';
import type { Problem } from '../problems.ts';
import { timeZoneProblem } from '../time-zone.ts';
import { type Allowed, freezeOf, type Window, windowOf } from '../when.ts';
import { longestRunPeriodMs, MINUTE_MS } from '../worst-wait.ts';

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
    const window = windowIn(part);
    if (window !== undefined) checkWindow(window, schedule, say);
    checkFreezes(part.freezes, say);
  };
  at('defaults.', { ...objectAt(file, 'defaults'), freezes: undefined });
  checkFreezes(file.freezes, (key, message) => problems.push({ path: key, message }));
  for (const [index, consumer] of consumers.entries()) at(`consumers[${index}].`, consumer);
  return problems;
}

/** What is in force for a consumer; undefined if something of it is refused by itself. */
export function usableWhen(file: Record<string, unknown>, consumer: Record<string, unknown>): Allowed | undefined {
  const given = consumer.window ?? objectAt(file, 'defaults').window;
  const window = windowIn({ window: given });
  const freezes = [freezesIn(file.freezes), freezesIn(consumer.freezes)].flat();
  if ((given !== undefined && window === undefined) || freezes.includes(undefined)) return undefined;
  const problems: string[] = [];
  if (window !== undefined) checkWindow(window, undefined, (key) => problems.push(key));
  if (problems.length > 0) return undefined;
  return { window: windowOf(window), freezes: freezes.flatMap((each) => (each === undefined ? [] : freezeOf(each))) };
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
  for (const [index, freeze] of freezesIn(list).entries())
    if (freeze !== undefined && Date.parse(freeze.to) <= Date.parse(freeze.from))
      say(`freezes[${index}].to`, `must be later than "from", ${freeze.from}`);
}

/** Mostly there is none, which is known without the schema. Undefined also for what the schema refuses. */
function windowIn({ window }: Record<string, unknown>): WindowFile | undefined {
  return window === undefined ? undefined : overridableWhen.window.safeParse(window).data;
}

/** Undefined stands for what the schema refuses. */
function freezesIn(list: unknown): readonly (FreezeFile | undefined)[] {
  return list === undefined ? [] : (consumerWhen.freezes.safeParse(list).data ?? [undefined]);
}
