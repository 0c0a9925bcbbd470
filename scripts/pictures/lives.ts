import type { ConsumerEntry, TokenLife } from '../../cli/report/consumer.ts';
import type { Report } from '../../cli/report/model.ts';
import { DAY_MS } from '../../lambda/config/duration.ts';
import { line, rect, short, svg, text } from './drawing.ts';

const WIDTH = 800;
const LEFT = 112;
const RIGHT = 784;
const LEGEND = 28;
const TOP = 60;
const ROW = 24;
const BAR = 16;
const GAP = 14;
/** Days before the first hand-over: of the month before it, nothing else could be seen. */
const LEAD = 3;
const BETWEEN_TICKS = 5;

/** Where on the axis a time is, in days since the first run. */
interface Axis {
  readonly first: number;
  readonly last: number;
  readonly dayOf: (time: string) => number;
  readonly x: (day: number) => number;
}

/** The life of each token of a report's consumers, from its making until it was deleted, as an SVG. */
export function lives(report: Report): string {
  const axis = axisOf(report);
  const consumers = report.consumers.filter(({ tokens }) => tokens.length > 0);
  let top = TOP;
  const groups = consumers.map((consumer) => {
    const drawn = group(consumer, top, axis);
    top += consumer.tokens.length * ROW + GAP;
    return drawn;
  });
  const bottom = top - GAP / 2;
  return svg({
    width: WIDTH,
    height: bottom + 48,
    title: `The tokens of ${consumers.length} consumers: in each hand-over, the old token works beside the new one for a while`,
    description: consumers.map((consumer) => inWords(consumer, axis)).join(' '),
    body: [hatch(), ...legend(), ...ticks(axis, bottom), ...groups.flat()],
  });
}

function axisOf({ from, to, consumers }: Report): Axis {
  const dayOf = (time: string) => (Date.parse(time) - Date.parse(from)) / DAY_MS;
  const handOvers = consumers.flatMap(({ tokens }) => tokens.flatMap(({ currentTo }) => currentTo ?? [])).map(dayOf);
  const first = Math.max(0, Math.floor(Math.min(...handOvers) - LEAD));
  const last = Math.ceil(dayOf(to));
  return { first, last, dayOf, x: (day) => LEFT + ((RIGHT - LEFT) * (day - first)) / (last - first) };
}

function ticks({ first, last, x }: Axis, bottom: number): string[] {
  const days = Array.from({ length: last + 1 }, (_, day) => day).filter(
    (day) => day >= first && day % BETWEEN_TICKS === 0,
  );
  return [
    ...days.map((day) => line([x(day), TOP - 8], [x(day), bottom], 'line-line')),
    ...days.map((day) => text(x(day), bottom + 18, `day ${day}`, 'quiet small', 'middle')),
    text(LEFT, bottom + 38, 'simulated days since the first run', 'quiet small'),
  ];
}

function group(consumer: ConsumerEntry, top: number, axis: Axis): string[] {
  const rows = consumer.tokens.flatMap((life, index) => row(life, top + index * ROW, axis, noteOn(life, consumer)));
  return [text(16, top + 13, consumer.consumer, 'strong'), ...rows];
}

interface Note {
  readonly side: 'before' | 'after';
  readonly said: string;
}

function row(life: TokenLife, top: number, axis: Axis, note: Note | undefined): string[] {
  const { currentFrom, currentTo, offAt, deletedAt } = life;
  if (currentFrom === undefined) return [];
  const place = (time: string | undefined) =>
    axis.x(Math.max(axis.first, time === undefined ? axis.last : axis.dayOf(time)));
  const begin = place(currentFrom);
  const replaced = place(currentTo);
  const graceEnds = place(offAt ?? deletedAt ?? currentTo);
  const end = place(deletedAt ?? offAt);
  const middle = top + BAR / 2;
  const isCut = axis.dayOf(currentFrom) < axis.first;
  const { side, said } = note ?? {};
  return [
    rect(begin, top, replaced - begin, BAR, 'main', 2),
    ...(graceEnds > replaced ? grace(replaced, top, graceEnds - replaced, BAR) : []),
    ...(offAt === undefined ? [] : [off(graceEnds, end, middle)]),
    ...(deletedAt === undefined ? [] : [gone(end, middle)]),
    isCut
      ? text(begin + 8, top + 12, `since day ${short(axis.dayOf(currentFrom))}`, 'onmain small')
      : made(begin, middle),
    ...(currentTo === undefined ? [text(RIGHT - 8, top + 12, 'in use', 'onmain small', 'end')] : []),
    ...(said === undefined
      ? []
      : [
          side === 'after'
            ? text(end + 14, top + 12, said, 'quiet small')
            : text(begin - 12, top + 12, said, 'quiet small', 'end'),
        ]),
  ];
}

/** What cannot be seen from its bar. */
function noteOn(life: TokenLife, { rotation, policy, tokens }: ConsumerEntry): Note | undefined {
  const { currentFrom, currentTo, deletedAt } = life;
  if (currentFrom === undefined) return undefined;
  if (currentTo === undefined)
    return rotation === 'secrets-manager'
      ? { side: 'before', said: 'made in a rotation by Secrets Manager' }
      : undefined;
  if (deletedAt === currentTo) return { side: 'after', said: 'leaked: ended at once' };
  if (life === tokens.at(-1)) return { side: 'before', said: 'rolled back to the token before it' };
  const age = Date.parse(currentTo) - Date.parse(currentFrom);
  return age === policy.rotateEveryMs ? { side: 'after', said: `replaced after ${age / DAY_MS} days` } : undefined;
}

const made = (x: number, y: number): string =>
  `<circle class="paper main-line" cx="${short(x)}" cy="${short(y)}" r="4.5" stroke-width="2.5"/>`;
const gone = (x: number, y: number): string => `<circle class="ink" cx="${short(x)}" cy="${short(y)}" r="5"/>`;

const off = (from: number, to: number, y: number): string => line([from, y], [to, y], 'off-line', ' stroke-width="3"');
const grace = (x: number, y: number, width: number, height: number): string[] =>
  ['under', 'hatched'].map((classes) => rect(x, y, width, height, classes));

function hatch(): string {
  return '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="grace-line" x1="0" y1="0" x2="0" y2="6" stroke-width="6"/></pattern></defs><style>.hatched { fill: url(#hatch) }</style>';
}

function legend(): string[] {
  const said = (x: number, what: string) => text(x, LEGEND + 4, what, 'small');
  return [
    ...[made(22, LEGEND), said(34, 'made, tried, promoted')],
    ...[rect(186, LEGEND - 6, 22, 12, 'main', 2), said(216, 'current')],
    ...[...grace(280, LEGEND - 6, 22, 12), said(310, 'replaced, still works')],
    ...[off(450, 472, LEGEND), said(480, 'off, can be undone')],
    ...[gone(614, LEGEND), said(626, 'deleted, and refused')],
  ];
}

function inWords({ consumer, tokens }: ConsumerEntry, { dayOf }: Axis): string {
  const on = (time: string) => `day ${Math.round(dayOf(time) * 100) / 100}`;
  const each = tokens.map(({ currentFrom, currentTo, offAt, deletedAt }, index) => {
    const parts = [
      ...(currentFrom === undefined ? [] : [`current from ${on(currentFrom)}`]),
      ...(currentTo === undefined ? [] : [`replaced on ${on(currentTo)}`]),
      ...(offAt === undefined ? [] : [`switched off on ${on(offAt)}`]),
      ...(deletedAt === undefined ? ['still in use'] : [`deleted on ${on(deletedAt)}`]),
    ];
    return `token ${index + 1} is ${parts.join(', ')}`;
  });
  return `Of ${consumer}, ${each.join('; ')}.`;
}
