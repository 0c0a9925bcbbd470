// @ts-check

import { h, icon, spoken, table } from './dom.js';
import { recordsButton } from './records.js';
import { timeline } from './timeline.js';
import { count, dayOf, grouped, minuteOf, short } from './words.js';

/** @import { Child } from './dom.js' */
/** @import { Page } from './records.js' */
/** @import { Scale } from './timeline.js' */
/** @import { ConsumerEntry, TokenLife } from '../../consumer.ts' */

/**
 * All that is known of one consumer.
 * @param {Page} page
 * @param {ConsumerEntry} entry
 * @param {Scale} scale
 */
export function detailOf(page, entry, scale) {
  const failures = page.report.failures.filter(({ consumer }) => consumer === entry.consumer);
  return h(
    'div',
    { class: 'detail' },
    h(
      'dl',
      { class: 'facts' },
      ...factsOf(entry).flatMap(([name, value]) => [h('div', {}, h('dt', {}, name), h('dd', {}, value))]),
    ),
    entry.tokens.length > 0 && h('div', { class: 'life' }, h('h4', {}, 'Its tokens'), timelineWithIds(entry, scale)),
    entry.tokens.length > 0 && tokensTable(page, entry),
    failures.length > 0 &&
      table(
        `Failures of ${entry.consumer}`,
        ['Failed from (UTC)', 'For', 'Why', 'Behind it'],
        failures.map(({ from, until, durationMs, code, message, records }) => [
          minuteOf(from),
          until === undefined ? `${short(durationMs)}, and goes on` : short(durationMs),
          `${message === undefined ? '' : `${message} `}(${code})`,
          recordsButton(page, `failure of ${entry.consumer}`, records),
        ]),
      ),
    recordsButton(page, `all about ${entry.consumer}`, entry.records),
  );
}

/** @param {ConsumerEntry} entry @returns {[string, Child][]} */
function factsOf(entry) {
  const { policy, exception, proofs, reach } = entry;
  const every = policy.rotateEveryMs === undefined ? 'not known' : `every ${short(policy.rotateEveryMs)}`;
  const limit = policy.maxTokenAgeMs === undefined ? '' : `, ${short(policy.maxTokenAgeMs)} old at most`;
  const grace = policy.gracePeriodMs === undefined ? '' : `, the old one works for ${short(policy.gracePeriodMs)} more`;
  return [
    ['State', `${entry.reason} (${entry.code})`],
    ['Secret', h('code', {}, entry.secretArn ?? entry.secret)],
    ['Owner', entry.owner ?? 'not known'],
    ['Reach', reach.length === 0 ? 'not known' : reach.join(', ')],
    ['Policy', `${every}${limit}${grace}${entry.rotation === 'secrets-manager' ? ', by Secrets Manager' : ''}`],
    ['Last rotation', entry.lastRotationAt === undefined ? 'none known' : `${minuteOf(entry.lastRotationAt)} UTC`],
    ['Next rotation', entry.nextRotationAt === undefined ? 'not known' : `${minuteOf(entry.nextRotationAt)} UTC`],
    [
      'Seen to work',
      proofs.last === undefined
        ? 'not in this period'
        : `${minuteOf(proofs.last)} UTC, ${grouped(proofs.count)} times in the period`,
    ],
    ...(exception === undefined
      ? []
      : [
          /** @type {[string, Child]} */ ([
            'Exception',
            `${exception.inForce ? 'until' : 'over since'} ${dayOf(exception.until)}: ${exception.reason}; approved by ${exception.approvedBy}`,
          ]),
        ]),
  ];
}

/** @param {ConsumerEntry} entry @param {Scale} scale */
function timelineWithIds(entry, scale) {
  const shown = entry.tokens.filter(({ deletedAt }) => deletedAt === undefined || Date.parse(deletedAt) >= scale.from);
  return h(
    'div',
    { class: 'life-lines' },
    h('ol', { 'aria-hidden': 'true' }, ...shown.map(({ authorizationId }) => h('li', {}, authorizationId))),
    timeline(entry, scale, true),
  );
}

/** @param {Page} page @param {ConsumerEntry} entry */
function tokensTable(page, { consumer, tokens }) {
  return table(
    `Tokens of ${consumer}`,
    ['Token', 'Minted (UTC)', 'Current from', 'Replaced', 'Off', 'Deleted', 'Proof that it is refused', 'Behind it'],
    tokens
      .toReversed()
      .map((token) => [
        [h('code', {}, token.authorizationId), token.isReconstructed && h('span', { class: 'tag' }, 'found later')],
        at(token, 'mintedAt'),
        at(token, 'currentFrom'),
        at(token, 'currentTo'),
        token.offAt === undefined && token.graceUntil !== undefined && token.deletedAt === undefined
          ? h('span', { class: 'quiet' }, `not before ${minuteOf(token.graceUntil)}`)
          : at(token, 'offAt'),
        token.deletedAt === undefined && token.keptUntil !== undefined
          ? h('span', { class: 'quiet' }, `not before ${minuteOf(token.keptUntil)}`)
          : at(token, 'deletedAt'),
        proofOf(token),
        recordsButton(page, `token ${token.authorizationId} of ${consumer}`, token.records),
      ]),
  );
}

/** @param {TokenLife} token @param {'mintedAt' | 'currentFrom' | 'currentTo' | 'offAt' | 'deletedAt'} what @returns {Child} */
function at(token, what) {
  const time = token[what];
  if (time === undefined) return [h('span', { 'aria-hidden': 'true' }, '–'), spoken('not yet, or not known')];
  return h('time', { datetime: time }, `${token.atLatest?.includes(what) === true ? 'by ' : ''}${minuteOf(time)}`);
}

/** @param {TokenLife} token @returns {Child} */
function proofOf({ refusedAt, refusedWith, notRefused, status }) {
  if (refusedAt !== undefined)
    return h(
      'time',
      { class: 'good', datetime: refusedAt },
      icon('check'),
      `${refusedWith ?? 'refused'}, ${minuteOf(refusedAt)}`,
    );
  if (notRefused !== undefined) return h('span', { class: 'quiet' }, notRefused);
  return status === 'gone' ? h('span', { class: 'quiet' }, 'none on record') : '';
}

/** In one line, for who cannot see the time line. @param {ConsumerEntry} entry */
export function lifeInWords({ tokens }) {
  const deleted = tokens.filter((token) => token.deletedAt !== undefined);
  const refused = deleted.filter((token) => token.refusedAt !== undefined);
  return `${count(tokens.length, 'token')}; ${grouped(deleted.length)} deleted, ${grouped(refused.length)} of them proven to be refused`;
}
