import { parseDurationText } from './duration.ts';
import type { ConfigurationFile, ConsumerFile } from './file/schema.ts';
import { DAYS, type FreezeFile, SOAK_DEFAULT, type WindowFile } from './file/when.ts';
import { defaultSpreadMs, type Lives, partOfSpreadMs } from './spread.ts';
import { MINUTES_A_WEEK } from './time-zone.ts';

/** When tokens that work may be replaced. */
export interface Allowed {
  /** Undefined: at any time. */
  readonly window: Window | undefined;
  /** Those of the deployment, and the consumer's own. */
  readonly freezes: readonly Freeze[];
}

/** When a consumer's token is replaced by the rules of the configuration. */
export interface When extends Allowed {
  /** How much earlier than `rotateEvery` the token falls due, so that not all do at once. */
  readonly rotateEarlyMs: number;
}

/** The times of each week at which a clock on the wall of a time zone shows that it is open. */
export interface Window {
  /** Apart from each other, in the order of the week. */
  readonly openings: readonly Opening[];
  readonly timeZone: string;
  /** As a person writes it. */
  readonly text: string;
}

export interface Opening {
  /** Minutes since Monday, 0:00. */
  readonly from: number;
  /** In minutes. It may go on in the next week. */
  readonly length: number;
}

/** A time in which nothing is replaced that works; its ends in milliseconds since the epoch. */
export interface Freeze {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** Nor is anything switched off or deleted. */
  readonly everything: boolean;
}

/** Who rotates before all others. */
export interface Canaries {
  readonly consumers: readonly string[];
  /** For how long each of them must be well with its new token before the others follow, in milliseconds. */
  readonly soakMs: number;
}

export function canariesOf(file: ConfigurationFile['canaries']): Canaries | undefined {
  return file && { consumers: file.consumers, soakMs: parseDurationText(file.soak ?? SOAK_DEFAULT) ?? Number.NaN };
}

type Whole = Pick<ConfigurationFile, 'deployment' | 'freezes' | 'canaries'> & {
  readonly defaults: Pick<ConsumerFile, 'window' | 'spread'>;
  /** How many consumers the deployment has. */
  readonly count: number;
  readonly scheduleMs: number;
  readonly leaseMs: number;
};

/** @param settings what is in force for this consumer otherwise. */
export function fillInWhen(
  { deployment, freezes = [], canaries, count, defaults, scheduleMs, leaseMs }: Whole,
  consumer: Pick<ConsumerFile, 'name' | 'window' | 'freezes' | 'spread'>,
  settings: Lives,
): When {
  const { window, spread } = { ...defaults, ...consumer };
  const spreadMs = parseDurationText(spread) ?? defaultSpreadMs({ ...settings, consumers: count, scheduleMs, leaseMs });
  return {
    window: windowOf(window),
    freezes: [...freezes, ...(consumer.freezes ?? [])].map(freezeOf),
    // So no consumer falls due before those that go first, if their tokens are as old.
    rotateEarlyMs: canaries?.consumers.includes(consumer.name)
      ? spreadMs
      : partOfSpreadMs(deployment, consumer.name, spreadMs),
  };
}

/** Undefined where it never closes. */
export function windowOf(file: WindowFile | undefined): Window | undefined {
  if (file === undefined) return undefined;
  const { days, hours, timeZone = 'UTC' } = file;
  const openings = openingsOf(file);
  if (openings.some(({ length }) => length >= MINUTES_A_WEEK)) return undefined;
  return { openings, timeZone, text: [days?.join(', '), hours, timeZone].filter(Boolean).join(' ') };
}

export function freezeOf({ from, to, reason, everything = false }: FreezeFile): Freeze {
  return { from: Date.parse(from), to: Date.parse(to), reason, everything };
}

/** One for each day, and those that follow on one another as one. */
function openingsOf({ days = [...DAYS], hours = '00:00-24:00' }: WindowFile): Opening[] {
  const [from = 0, to = 0] = hours.split('-').map(minutesOf);
  const length = to > from ? to - from : to + minutesOf('24:00') - from;
  const starts = DAYS.flatMap((day, index) => (days.includes(day) ? index * minutesOf('24:00') + from : []));
  const openings: Opening[] = [];
  for (const start of starts) {
    const last = openings.at(-1);
    if (last !== undefined && last.from + last.length >= start)
      openings.splice(-1, 1, { from: last.from, length: start + length - last.from });
    else openings.push({ from: start, length });
  }
  return joinedAtTheEnd(openings);
}

/** Where Sunday's goes on in Monday's, they are one, too. */
function joinedAtTheEnd(openings: readonly Opening[]): Opening[] {
  const [first, ...others] = openings;
  const last = others.at(-1);
  if (first === undefined || last === undefined || last.from + last.length < first.from + MINUTES_A_WEEK)
    return [...openings];
  return [...others.slice(0, -1), { from: last.from, length: MINUTES_A_WEEK + first.from + first.length - last.from }];
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
