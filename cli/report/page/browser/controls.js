// @ts-check

import { h, icon, section } from './dom.js';
import { recordsButton } from './records.js';
import { grouped } from './words.js';

/** @import { Page } from './records.js' */
/** @import { Control } from '../../control.ts' */

const RESULTS = /** @type {const} */ ({
  supported: { word: 'Evidence supports it', icon: 'check', tone: 'good' },
  'not-supported': { word: 'Evidence does not support it', icon: 'cross', tone: 'bad' },
  'no-evidence': { word: 'Evidence is missing', icon: 'question', tone: 'calm' },
});

/** @param {Page} page */
export function controlsSection(page) {
  const { controls } = page.report;
  if (controls.length === 0) return '';
  const groups = Map.groupBy(controls, ({ framework }) => framework);
  return section(
    'controls',
    'Controls',
    h(
      'p',
      { class: 'lead' },
      'What this evidence says for each control, and what has to come from elsewhere. It supports an assessor’s judgement, and is none.',
    ),
    ...[...groups].flatMap(([framework, some]) => [
      h('h3', {}, framework),
      h('ul', { class: 'controls' }, ...some.map((each) => controlOf(page, each))),
    ]),
  );
}

/** @param {Page} page @param {Control} control */
function controlOf(page, { number, about, result, says, saysNot, figures, against, missing }) {
  const { word, icon: mark, tone } = RESULTS[result];
  const behind = new Map(
    figures.flatMap((name) => {
      const figure = page.report.figures[name];
      return figure === undefined ? [] : [[`${figure.value} ${figure.what}`, figure]];
    }),
  );
  const said = says.map((text, index) => {
    const figure = behind.get(text);
    const role = roleOf(figures[index], { against, missing });
    if (figure === undefined) return h('li', {}, text, role);
    const { value, what, records } = figure;
    return h('li', {}, h('b', {}, grouped(value)), ` ${what} `, recordsButton(page, what, records), role);
  });
  return h(
    'li',
    {},
    h(
      'div',
      { class: 'control' },
      h('h4', {}, number),
      h('p', {}, about),
      h('span', { class: `pill ${tone}` }, icon(mark), word),
    ),
    h('div', { class: 'says' }, said.length > 0 && [h('h5', {}, 'It says'), h('ul', {}, ...said)]),
    h(
      'div',
      { class: 'says' },
      h('h5', {}, 'It does not say'),
      h('ul', {}, ...saysNot.map((text) => h('li', {}, text))),
    ),
  );
}

/**
 * Why the control is not supported, beside the figure that says so.
 * @param {Control['figures'][number] | undefined} name
 * @param {Pick<Control, 'against' | 'missing'>} control
 */
function roleOf(name, { against, missing }) {
  if (name === undefined) return false;
  if (against.includes(name)) return h('span', { class: 'role bad' }, ' – speaks against it');
  return missing.includes(name) && h('span', { class: 'role' }, ' – evidence is missing');
}
