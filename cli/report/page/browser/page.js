// @ts-check

import { attentionItems, attentionSection } from './attention.js';
import { calendarSection } from './calendar.js';
import { consumersSection } from './consumers.js';
import { controlsSection } from './controls.js';
import { h, icon, svg } from './dom.js';
import { eventsSection } from './events.js';
import { evidenceSection } from './evidence.js';
import { figuresSection } from './figures.js';
import { finish } from './later.js';
import { recordsWindow } from './records.js';
import { readReport } from './unpack.js';
import { DAY_MS, dayOf, grouped, minuteOf, needsAttention } from './words.js';

/** @import { Page } from './records.js' */
/** @import { Report } from '../../model.ts' */

/** Strokes in a square of 16. */
const ICONS = {
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  stop: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M4.5 8h7',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 4.8V8l2.4 1.6',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  dash: 'M3.5 8h9',
  flag: 'M4 14V2.5h8L10 6l2 3.5H4',
  link: 'M6.5 9.5l3-3M7 5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7',
  question: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9.2 8 10M8 12.6v.4',
  turn: 'M13 8a5 5 0 1 1-1.5-3.5M13 2v3h-3',
  bin: 'M3 4.5h10M6.5 4.5V2.5h3v2M4.5 4.5l.6 9h5.8l.6-9',
  open: 'M6 4l4 4-4 4',
  sort: 'M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3',
};

const THEMES = [
  ['light dark', 'Auto'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** @param {Report} report */
function show(report) {
  const { dialog, showRecords } = recordsWindow(report);
  /** @type {Page} */
  const page = {
    report,
    now: Date.parse(report.to),
    showRecords,
    showConsumer: (consumer) => consumers.show(consumer),
  };
  const consumers = consumersSection(page);
  const evidence = evidenceSection(page);
  const parts = [
    attentionSection(page),
    figuresSection(page),
    calendarSection(page),
    consumers.element,
    eventsSection(page),
    controlsSection(page),
    evidence.element,
  ].filter((part) => typeof part !== 'string');
  document.body.append(
    symbols(),
    h('a', { class: 'skip', href: '#main' }, 'To the content'),
    headerOf(report, parts),
    h('main', { id: 'main', tabindex: -1 }, ...parts),
    dialog,
  );
  openForPrint(() => {
    consumers.forPrint();
    evidence.forPrint();
  });
}

function symbols() {
  const all = Object.entries(ICONS).map(([name, d]) =>
    svg('symbol', { id: `icon-${name}`, viewBox: '0 0 16 16' }, svg('path', { d })),
  );
  const hatch = svg(
    'pattern',
    { id: 'hatch', width: 4, height: 4, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { class: 'hatch-ground', width: 4, height: 4 }),
    svg('rect', { class: 'hatch-line', width: 2, height: 4 }),
  );
  return svg('svg', { class: 'symbols', 'aria-hidden': 'true' }, svg('defs', {}, hatch), ...all);
}

/** @param {Report} report @param {readonly HTMLElement[]} parts */
function headerOf(report, parts) {
  const { deployment, from, to, at, consumers } = report;
  const isMoment = Date.parse(to) - Date.parse(from) < DAY_MS;
  const period = isMoment ? `as of ${minuteOf(to)} UTC` : `${dayOf(from)} to ${dayOf(to)}`;
  const bad = consumers.filter(needsAttention).length;
  const others = attentionItems(report).length - bad;
  const all = `${grouped(consumers.length)} ${consumers.length === 1 ? 'consumer' : 'consumers'}`;
  const verdict =
    bad > 0
      ? `${grouped(bad)} of ${all} ${bad === 1 ? 'needs' : 'need'} a person`
      : others > 0
        ? `${all} within policy, with something to look at`
        : `${all}, all within policy`;
  const tone = bad > 0 ? 'bad' : others > 0 ? 'wait' : 'good';
  return h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'head' },
      h('p', { class: 'kind' }, 'InfluxDB token rotation'),
      h('h1', {}, h('bdi', {}, deployment)),
      h('p', { class: 'period' }, period, !isMoment && h('span', { class: 'quiet' }, ` · made ${minuteOf(at)} UTC`)),
    ),
    themeSwitch(),
    h('p', { class: `verdict ${tone}` }, icon(tone === 'good' ? 'check' : tone === 'bad' ? 'cross' : 'flag'), verdict),
    h(
      'nav',
      { 'aria-label': 'On this page' },
      ...parts.map(({ id, firstElementChild }) => h('a', { href: `#${id}` }, firstElementChild?.textContent ?? '')),
    ),
  );
}

function themeSwitch() {
  const choices = THEMES.map(([scheme = '', word = ''], index) => {
    const id = `theme-${word.toLowerCase()}`;
    const input = h('input', { type: 'radio', name: 'theme', id, checked: index === 0, change: () => apply() });
    const apply = () => document.documentElement.style.setProperty('color-scheme', scheme);
    return [input, h('label', { for: id }, word)];
  });
  return h('fieldset', { class: 'themes' }, h('legend', { class: 'spoken' }, 'Colours'), ...choices);
}

/** On paper, all is open. @param {() => void} open */
function openForPrint(open) {
  addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('.cards > [hidden]')) each.removeAttribute('hidden');
    finish();
    for (const each of document.querySelectorAll('details')) each.open = true;
    open();
  });
}

void readReport().then(show);
