import { styleText } from 'node:util';
import prettyMilliseconds from 'pretty-ms';
import { ageBar } from './age-bar.ts';
import { type Health, isOutOfPolicy } from './health.ts';
import { indented, minuteOf, table, type Width } from './lines.ts';
import type { ConsumerStatus, Status } from './status.ts';

const COLOUR = {
  'no-access': 'red',
  failed: 'red',
  blocked: 'red',
  overdue: 'red',
  waiting: 'yellow',
  due: 'yellow',
  ok: 'green',
  retired: 'dim',
} as const satisfies Record<Health, Parameters<typeof styleText>[0]>;

const MINUTE_MS = 60_000;

/** Below this, the bar gives its place to the words beside it, and a proof of life is only told where it is missing. */
const WIDE = 120;

/** The status as people read it: a line a consumer, and below it what is wrong, with the next command. */
export function statusLines(status: Status, width: Width): string[] {
  const { consumers, notices, errors, omitted, at } = status;
  const now = Date.parse(at);
  const rows = table(consumers.map((each) => row(each, now, width)));
  return [
    headline(status),
    '',
    ...consumers.flatMap((consumer, index) => [rows[index] ?? '', ...details(consumer, width)]),
    ...(omitted > 0 ? [`… and ${omitted} more, which the answer had no room for`] : []),
    ...section('Of no consumer', notices, width),
    ...section('The function could not look', errors, width),
  ];
}

function headline({ deployment, consumers, omitted, outOfPolicy, at }: Status): string {
  const count = consumers.length + omitted;
  const well = outOfPolicy === 0 ? styleText('green', 'all are well') : styleText('red', needs(outOfPolicy));
  return `${styleText('bold', deployment)}: ${count} ${count === 1 ? 'consumer' : 'consumers'}, ${well}  ${styleText('dim', minuteOf(at))} UTC`;
}

function needs(count: number): string {
  return count === 1 ? '1 needs a person' : `${count} need a person`;
}

function row(each: ConsumerStatus, now: number, width: Width): string[] {
  return [
    styleText(COLOUR[each.health], each.health.replace('-', ' ')),
    each.consumer,
    age(each, now, isWide(width)),
    next(each, now),
    older(each, now),
    isWide(width) ? proof(each, now) : '',
  ];
}

function isWide(width: Width): boolean {
  return width === undefined || width >= WIDE;
}

function age({ mintedAt, overdueAt }: ConsumerStatus, now: number, withBar: boolean): string {
  if (mintedAt === undefined || overdueAt === undefined) return '–';
  const since = Date.parse(mintedAt);
  const most = Date.parse(overdueAt) - since;
  const words = `${short(now - since)} of ${short(most)}`;
  return withBar ? `${ageBar((now - since) / most)} ${words}` : words;
}

function next({ nextRotationAt }: ConsumerStatus, now: number): string {
  return nextRotationAt === undefined ? '' : `next in ${short(Date.parse(nextRotationAt) - now)}`;
}

function older({ older: all }: ConsumerStatus, now: number): string {
  const [first, ...more] = all;
  if (first === undefined) return '';
  const what = { works: 'old one works', off: 'old one is off', unknown: 'old one: unknown' }[first.phase];
  const until = first.until === undefined ? '' : `, ${short(Date.parse(first.until) - now)} more`;
  return `${what}${until}${more.length === 0 ? '' : ` (+${more.length})`}`;
}

const UNPROVEN = styleText('yellow', 'no proof in 2d');

function proof({ provenAt }: ConsumerStatus, now: number): string {
  if (provenAt === undefined) return '';
  return provenAt === null ? UNPROVEN : `alive ${short(now - Date.parse(provenAt))} ago`;
}

/** A duration by its largest unit, such as `12d`, in whole minutes. */
function short(ms: number): string {
  return ms < MINUTE_MS ? '0m' : prettyMilliseconds(ms, { compact: true });
}

function details({ health, reason, code, provenAt, next: command }: ConsumerStatus, width: Width): string[] {
  const unproven = provenAt === null && !isWide(width) ? indented(UNPROVEN, width) : [];
  if (!isOutOfPolicy(health) && health !== 'waiting' && health !== 'due') return unproven;
  return [
    ...unproven,
    ...indented(`${reason} (${code})`, width),
    ...(command === undefined ? [] : indented(styleText('cyan', `→ ${command}`), undefined)),
  ];
}

function section(title: string, texts: readonly string[], width: Width): string[] {
  if (texts.length === 0) return [];
  return ['', styleText('bold', title), ...texts.flatMap((text) => indented(text, width))];
}
