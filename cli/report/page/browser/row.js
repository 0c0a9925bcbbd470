// @ts-check

import { detailOf, lifeInWords } from './detail.js';
import { h, icon, spoken } from './dom.js';
import { timeline } from './timeline.js';
import { dayOf, needsAttention, STATES, short } from './words.js';

/** @import { Page } from './records.js' */
/** @import { Scale } from './timeline.js' */
/** @import { ConsumerEntry } from '../../consumer.ts' */

/**
 * @typedef {object} Row
 * @property {ConsumerEntry} entry
 * @property {HTMLElement} element
 * @property {() => string} text in which words are looked for
 * @property {() => void} draw its time line, and tell it in words, which takes long for many
 * @property {(isOpen: boolean) => void} open
 * @property {() => void} focus
 */

let made = 0;

/**
 * @param {Page} page
 * @param {ConsumerEntry} entry
 * @param {Scale} scale
 * @returns {Row}
 */
export function rowOf(page, entry, scale) {
  made += 1;
  const id = `consumer-${made}`;
  const line = h('td', { class: 'line', role: 'cell' });
  const place = h('td', { role: 'cell' });
  const detail = h('tr', { id, class: 'detail-row', role: 'row', hidden: true }, place);
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'toggle',
      'aria-expanded': 'false',
      'aria-controls': id,
      click: () => open(detail.hidden === true),
    },
    icon('open'),
    h('bdi', {}, entry.consumer),
  );
  let isDrawn = false;
  const draw = () => {
    if (isDrawn) return;
    isDrawn = true;
    line.append(spoken(lifeInWords(entry)), timeline(entry, scale));
  };
  const open = (/** @type {boolean} */ isOpen) => {
    if (isOpen && !place.hasChildNodes()) place.append(detailOf(page, entry, scale));
    detail.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
  };
  const element = h(
    'tbody',
    { role: 'rowgroup' },
    h(
      'tr',
      { role: 'row', class: 'main' },
      h('th', { scope: 'row', role: 'rowheader', class: 'name' }, toggle, h('span', { class: 'secret' }, entry.secret)),
      h('td', { role: 'cell', class: 'state' }, pillOf(entry)),
      h('td', { role: 'cell', class: 'age' }, ageBar(entry, page.now)),
      line,
      h('td', { role: 'cell', class: 'next' }, nextOf(entry)),
      h('td', { role: 'cell', class: 'owner' }, h('bdi', {}, entry.owner ?? '')),
    ),
    detail,
  );
  /** @type {string | undefined} */
  let words;
  const text = () => {
    words ??= textOf(entry);
    return words;
  };
  return { entry, element, text, draw, open, focus: () => toggle.focus() };
}

/** @param {ConsumerEntry} entry */
function pillOf(entry) {
  const { word, icon: mark, tone } = STATES[entry.health];
  const pill = h('span', { class: `pill ${tone}` }, icon(mark), word);
  const { exception, health } = entry;
  if (exception === undefined || health === 'exempt' || health === 'exception-expired') return pill;
  return [
    pill,
    exception.inForce
      ? h('span', { class: 'pill calm' }, icon('flag'), STATES.exempt.word)
      : h('span', { class: 'pill bad' }, icon('flag'), STATES['exception-expired'].word),
  ];
}

/** How old the token is, in parts of how old it may get; the mark stands where it is replaced. @param {ConsumerEntry} entry @param {number} now */
function ageBar({ mintedAt, overdueAt, policy, health }, now) {
  if (mintedAt === undefined || health === 'retired') return h('span', { class: 'quiet' }, 'no token');
  const age = now - Date.parse(mintedAt);
  const limit = overdueAt === undefined ? policy.maxTokenAgeMs : Date.parse(overdueAt) - Date.parse(mintedAt);
  if (limit === undefined || limit <= 0) return short(age);
  const every = policy.rotateEveryMs;
  const tone = age > limit ? 'bad' : every !== undefined && age > every ? 'wait' : 'main';
  const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
  const part = h('i', { class: tone });
  part.style.width = `${Math.min(100, (age / limit) * 100)}%`;
  bar.append(part);
  if (every !== undefined && every < limit) {
    const mark = h('b', {});
    mark.style.left = `${(every / limit) * 100}%`;
    bar.append(mark);
  }
  return [bar, h('span', { class: 'words' }, `${short(age)}, max ${short(limit)}`)];
}

/** @param {ConsumerEntry} entry */
function nextOf({ nextRotationAt }) {
  return nextRotationAt === undefined
    ? h('span', { class: 'quiet' }, '–', spoken(' not known'))
    : dayOf(nextRotationAt);
}

/** @param {ConsumerEntry} entry */
function textOf(entry) {
  const { consumer, secret, secretArn = '', owner = '', reach, reason, code, exception, tokens } = entry;
  const ids = tokens.map(({ authorizationId }) => authorizationId);
  return [
    consumer,
    secret,
    secretArn,
    owner,
    ...reach,
    reason,
    code,
    exception?.reason ?? '',
    exception?.approvedBy ?? '',
    ...ids,
  ]
    .join('\n')
    .toLowerCase();
}

/**
 * By what rows are sorted: the title of the column, and how it begins.
 * @type {readonly { readonly title: string, readonly key: string, readonly of?: (entry: ConsumerEntry) => string | number }[]}
 */
export const COLUMNS = [
  { title: 'Consumer', key: 'name', of: ({ consumer }) => consumer.toLowerCase() },
  {
    title: 'State',
    key: 'state',
    of: (entry) => Object.keys(STATES).indexOf(entry.health) - (needsAttention(entry) ? 10 : 0),
  },
  {
    title: 'Age against the limit',
    key: 'age',
    of: ({ mintedAt, overdueAt, ageMs = -1 }) =>
      mintedAt === undefined || overdueAt === undefined ? -1 : ageMs / (Date.parse(overdueAt) - Date.parse(mintedAt)),
  },
  { title: 'Tokens over time', key: 'line' },
  { title: 'Next rotation', key: 'next', of: ({ nextRotationAt }) => nextRotationAt ?? '9999' },
  { title: 'Owner', key: 'owner', of: ({ owner = '' }) => owner.toLowerCase() },
];
