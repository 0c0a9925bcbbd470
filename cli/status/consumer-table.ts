import { styleText } from 'node:util';
import { ageBar } from './age-bar.ts';
import type { Health } from './health.ts';
import { fits, minuteOf, short, shortLeft, table, type Width } from './lines.ts';
import type { ConsumerStatus } from './status.ts';

type Style = Parameters<typeof styleText>[0];

export const LOOK = {
  'no-access': ['✘', 'red'],
  failed: ['✘', 'red'],
  blocked: ['✘', 'red'],
  overdue: ['✘', 'red'],
  'exception-expired': ['✘', 'red'],
  waiting: ['•', 'yellow'],
  due: ['•', 'yellow'],
  exempt: ['•', 'yellow'],
  ok: ['✔', 'green'],
  retired: ['–', 'dim'],
} as const satisfies Record<Health, readonly [mark: string, style: Style]>;

/** A column about a consumer. */
interface Column {
  readonly title: string;
  readonly of: (each: ConsumerStatus, now: number) => string;
}

const STATE: Column = { title: 'STATE', of: ({ health }) => coloured(health, `${LOOK[health][0]} ${wordOf(health)}`) };
const SINCE: Column = {
  title: 'SINCE',
  of: ({ since }, now) => (since === undefined ? '' : short(now - Date.parse(since))),
};
const CONSUMER: Column = { title: 'CONSUMER', of: ({ consumer }) => consumer };
const AGE: Column = { title: 'AGE', of: (each, now) => age(each, now)?.words ?? '–' };
const AGE_BAR: Column = {
  title: 'AGE',
  of: (each, now) => {
    const found = age(each, now);
    return found === undefined ? '–' : `${ageBar(found.share, LOOK[each.health][1])} ${found.words}`;
  },
};
const ALIVE: Column = {
  title: 'ALIVE',
  of: ({ provenAt }, now) => (typeof provenAt === 'string' ? `${short(now - Date.parse(provenAt))} ago` : ''),
};
const NEXT: Column = {
  title: 'NEXT',
  of: ({ nextRotationAt }, now) => (nextRotationAt === undefined ? '' : `in ${left(nextRotationAt, now)}`),
};
/** What is known of the end of an older token: until when it works, or from when on it may be deleted. */
type EndTold = Readonly<Record<'works' | 'off', (until: string, now: number) => string>>;

const IN_SHORT: EndTold = {
  works: (until, now) => `works ${left(until, now)} more`,
  off: (until, now) => `off, deleted in ${left(until, now)}`,
};
const WITH_TIME: EndTold = {
  works: (until, now) => `works until ${minuteOf(until)} (${left(until, now)})`,
  off: (until, now) => `off, deleted after ${minuteOf(until)} (${left(until, now)})`,
};
const NOT_TOLD = { works: 'works', off: 'off', unknown: 'not seen' } as const;
const DUE = { works: 'works, ends in the next run', off: 'off, deleted in the next run' } as const;

const OLD: Column = { title: 'OLD TOKEN', of: (each, now) => older(each, now, IN_SHORT) };
const OLD_WITH_TIME: Column = {
  title: 'OLD TOKEN',
  of: (each, now) => older(each, now, WITH_TIME),
};

/** From the widest to the narrowest. The place of the name is the same in all. */
const LAYOUTS: readonly (readonly Column[])[] = [
  [STATE, CONSUMER, SINCE, AGE_BAR, ALIVE, NEXT, OLD_WITH_TIME],
  [STATE, CONSUMER, SINCE, AGE_BAR, ALIVE, NEXT, OLD],
  [STATE, CONSUMER, SINCE, AGE, ALIVE, NEXT, OLD],
  [STATE, CONSUMER, SINCE, AGE, NEXT, OLD],
  [STATE, CONSUMER, AGE, OLD],
  [STATE, CONSUMER, AGE],
];
const NAME = 1;
/** A name is not cut below that for the sake of another column. */
const NAME_LEAST = 24;

/** A line of titles, which is missing where there is no room for columns, and the lines of each consumer. */
export function consumerTable(consumers: readonly ConsumerStatus[], now: number, width: Width): string[][] {
  const rowsOf = (columns: readonly Column[]) => [
    columns.map(({ title }) => styleText('dim', title)),
    ...consumers.map((each) => columns.map(({ of }) => of(each, now))),
  ];
  const all = LAYOUTS.map(rowsOf).map(withoutTitlesOfNothing);
  const shortNames = (rows: string[][]) =>
    rows.map((row) => row.map((text, column) => (column === NAME ? text.slice(0, NAME_LEAST) : text)));
  const chosen = all.find((rows) => fits(shortNames(rows), width));
  if (chosen !== undefined) return table(chosen, { width, cut: NAME });
  return [[], ...table((all.at(-1) ?? []).slice(1), { width, cut: NAME })];
}

function withoutTitlesOfNothing(rows: string[][]): string[][] {
  const [titles = [], ...rest] = rows;
  return [titles.map((title, column) => (rest.some((row) => row[column] !== '') ? title : '')), ...rest];
}

export function coloured(health: Health, text: string): string {
  return styleText(LOOK[health][1], text);
}

export function wordOf(health: Health): string {
  return health.replace('-', ' ');
}

function age(
  { health, mintedAt, overdueAt }: ConsumerStatus,
  now: number,
): { words: string; share: number } | undefined {
  if (health === 'retired' || mintedAt === undefined || overdueAt === undefined) return undefined;
  const since = Date.parse(mintedAt);
  const most = Date.parse(overdueAt) - since;
  return { words: `${short(now - since)}, max ${short(most)}`, share: (now - since) / most };
}

function older({ older: all }: ConsumerStatus, now: number, told: EndTold): string {
  const [first, ...more] = all;
  if (first === undefined) return '';
  return `${endOf(first, now, told)}${more.length === 0 ? '' : ` (+${more.length})`}`;
}

function endOf({ phase, until }: ConsumerStatus['older'][number], now: number, told: EndTold): string {
  if (until === undefined || phase === 'unknown') return NOT_TOLD[phase];
  return Date.parse(until) > now ? told[phase](until, now) : DUE[phase];
}

function left(until: string, now: number): string {
  return shortLeft(Date.parse(until) - now);
}
