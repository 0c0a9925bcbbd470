// @ts-check

import { h, table } from './dom.js';
import { count, grouped, minuteOf } from './words.js';

/** @import { Report, ReportRecord } from '../../model.ts' */

/**
 * What all parts of the page share.
 * @typedef {object} Page
 * @property {Report} report
 * @property {number} now of the report: the end of its period
 * @property {(about: string, numbers: readonly number[]) => void} showRecords opens the records behind something
 * @property {(consumer: string) => void} showConsumer opens a consumer, and goes there
 */

const MOST = 500;

/**
 * The one window in which the records behind a figure are shown.
 * @param {Report} report
 */
export function recordsWindow(report) {
  /** @type {Map<number, ReportRecord> | undefined} */
  let byNumber;
  const title = h('h2', { id: 'records-title' });
  const body = h('div', { class: 'window-body' });
  const dialog = h(
    'dialog',
    { id: 'records', 'aria-labelledby': 'records-title' },
    h('header', {}, title, h('button', { type: 'button', click: () => dialog.close() }, 'Close')),
    body,
  );
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  /** @type {Page['showRecords']} */
  const showRecords = (about, numbers) => {
    title.textContent = about;
    byNumber ??= new Map(report.records.map((each) => [each.number, each]));
    const found = numbers.slice(0, MOST).flatMap((number) => byNumber?.get(number) ?? []);
    const rest = numbers.length - found.length;
    body.replaceChildren(
      h(
        'p',
        { class: 'quiet' },
        `${count(numbers.length, 'record')}, in ${report.sources.evidence?.place ?? 'no evidence'}`,
      ),
      recordsTable(about, found),
      aboutCutHashes(found),
      rest > 0 ? h('p', {}, `… and ${grouped(rest)} more, which report --format json has.`) : '',
    );
    dialog.showModal();
  };
  return { dialog, showRecords };
}

/**
 * @param {string} about
 * @param {readonly ReportRecord[]} records
 */
export function recordsTable(about, records) {
  return table(
    `Records: ${about}`,
    ['Record', 'Written (UTC)', 'Kind', 'Consumer', 'Hash of its line', 'File'],
    records.map(({ number, at, kind, consumer, hash, file }) => [
      `#${number}`,
      minuteOf(at),
      kind,
      consumer ?? '',
      h('code', { class: 'hash' }, hash),
      h('code', {}, file),
    ]),
  );
}

/**
 * Of a large report the page has only the beginning of each hash.
 * @param {readonly ReportRecord[]} records
 */
export function aboutCutHashes(records) {
  return records.some(({ hash }) => hash.endsWith('…'))
    ? h(
        'p',
        { class: 'quiet' },
        'Only the beginning of each hash is here, so that this page stays small. report --format json has them whole.',
      )
    : '';
}

/**
 * A button that opens the records behind something; nothing where there are none.
 * @param {Page} page
 * @param {string} about
 * @param {readonly number[]} numbers
 */
export function recordsButton({ showRecords }, about, numbers) {
  if (numbers.length === 0) return '';
  return h(
    'button',
    {
      type: 'button',
      class: 'link',
      'aria-haspopup': 'dialog',
      'aria-label': `${count(numbers.length, 'record')}: ${about}`,
      click: () => showRecords(about, numbers),
    },
    count(numbers.length, 'record'),
  );
}
