// @ts-check

import { h, icon, section, table } from './dom.js';
import { monthsChart } from './months.js';
import { recordsButton } from './records.js';
import { count, grouped, HEALTHS, needsAttention, STATES, short } from './words.js';

/** @import { Child } from './dom.js' */
/** @import { Page } from './records.js' */
/** @import { FigureName } from '../../figure.ts' */
/** @import { Report } from '../../model.ts' */

/**
 * @typedef {object} Tile
 * @property {string} title
 * @property {string} value
 * @property {string} [of]
 * @property {string} [note]
 * @property {boolean} [isBad]
 * @property {FigureName} [figure] whose records are behind it
 * @property {readonly number[]} [records] behind it, where it is no figure of the report
 */

/** A record of all consumers is written once a day, at a time that may move by a run. */
const LONGEST_GAP_HOURS = 48;

/** @param {Page} page */
export function figuresSection(page) {
  const { report } = page;
  const figures = Object.values(report.figures);
  return section(
    'figures',
    'In figures',
    statesBar(report),
    h('div', { class: 'tiles' }, ...tilesOf(report, page.now).map((tile) => tileOf(page, tile))),
    monthsChart(report),
    h(
      'details',
      { class: 'all' },
      h('summary', {}, 'Every figure, and the records behind it'),
      table(
        'Every figure',
        ['What it counts', 'Value', 'Behind it'],
        figures.map(({ what, value, records }) => [what, grouped(value), recordsButton(page, what, records)]),
      ),
    ),
  );
}

/** How many consumers are in each state. @param {Report} report */
function statesBar({ consumers }) {
  const shares = HEALTHS.map((health) => ({
    health,
    number: consumers.filter((each) => each.health === health).length,
  }));
  const some = shares.filter(({ number }) => number > 0);
  const bar = h('div', { class: 'states-bar', 'aria-hidden': 'true' });
  for (const { health, number } of some) {
    const part = h('span', { class: STATES[health].tone });
    part.style.flexGrow = String(number);
    bar.append(part);
  }
  const words = some.map(({ health, number }) =>
    h(
      'li',
      { class: STATES[health].tone },
      icon(STATES[health].icon),
      h('b', {}, grouped(number)),
      ` ${STATES[health].word}`,
    ),
  );
  return h('div', { class: 'states' }, bar, h('ul', { 'aria-label': 'Consumers by state' }, ...words));
}

/** @param {Report} report @param {number} now @returns {Tile[]} */
function tilesOf(report, now) {
  const value = valuesIn(report);
  /** @type {readonly Tile[]} */
  const tiles = [
    ...presentTiles(report, now),
    {
      ...{ title: 'Rotations', value: grouped(value('rotations')), figure: 'rotations' },
      note: `${grouped(value('verified'))} tried before they were used`,
    },
    {
      ...{ title: 'Old tokens proven dead', value: grouped(value('refused')), figure: 'refused' },
      of: grouped(value('deleted')),
      note:
        value('notRefused') === 0
          ? 'all that were deleted are refused'
          : `${grouped(value('notRefused'))} deleted without that proof`,
    },
    {
      ...{ title: 'Deletions without intent', value: grouped(value('withoutIntent')), figure: 'withoutIntent' },
      note:
        value('withoutIntent') === 0 ? 'each is announced in an earlier record' : 'no earlier record announced these',
      isBad: value('withoutIntent') > 0,
    },
    { ...failuresTile(report), figure: 'failures' },
    {
      ...{ title: 'Unmanaged tokens', value: grouped(value('unmanaged')), figure: 'unmanaged' },
      note: `${count(value('shared'), 'token')} in several secrets`,
      isBad: value('unmanaged') + value('shared') > 0,
    },
    {
      ...{ title: 'Lists of all consumers', value: grouped(value('censuses')), figure: 'censuses' },
      note: `one a day; at most ${count(value('longestGapHours'), 'hour')} without one`,
      isBad: value('longestGapHours') > LONGEST_GAP_HOURS,
    },
  ];
  return tiles.filter(({ figure }) => figure === undefined || report.figures[figure] !== undefined);
}

/** @param {Report} report */
function valuesIn({ figures }) {
  return (/** @type {FigureName} */ name) => figures[name]?.value ?? 0;
}

/** @param {Report} report @param {number} now @returns {Tile[]} */
function presentTiles(report, now) {
  const { consumers } = report;
  const overdue = valuesIn(report)('overdue');
  const well = consumers.filter((each) => !needsAttention(each)).length;
  const [oldest] = consumers
    .filter(({ mintedAt, health }) => mintedAt !== undefined && health !== 'retired')
    .toSorted((one, other) => Date.parse(one.mintedAt ?? '') - Date.parse(other.mintedAt ?? ''));
  const age = oldest?.mintedAt === undefined ? 0 : now - Date.parse(oldest.mintedAt);
  return [
    {
      ...{ title: 'Within policy', value: grouped(well), of: grouped(consumers.length), note: 'consumers' },
      ...{
        isBad: well < consumers.length,
        records: [...new Set(consumers.flatMap(({ records }) => records.slice(-1)))],
      },
    },
    {
      ...{ title: 'Oldest current token', value: short(Math.max(0, age)) },
      ...{ note: `${count(overdue, 'consumer')} over the limit`, isBad: overdue > 0, records: oldest?.records ?? [] },
    },
  ];
}

/** @param {Report} report @returns {Tile} */
function failuresTile(report) {
  const value = valuesIn(report);
  const open = value('failuresOpen');
  const over = report.failures.filter(({ until }) => until !== undefined);
  const longest = Math.max(0, ...over.map(({ durationMs }) => durationMs));
  const lasted = longest > 0 ? `the longest took ${short(longest)}, ` : '';
  return {
    ...{ title: 'Failures', value: grouped(value('failures')) },
    note: `${lasted}${grouped(open)} still open`,
    isBad: open > 0,
  };
}

/** @param {Page} page @param {Tile} tile @returns {Child} */
function tileOf(page, { title, value, of, note, isBad, figure, records = [] }) {
  const behind = figure === undefined ? records : (page.report.figures[figure]?.records ?? []);
  return h(
    'div',
    { class: `tile${isBad ? ' bad' : ''}` },
    h('h3', {}, title, isBad === true && icon('flag')),
    h('p', { class: 'value' }, value, of !== undefined && h('span', {}, ` of ${of}`)),
    note !== undefined && h('p', { class: 'note' }, note),
    recordsButton(page, title, behind),
  );
}
