// @ts-check

import { h, spoken, svg } from './dom.js';
import { later } from './later.js';
import { count, monthOf } from './words.js';

/** @import { Report } from '../../model.ts' */

const HEIGHT = 96;
const STEP = 40;
/** In pixels. */
const WIDEST = 64;
const MOST_MONTHS = 18;

/**
 * How many tokens became current for the first time in each month, and how often consumers failed.
 * @param {Report} report
 */
export function monthsChart(report) {
  const months = monthsOf(report.from, report.to);
  if (months.length < 2) return '';
  const chart = svg('svg', { viewBox: `0 0 ${months.length * STEP} ${HEIGHT + 30}`, 'aria-hidden': 'true' });
  chart.style.maxWidth = `${months.length * WIDEST}px`;
  const told = spoken();
  later(() => fill(report, months, chart, told));
  return h(
    'figure',
    { class: 'months' },
    h(
      'figcaption',
      {},
      'New tokens a month',
      h('span', { class: 'quiet' }, h('i', { class: 'mark' }), 'with failures'),
    ),
    chart,
    told,
  );
}

/** Every token of the period is counted. @param {Report} report @param {readonly string[]} months @param {Element} chart @param {Element} told */
function fill({ consumers, failures }, months, chart, told) {
  const rotations = counted(consumers.flatMap(({ tokens }) => tokens.flatMap(({ currentFrom }) => currentFrom ?? [])));
  const failed = counted(failures.map((each) => each.from));
  const most = Math.max(1, ...months.map((month) => rotations.get(month) ?? 0));
  const bars = months.flatMap((month, index) => {
    const made = rotations.get(month) ?? 0;
    const tall = (made / most) * (HEIGHT - 18);
    const x = index * STEP;
    return [
      svg('rect', { class: 'bar', x: x + 6, y: HEIGHT - tall, width: STEP - 12, height: tall, rx: 2 }),
      svg('text', { x: x + STEP / 2, y: HEIGHT - tall - 5, class: 'figure' }, made === 0 ? '' : String(made)),
      ...((failed.get(month) ?? 0) > 0
        ? [svg('path', { class: 'failed', d: `M${x + STEP / 2 - 5} ${HEIGHT + 27}h10l-5 -9z` })]
        : []),
      svg('text', { x: x + STEP / 2, y: HEIGHT + 14, class: 'month' }, monthOf(`${month}-15`)),
    ];
  });
  chart.append(...bars);
  const words = months.map((month) => `${month}: ${rotations.get(month) ?? 0}, ${failed.get(month) ?? 0} failed`);
  told.append(`${count(months.length, 'month')}. ${words.join('; ')}`);
}

/** @param {string} from @param {string} to @returns {string[]} such as `2026-11`, the last ones */
function monthsOf(from, to) {
  const months = [];
  const day = new Date(`${from.slice(0, 7)}-01T00:00:00Z`);
  while (day.getTime() < Date.parse(to)) {
    months.push(day.toISOString().slice(0, 7));
    day.setUTCMonth(day.getUTCMonth() + 1);
  }
  return months.slice(-MOST_MONTHS);
}

/** @param {readonly string[]} times */
function counted(times) {
  const counts = new Map();
  for (const time of times) counts.set(time.slice(0, 7), (counts.get(time.slice(0, 7)) ?? 0) + 1);
  return counts;
}
