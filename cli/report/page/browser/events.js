// @ts-check

import { toConsumer } from './attention.js';
import { h, section, table } from './dom.js';
import { recordsButton } from './records.js';
import { count, grouped, minuteOf, short } from './words.js';

/** @import { Page } from './records.js' */

const FEW = 8;
const MOST = 500;

/** What failed, and what people asked for. @param {Page} page */
export function eventsSection(page) {
  const { failures, commands } = page.report;
  if (failures.length + commands.length === 0) return '';
  const failed = failures
    .toReversed()
    .slice(0, MOST)
    .map(({ consumer, code, message = '', from, until, durationMs, records }) => [
      minuteOf(from),
      toConsumer(page, consumer),
      until === undefined ? `${short(durationMs)}, and goes on` : short(durationMs),
      `${message} (${code})`,
      recordsButton(page, `failure of ${consumer}`, records),
    ]);
  const asked = commands
    .toReversed()
    .slice(0, MOST)
    .map(({ at, action, by = 'nobody who gave a name', reason = '', records }) => [
      minuteOf(at),
      action,
      h('bdi', {}, by),
      h('bdi', {}, reason),
      recordsButton(page, `command ${action}`, records),
    ]);
  return section(
    'events',
    'What failed, and what people asked for',
    part(count(failures.length, 'failure'), ['From (UTC)', 'Consumer', 'For', 'Why', 'Behind it'], failed),
    part(count(commands.length, 'command'), ['At (UTC)', 'Command', 'By', 'Why', 'Behind it'], asked),
  );
}

/** @param {string} title @param {readonly string[]} titles @param {Parameters<typeof table>[2]} rows */
function part(title, titles, rows) {
  if (rows.length === 0) return '';
  const shown = table(title, titles, rows);
  if (rows.length <= FEW) return h('div', {}, h('h3', {}, title), shown);
  return h(
    'details',
    { class: 'all' },
    h('summary', {}, title),
    shown,
    rows.length === MOST && h('p', { class: 'quiet' }, `The last ${grouped(MOST)}.`),
  );
}
