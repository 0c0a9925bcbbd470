// @ts-check

import { svg } from './dom.js';
import { DAY_MS, dateOf, monthOf } from './words.js';

/** @import { ConsumerEntry, TokenLife } from '../../consumer.ts' */
/** @import { Report } from '../../model.ts' */

/**
 * From when to when time lines go, and where a time stands in them, in percent.
 * @typedef {object} Scale
 * @property {number} from
 * @property {number} to
 * @property {number} now
 * @property {(time: number) => number} x
 */

/**
 * The period and what comes soon. A short period, as that of a status, is shown with what was before it.
 * @param {Report} report
 * @returns {Scale}
 */
export function scaleOf(report) {
  const now = Date.parse(report.to);
  const from = Math.min(Date.parse(report.from), now - 45 * DAY_MS);
  const to = now + Math.max(10 * DAY_MS, (now - from) * 0.12);
  return {
    from,
    to,
    now,
    x: (time) => Math.round(Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100)) * 100) / 100,
  };
}

const LANE = 13;

/**
 * The tokens of one consumer. Each takes the first lane that is free.
 * @param {ConsumerEntry} entry
 * @param {Scale} scale
 * @param {boolean} isLarge each token has a lane of its own, and there are months
 */
export function timeline({ tokens, nextRotationAt }, scale, isLarge = false) {
  const { x, now, from } = scale;
  const shown = tokens.filter((token) => endOf(token, scale) >= from);
  const lanes = lanesOf(shown, scale, isLarge);
  const top = isLarge ? 20 : 2;
  const height = top + Math.max(1, 1 + Math.max(0, ...lanes)) * LANE;
  const soon =
    nextRotationAt === undefined ? [] : [Date.parse(nextRotationAt)].filter((time) => time > now && time < scale.to);
  return svg(
    'svg',
    { class: isLarge ? 'timeline large' : 'timeline', 'aria-hidden': 'true', width: '100%', height },
    svg('rect', { class: 'future', x: `${x(now)}%`, y: 0, width: `${100 - x(now)}%`, height }),
    ...(isLarge ? monthLines(scale, height) : []),
    svg('line', { class: 'now', x1: `${x(now)}%`, x2: `${x(now)}%`, y1: 0, y2: height }),
    ...shown.flatMap((token, index) => barsOf(token, scale, top + (lanes[index] ?? 0) * LANE)),
    ...soon.map((time) =>
      svg('circle', { class: 'next', cx: `${x(time)}%`, cy: (isLarge ? height - LANE : top) + 4.5, r: 3 }),
    ),
  );
}

/** @param {TokenLife} token @param {Scale} scale @param {number} y */
function barsOf(token, { x, now, to }, y) {
  const time = (/** @type {string | undefined} */ text) => (text === undefined ? undefined : Date.parse(text));
  const end = time(token.deletedAt) ?? now;
  const off = time(token.offAt) ?? end;
  const replaced = Math.min(off, time(token.currentTo) ?? off);
  const start = time(token.currentFrom) ?? time(token.mintedAt) ?? replaced;
  const minted = time(token.mintedAt) ?? start;
  const part = (
    /** @type {string} */ kind,
    /** @type {number} */ one,
    /** @type {number} */ other,
    /** @type {number} */ tall,
  ) =>
    other <= one
      ? []
      : [
          svg('rect', {
            class: kind,
            x: `${x(one)}%`,
            y: y + (9 - tall) / 2,
            width: `${Math.max(0.15, x(other) - x(one))}%`,
            height: tall,
            rx: Math.min(1.5, tall / 2),
          }),
        ];
  const limit = time(token.overdueAt);
  const isCurrent = token.currentTo === undefined && token.offAt === undefined && token.deletedAt === undefined;
  return [
    ...part('new', minted, start, 3),
    ...part('current', start, replaced, 9),
    ...part('grace', replaced, off, 9),
    ...part('off', off, end, 3),
    ...(isCurrent && limit !== undefined && limit < to
      ? [svg('line', { class: 'limit', x1: `${x(limit)}%`, x2: `${x(limit)}%`, y1: y - 1, y2: y + 10 })]
      : []),
    ...(token.deletedAt === undefined
      ? []
      : [
          svg('circle', {
            class: token.refusedAt === undefined ? 'unproven' : 'refused',
            cx: `${x(end)}%`,
            cy: y + 4.5,
            r: 2.6,
          }),
        ]),
  ];
}

/** @param {TokenLife} token @param {Scale} scale */
function endOf({ deletedAt }, { now }) {
  return deletedAt === undefined ? now : Date.parse(deletedAt);
}

/** @param {readonly TokenLife[]} tokens @param {Scale} scale @param {boolean} isLarge */
function lanesOf(tokens, scale, isLarge) {
  if (isLarge) return tokens.map((_, index) => index);
  /** @type {number[]} */
  const until = [];
  return tokens.map((token) => {
    const start = Date.parse(token.mintedAt ?? token.currentFrom ?? '') || scale.from;
    const free = until.findIndex((time) => time + DAY_MS / 2 < start);
    const lane = free === -1 ? until.length : free;
    until[lane] = endOf(token, scale);
    return lane;
  });
}

/** @param {Scale} scale @param {number} height */
function monthLines({ from, to, x }, height) {
  const lines = [];
  const day = new Date(from);
  day.setUTCDate(1);
  day.setUTCHours(0, 0, 0, 0);
  const isLong = to - from > 100 * DAY_MS;
  while (day.getTime() < to) {
    if (isLong) day.setUTCMonth(day.getUTCMonth() + 1);
    else day.setUTCDate(day.getUTCDate() + 7);
    const time = day.getTime();
    if (time <= from || time >= to) continue;
    const place = `${x(time)}%`;
    lines.push(
      svg('line', { class: 'grid', x1: place, x2: place, y1: 14, y2: height }),
      svg(
        'text',
        { x: place, y: 10, class: day.getUTCMonth() % 3 === 0 || !isLong ? 'month' : 'month minor' },
        isLong ? monthOf(time) : dateOf(time),
      ),
    );
  }
  return lines;
}
