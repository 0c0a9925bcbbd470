// @ts-check

import { h, icon, section } from './dom.js';
import { finish, later } from './later.js';
import { COLUMNS, rowOf } from './row.js';
import { scaleOf } from './timeline.js';
import { count, grouped, HEALTHS, needsAttention, STATES } from './words.js';

/** @import { Page } from './records.js' */
/** @import { Row } from './row.js' */
/** @import { ConsumerEntry } from '../../consumer.ts' */
/** @import { Health } from './words.js' */

/** What each bar of a time line means. */
const LEGEND = [
  ['current', 'current'],
  ['grace', 'replaced, still works'],
  ['off', 'off, kept'],
  ['refused', 'deleted, and refused'],
  ['unproven', 'deleted, no proof'],
  ['next', 'next rotation'],
  ['limit', 'limit of its age'],
];

/**
 * Its rows follow when the rest of the page is drawn.
 * @param {Page} page
 * @returns {{ element: HTMLElement, show: (consumer: string) => void, forPrint: () => void }}
 */
export function consumersSection(page) {
  const { consumers } = page.report;
  /** @type {Row[]} */
  const rows = [];
  const body = h('table', { class: 'consumers', role: 'table', 'aria-busy': 'true' });
  const filters = filtersOf(consumers, rows);
  body.append(h('caption', { class: 'spoken' }, 'Every consumer, its tokens and their age'), headOf(body, rows));
  later(() => {
    const scale = scaleOf(page.report);
    rows.push(...consumers.map((entry) => rowOf(page, entry, scale)));
    body.append(...rows.map(({ element }) => element));
    filters.apply();
    drawInSight(rows);
    body.removeAttribute('aria-busy');
  });
  const legend = LEGEND.map(([kind = '', word = '']) => h('li', {}, h('i', { class: `sign ${kind}` }), word));
  const element = section('consumers', 'Consumers', filters.element, h('ul', { class: 'legend' }, ...legend), body);
  const show = (/** @type {string} */ consumer) => {
    finish();
    const row = rows.find(({ entry }) => entry.consumer === consumer);
    if (row === undefined) return;
    if (row.element.hidden) filters.reset();
    row.open(true);
    row.element.scrollIntoView({ block: 'start' });
    row.focus();
  };
  const forPrint = () => {
    for (const row of rows) {
      row.draw();
      row.open(true);
    }
  };
  return { element, show, forPrint };
}

/** Time lines are drawn when they come near: hundreds of them take long. @param {readonly Row[]} rows */
function drawInSight(rows) {
  const byElement = new Map(rows.map((row) => [/** @type {Element} */ (row.element), row]));
  const observer = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        byElement.get(target)?.draw();
        observer.unobserve(target);
      }
    },
    { rootMargin: '800px' },
  );
  for (const { element } of rows) observer.observe(element);
}

/** The titles, which sort. @param {HTMLElement} body @param {readonly Row[]} rows */
function headOf(body, rows) {
  /** @type {HTMLElement | undefined} */
  let sorted;
  const head = COLUMNS.map(({ title, key, of }) => {
    if (of === undefined) return h('th', { scope: 'col', role: 'columnheader', class: key }, title);
    const cell = h(
      'th',
      { scope: 'col', role: 'columnheader', class: key },
      h('button', { type: 'button', click: () => sort() }, title, icon('sort')),
    );
    const sort = () => {
      finish();
      const isUp = cell.getAttribute('aria-sort') !== 'ascending';
      sorted?.removeAttribute('aria-sort');
      sorted = cell;
      cell.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const keyed = rows.map((row) => ({ row, by: of(row.entry) }));
      keyed.sort((one, other) => (one.by < other.by ? -1 : one.by > other.by ? 1 : 0) * (isUp ? 1 : -1));
      body.append(...keyed.map(({ row }) => row.element));
    };
    return cell;
  });
  return h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head));
}

/** @param {readonly ConsumerEntry[]} consumers @param {readonly Row[]} rows of these, once they are there */
function filtersOf(consumers, rows) {
  const wanted = /** @type {Set<Health>} */ (new Set());
  const text = h('input', {
    type: 'search',
    id: 'find',
    placeholder: 'Name, secret, token, reason …',
    input: () => apply(),
  });
  const owner = h('select', { id: 'owner', change: () => apply() }, h('option', { value: '' }, 'All'));
  const owners = [...new Set(consumers.flatMap((each) => each.owner ?? []))].sort();
  for (const each of owners) owner.append(new Option(each, each));
  const urgent = h('input', { type: 'checkbox', id: 'urgent', change: () => apply() });
  const result = h('p', { role: 'status', class: 'result' });
  const reset = h('button', { type: 'button', class: 'more', click: () => clear() }, 'Clear filters');
  const states = HEALTHS.flatMap((health) => {
    const number = consumers.filter((each) => each.health === health).length;
    if (number === 0) return [];
    const { word, icon: mark, tone } = STATES[health];
    const button = h(
      'button',
      { type: 'button', class: `chip ${tone}`, 'aria-pressed': 'false', click: () => press() },
      ...[icon(mark), word, h('b', {}, ` ${grouped(number)}`)],
    );
    const press = () => {
      if (!wanted.delete(health)) wanted.add(health);
      button.setAttribute('aria-pressed', String(wanted.has(health)));
      apply();
    };
    return [button];
  });
  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const { entry, element, text: own } of rows) {
      const isShown =
        words.every((word) => word === '' || own().includes(word)) &&
        (wanted.size === 0 || wanted.has(entry.health)) &&
        (owner.value === '' || owner.value === entry.owner) &&
        (!urgent.checked || needsAttention(entry));
      element.hidden = !isShown;
      if (isShown) shown += 1;
    }
    reset.hidden = shown === rows.length;
    result.textContent =
      shown === rows.length ? count(shown, 'consumer') : `${grouped(shown)} of ${count(rows.length, 'consumer')}`;
  };
  const clear = () => {
    text.value = '';
    owner.value = '';
    urgent.checked = false;
    wanted.clear();
    for (const button of states) button.setAttribute('aria-pressed', 'false');
    apply();
  };
  const element = h(
    'search',
    { class: 'filters', 'aria-label': 'Filters' },
    h('div', { class: 'field wide' }, h('label', { for: 'find' }, 'Find'), text),
    owners.length > 1 && h('div', { class: 'field' }, h('label', { for: 'owner' }, 'Owner'), owner),
    h('div', { class: 'check' }, urgent, h('label', { for: 'urgent' }, 'Needs attention')),
    h('div', { class: 'chips', role: 'group', 'aria-label': 'States' }, ...states),
    h('div', { class: 'outcome' }, result, reset),
  );
  return { element, apply, reset: clear };
}
