// @ts-check

import { h, icon, section } from './dom.js';
import { later } from './later.js';
import { aboutCutHashes, recordsTable } from './records.js';
import { count, grouped, minuteOf } from './words.js';

/** @import { Child } from './dom.js' */
/** @import { Page } from './records.js' */

const MOST_PRINTED = 5000;

/**
 * Where all this comes from, and how to check it.
 * @param {Page} page
 * @returns {{ element: HTMLElement, forPrint: () => void }}
 */
export function evidenceSection({ report }) {
  const { sources } = report;
  const { evidence } = sources;
  const element = section(
    'evidence',
    'Where this comes from',
    h(
      'dl',
      { class: 'facts' },
      ...factsOf(report).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    ),
    evidence?.head !== undefined && howToVerify(evidence.head),
    sources.missing.length > 0 &&
      h(
        'div',
        { class: 'missing' },
        h('h3', {}, 'Not in it'),
        h('ul', {}, ...sources.missing.map((text) => h('li', {}, text))),
      ),
  );
  /** @type {ReturnType<typeof listOf> | undefined} */
  let list;
  later(() => {
    if (report.records.length === 0) return;
    list = listOf(report.records);
    element.append(list.element);
  });
  return { element, forPrint: () => list?.open() };
}

/** @param {Page['report']['records']} records */
function listOf(records) {
  const element = h(
    'details',
    { class: 'all', toggle: () => fill() },
    h('summary', {}, `All ${grouped(records.length)} records that this page refers to`),
  );
  const fill = () => {
    if (element.open && element.childElementCount === 1)
      element.append(recordsTable('all of this page', records.slice(0, MOST_PRINTED)), aboutCutHashes(records), rest);
  };
  const rest = h(
    'p',
    { class: 'quiet' },
    records.length > MOST_PRINTED
      ? `… and ${grouped(records.length - MOST_PRINTED)} more, which report --format json has.`
      : '',
  );
  const open = () => {
    element.open = true;
    fill();
  };
  return { element, open };
}

/** @param {Page['report']} report @returns {[string, Child][]} */
function factsOf({ sources, at }) {
  const { evidence, status, log } = sources;
  /** @type {([string, Child] | undefined)[]} */
  const facts = [
    evidence && ['Records', `${count(evidence.records, 'record')} in ${count(evidence.files, 'file')}`],
    evidence && ['Kept in', h('code', {}, evidence.place)],
    evidence && [
      'Chain',
      evidence.isVerified
        ? h('span', { class: 'good' }, icon('check'), 'each record has the hash of the one before it')
        : h('span', { class: 'bad' }, icon('cross'), 'broken: ', evidence.problems.join('; ')),
    ],
    evidence?.head && [
      'Head',
      [`#${evidence.head.number}, ${minuteOf(evidence.head.at)} UTC`, h('code', { class: 'hash' }, evidence.head.hash)],
    ],
    status && ['Present state', `as the function saw it at ${minuteOf(status.at)} UTC`],
    log && ['Function’s log', `since ${minuteOf(log.since)} UTC`],
    ['Page made', `${minuteOf(at)} UTC`],
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** @param {{ number: number, hash: string }} head */
function howToVerify({ number, hash }) {
  return h(
    'div',
    { class: 'verify' },
    h('h3', {}, 'How to verify it'),
    h(
      'p',
      {},
      'Note the head. Whoever changes, removes or adds a record changes every hash after it, so the same head proves that the records before it are the same. This reads all of them again, and compares them with this page’s head:',
    ),
    h('p', { class: 'command' }, h('code', {}, `influxdb-token-rotation verify-evidence --head ${number}:${hash}`)),
    h(
      'p',
      { class: 'quiet' },
      'By hand: a record’s hash is the SHA-256 of its line in the file, without the end of the line, and the next record repeats it as “previous”.',
    ),
  );
}
