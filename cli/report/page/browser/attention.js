// @ts-check

import { h, icon, section, spoken } from './dom.js';
import { recordsButton } from './records.js';
import { count, dayOf, STATES, short } from './words.js';

/** @import { Child } from './dom.js' */
/** @import { Page } from './records.js' */
/** @import { ConsumerEntry } from '../../consumer.ts' */
/** @import { Report } from '../../model.ts' */

/**
 * @typedef {object} Item
 * @property {'bad' | 'wait'} tone
 * @property {string} icon
 * @property {string} label
 * @property {string} [consumer]
 * @property {string} [title] where it is about no single consumer
 * @property {string} text
 * @property {string} [todo]
 * @property {string} [command]
 * @property {readonly number[]} records
 */

const MANY = 12;

/** What to do about a consumer, beside what its reason says. @type {Partial<Record<ConsumerEntry['health'], string>>} */
const TODO = {
  'no-access': 'Mend what the reason names: its applications cannot work.',
  failed: 'Mend what the reason names. The next run tries again.',
  blocked: 'Decide what the reason asks for. Nothing is rotated before.',
  overdue: 'The next run should replace it. If it does not, a plan says what keeps it.',
};

/**
 * What a person has to do, the worst first.
 * @param {Report} report
 * @returns {Item[]}
 */
export function attentionItems({ consumers, unmanaged, shared, sources, to }) {
  return [
    ...(sources.evidence?.problems ?? []).map((text) => brokenChain(text)),
    ...consumers.flatMap((each) => troubleOf(each, Date.parse(to))),
    ...consumers.flatMap(exceptionOver),
    ...shared.map(({ consumers: holders, records }) => ({
      .../** @type {const} */ ({ tone: 'wait', icon: 'link', label: 'Shared value' }),
      title: holders.join(', '),
      text: 'These secrets hold the same token: who ends one ends all, and nobody can tell who used it.',
      todo: 'Let each have a token of its own: the next run makes one for each consumer that is rotated.',
      records,
    })),
    ...unmanaged.map(({ authorizationId = '', what, records }) => ({
      .../** @type {const} */ ({ tone: 'wait', icon: 'question', label: 'Unmanaged' }),
      title: authorizationId,
      text: `${what}. It is never replaced.`,
      todo: 'Adopt it as a consumer’s token, or end it in InfluxDB.',
      command: 'influxdb-token-rotation discover',
      records,
    })),
  ];
}

/** @param {string} text @returns {Item} */
function brokenChain(text) {
  return {
    ...{ tone: 'bad', icon: 'cross', label: 'Evidence', title: 'The chain of records is broken', text },
    todo: 'Do not rely on this page before it is explained.',
    command: 'influxdb-token-rotation verify-evidence',
    records: [],
  };
}

/** @param {ConsumerEntry} entry @param {number} now @returns {Item[]} */
function troubleOf({ consumer, health, reason, code, next, records, overdueAt }, now) {
  const { word, icon: mark, tone } = STATES[health];
  if (tone !== 'bad' || health === 'exception-expired') return [];
  const over = overdueAt === undefined ? 0 : now - Date.parse(overdueAt);
  const late = health === 'overdue' && over > 0 ? `${short(over)} over the limit; ` : '';
  const text = `${late}${reason} (${code})`;
  const todo = TODO[health];
  const about = { tone, icon: mark, label: word, consumer, text, records: records.slice(-1) };
  return [{ ...about, ...(todo !== undefined && { todo }), ...(next !== undefined && { command: next }) }];
}

/** @param {ConsumerEntry} entry @returns {Item[]} */
function exceptionOver({ consumer, exception, records }) {
  if (exception?.inForce !== false) return [];
  const { until, approvedBy, reason } = exception;
  return [
    {
      ...{ tone: 'bad', icon: 'flag', label: 'Exception over', consumer, records: records.slice(-1) },
      text: `It was exempt until ${dayOf(until)} (${reason}; approved by ${approvedBy}).`,
      todo: 'Take the exception out of the configuration, or have it approved anew.',
    },
  ];
}

/** @param {Page} page */
export function attentionSection(page) {
  const items = attentionItems(page.report);
  if (items.length === 0)
    return section(
      'attention',
      'Needs attention',
      h('p', { class: 'all-well' }, icon('check'), ' Nothing. No consumer is out of policy.'),
    );
  const cards = items.map((item) => card(page, item));
  for (const more of cards.slice(MANY)) more.hidden = true;
  const list = h('ul', { class: 'cards' }, ...cards);
  const all = h('button', { type: 'button', class: 'more', click: showAll }, `Show all ${items.length}`);
  function showAll() {
    for (const each of cards) each.hidden = false;
    all.remove();
    cards[MANY]?.querySelector('button')?.focus();
  }
  return section(
    'attention',
    'Needs attention',
    h(
      'p',
      { class: 'lead' },
      count(items.length, 'thing'),
      items.length === 1 ? ' asks' : ' ask',
      ' for a person, the worst first.',
    ),
    list,
    items.length > MANY && all,
  );
}

/** @param {Page} page @param {Item} item */
function card(page, item) {
  const { tone, label, consumer, title, text, todo, command, records } = item;
  const about = consumer ?? title ?? '';
  return h(
    'li',
    { class: `card ${tone}` },
    h('span', { class: `pill ${tone}` }, icon(item.icon), label),
    h('h3', {}, consumer === undefined ? h('bdi', {}, about) : toConsumer(page, consumer)),
    h('p', {}, text),
    todo !== undefined && h('p', { class: 'todo' }, h('b', {}, 'What to do: '), todo),
    command !== undefined &&
      h('p', { class: 'command' }, spoken(todo === undefined ? 'What to do: ' : 'Command: '), h('code', {}, command)),
    recordsButton(page, about, records),
  );
}

/** @param {Page} page @param {string} consumer @returns {Child} */
export function toConsumer({ showConsumer }, consumer) {
  return h(
    'button',
    { type: 'button', class: 'link name', click: () => showConsumer(consumer) },
    h('bdi', {}, consumer),
  );
}
