// @ts-check

import { toConsumer } from './attention.js';
import { h, icon, section, spoken, table } from './dom.js';
import { count, DAY_MS, DUE_KINDS, DUES, dayOf, grouped, minuteOf, monthOf, weekdayOf } from './words.js';

/** @import { Page } from './records.js' */
/** @import { ReportDue } from '../../model.ts' */

const WEEKS = 6;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MOST = 100;

/** @param {Page} page */
export function calendarSection(page) {
  const { report, now } = page;
  if (report.due.length === 0) return section('calendar', 'What is due', h('p', {}, 'Nothing is known to be due.'));
  const today = Math.floor(now / DAY_MS);
  // 1970-01-01 was a Thursday.
  const monday = today - ((today + 3) % 7);
  const byDay = Map.groupBy(report.due, ({ at }) => Math.max(today, Math.floor(Date.parse(at) / DAY_MS)));
  const list = h('div', { class: 'day-list', 'aria-live': 'polite' });
  /** @type {HTMLElement | undefined} */
  let pressed;
  const show = (/** @type {number} */ day, /** @type {HTMLElement} */ button) => {
    pressed?.setAttribute('aria-pressed', 'false');
    pressed = button;
    button.setAttribute('aria-pressed', 'true');
    list.replaceChildren(
      h('h3', {}, weekdayOf(day * DAY_MS)),
      dueTable(page, `Due on ${dayOf(day * DAY_MS)}`, byDay.get(day) ?? []),
    );
  };
  const weeks = Array.from({ length: WEEKS }, (_, week) =>
    h('tr', {}, ...WEEKDAYS.map((_name, index) => cell(monday + week * 7 + index, today, byDay, show))),
  );
  const later = report.due.filter(({ at }) => Math.floor(Date.parse(at) / DAY_MS) >= monday + WEEKS * 7);
  return section(
    'calendar',
    'What is due',
    h(
      'ul',
      { class: 'legend' },
      ...DUE_KINDS.map((kind) => h('li', { class: DUES[kind].tone }, icon(DUES[kind].icon), DUES[kind].many)),
    ),
    h(
      'table',
      { class: 'calendar' },
      h('caption', { class: 'spoken' }, `What is due in ${WEEKS} weeks. Each day opens its list below.`),
      h('thead', {}, h('tr', {}, ...WEEKDAYS.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, ...weeks),
    ),
    list,
    h(
      'details',
      { class: 'all' },
      h(
        'summary',
        {},
        `All ${grouped(report.due.length)} as a list`,
        later.length > 0 && `, ${grouped(later.length)} of them later`,
      ),
      dueTable(page, 'All that is due', report.due),
    ),
  );
}

/**
 * @param {number} day
 * @param {number} today
 * @param {Map<number, ReportDue[]>} byDay
 * @param {(day: number, button: HTMLElement) => void} show
 */
function cell(day, today, byDay, show) {
  const time = day * DAY_MS;
  const date = new Date(time).getUTCDate();
  const all = byDay.get(day) ?? [];
  const title = [date === 1 || day === today ? `${date} ${monthOf(time)}` : String(date)];
  const look = day < today ? 'past' : day === today ? 'today' : undefined;
  if (all.length === 0) return h('td', { class: look }, h('span', { class: 'date' }, ...title));
  const marks = DUE_KINDS.flatMap((kind) => {
    const number = all.filter(({ what }) => what === kind).length;
    const { one, many, icon: mark, tone } = DUES[kind];
    return number === 0
      ? []
      : [
          h(
            'span',
            { class: `due ${tone}` },
            icon(mark),
            h('b', {}, grouped(number)),
            h('span', { class: 'what' }, ` ${number === 1 ? one : many}`),
          ),
        ];
  });
  const button = h(
    'button',
    { type: 'button', 'aria-pressed': 'false', click: () => show(day, button) },
    h('span', { class: 'date' }, ...title, spoken(` ${monthOf(time)}: `)),
    ...marks,
  );
  return h('td', { class: look }, button);
}

/** @param {Page} page @param {string} caption @param {readonly ReportDue[]} due */
function dueTable(page, caption, due) {
  const rows = due
    .slice(0, MOST)
    .map(({ at, consumer, what, authorizationId = '' }) => [
      minuteOf(at),
      DUES[what].one,
      toConsumer(page, consumer),
      h('code', {}, authorizationId),
    ]);
  return h(
    'div',
    {},
    table(caption, ['When (UTC)', 'What', 'Consumer', 'Token'], rows),
    due.length > MOST && h('p', { class: 'quiet' }, `… and ${count(due.length - MOST, 'more', 'more')}`),
  );
}
