import { styleText } from 'node:util';
import { TOLD_AHEAD_MS } from '../../lambda/config/exception.ts';
import { coloured, consumerTable, wordOf } from './consumer-table.ts';
import { HEALTHS, type Health } from './health.ts';
import { broken, indented, minuteOf, nextLine, section, short, table, type Width } from './lines.ts';
import type { Other } from './others.ts';
import type { ConsumerStatus, Status } from './status.ts';

/** What of it is shown, and where. */
export interface View {
  readonly width: Width;
  /** Each consumer has its line, however many there are. */
  readonly all: boolean;
}

/** More of a kind than that push what matters off the screen. */
const MANY = 20;

/** What is as it should be, and needs no word. */
const QUIET: ReadonlySet<Health> = new Set(['ok', 'retired']);

/** The status as people read it: a line a consumer, and below it what is wrong, with the next command. */
export function statusLines(status: Status, { width, all }: View): string[] {
  const { consumers, others, errors, omitted, at } = status;
  const now = Date.parse(at);
  if (isBlind(status)) return blindLines(status, width);
  const well = consumers.filter(isWell);
  const unwell = consumers.filter((each) => !isWell(each));
  const most = all ? Number.POSITIVE_INFINITY : MANY;
  const shown = [...unwell.slice(0, most), ...(well.length > most ? [] : well)];
  const [titles = [], ...rows] = consumerTable(shown, now, width);
  return [
    ...headline(status).flatMap((line) => broken(line, width)),
    ...section(
      'Why not all could be looked at',
      errors.flatMap((text) => indented(text, width)),
    ),
    ...(shown.length === 0 ? [] : ['', ...titles]),
    ...shown.flatMap((consumer, index) => [
      ...(isWell(consumer) && index > 0 && index === unwell.length ? [''] : []),
      ...(rows[index] ?? []),
      ...details(consumer, now, width),
    ]),
    ...notShown(unwell.slice(most), well.length > most ? well : [], now).flatMap((line) => [
      '',
      ...broken(line, width),
    ]),
    ...(omitted > 0 ? ['', `… and ${omitted} more, which the answer had no room for`] : []),
    ...otherLines(others, most, width),
  ];
}

/** The look ended before it came to any consumer: how it is, nobody knows. */
function isBlind({ consumers, errors }: Status): boolean {
  return errors.length > 0 && consumers.length > 0 && consumers.every(({ code }) => code === 'NOT_ATTEMPTED');
}

/** A list of them would look as if each had failed. */
function blindLines({ deployment, errors, at }: Status, width: Width): string[] {
  const unknown = styleText('red', 'nothing is known of the consumers, because nothing could be looked at');
  return [
    ...broken(`${styleText('bold', deployment)}: ${unknown}  ${styleText('dim', `${minuteOf(at)} UTC`)}`, width),
    ...errors.flatMap((text) => indented(text, width)),
  ];
}

function isWell({ health }: ConsumerStatus): boolean {
  return QUIET.has(health);
}

function headline(status: Status): string[] {
  const { deployment, consumers, others, at } = status;
  const tally = [
    ...HEALTHS.flatMap((health) => {
      const some = consumers.filter((each) => each.health === health).length;
      return some === 0 ? [] : [coloured(health, `${some} ${wordOf(health)}`)];
    }),
    ...(others.length === 0 ? [] : [styleText('yellow', `${others.length} of no consumer`)]),
  ];
  return [
    `${styleText('bold', deployment)}: ${inShort(status)}  ${styleText('dim', `${minuteOf(at)} UTC`)}`,
    ...(tally.length > 1 ? [tally.join(styleText('dim', ' · '))] : []),
  ];
}

function inShort({ consumers, omitted, outOfPolicy, errors }: Status): string {
  const count = consumers.length + omitted;
  const only = count === 1 ? consumers[0]?.consumer : undefined;
  if (outOfPolicy > 0)
    return styleText(
      'red',
      `${only ?? `${outOfPolicy} of ${count} consumers`} ${outOfPolicy === 1 ? 'needs' : 'need'} a person`,
    );
  if (errors.length > 0) return styleText('red', 'not all could be looked at');
  const isOk = consumers.every(({ health }) => health === 'ok');
  if (only === undefined)
    return styleText('green', `${count} consumers, ${isOk ? 'all are well' : 'none needs a person'}`);
  return styleText('green', `${only} is ${isOk ? 'well' : consumers.map(({ health }) => wordOf(health)).join()}`);
}

function details(each: ConsumerStatus, now: number, width: Width): string[] {
  const { health, reason, code, provenAt, next: command } = each;
  const lines = [
    ...(provenAt === null ? [styleText('yellow', 'not seen to work for two days')] : []),
    ...(QUIET.has(health) ? [] : [`${reason} ${styleText('dim', `(${code})`)}`]),
    ...aboutException(each, now),
  ].flatMap((line) => indented(line, width));
  return QUIET.has(health) || command === undefined ? lines : [...lines, nextLine(command)];
}

/** What the reason does not say of it: that it ends soon, or is over as well. */
function aboutException({ health, exception }: ConsumerStatus, now: number): string[] {
  if (exception === undefined || health === 'exception-expired') return [];
  const { until, inForce } = exception;
  if (!inForce)
    return [styleText('red', `its exception ended ${minuteOf(until)} ${styleText('dim', '(EXCEPTION_EXPIRED)')}`)];
  const isFar = Date.parse(until) - now > TOLD_AHEAD_MS;
  return isFar
    ? []
    : [styleText('yellow', `its exception ends in ${short(Date.parse(until) - now)}: be ready, or have it renewed`)];
}

function notShown(unwell: readonly ConsumerStatus[], well: readonly ConsumerStatus[], now: number): string[] {
  const oldest = well.flatMap(({ mintedAt = [] }) => mintedAt).sort()[0];
  const changing = well.filter(({ older }) => older.some(({ phase }) => phase === 'works')).length;
  const unproven = well.filter(({ provenAt }) => provenAt === null).length;
  const about = [
    `${well.length} are well`,
    ...(oldest === undefined ? [] : [`the oldest token is ${short(now - Date.parse(oldest))} old`]),
    ...(unproven === 0 ? [] : [`${unproven} not seen to work for two days`]),
    ...(changing === 0 ? [] : [`${changing} still have an older one that works`]),
  ].join(', ');
  const lines = [
    ...(unwell.length === 0 ? [] : [styleText('red', `… and ${unwell.length} more that are not well`)]),
    ...(well.length === 0 ? [] : [`${styleText('green', '✔')} ${about}`]),
  ];
  return lines.map((line) => `${line} ${styleText('dim', '(--all shows each)')}`);
}

function otherLines(others: readonly Other[], most: number, width: Width): string[] {
  const shown = others.slice(0, most);
  const rows = table(
    shown.map(({ kind, authorizationId = '', what }) => [styleText('yellow', kind), authorizationId, what]),
    { width, cut: 1 },
  );
  return section('Of no consumer', [
    ...shown.flatMap(({ next }, index) => [
      ...(rows[index] ?? []),
      ...(next === undefined || next === shown[index + 1]?.next ? [] : [nextLine(next)]),
    ]),
    ...(shown.length < others.length ? [`… and ${others.length - shown.length} more (--all shows each)`] : []),
  ]);
}
