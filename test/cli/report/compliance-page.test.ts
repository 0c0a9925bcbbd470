import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Rule } from '../../../cli/report/control.ts';
import { RULES } from '../../../cli/report/controls.ts';
import { COLUMN_NAMES } from '../../../cli/report/csv.ts';
import { FIGURE_NAMES, type FigureName } from '../../../cli/report/figure.ts';

const PAGE = readFileSync('docs/compliance.md', 'utf8');

/** The cells of the table under a heading. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const [own = ''] = section.split(/^## /m);
  const rows = own.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((line) => line.slice(2, -2).split(' | '));
}

function figuresOf({ figures, atMost, missingAbove = {} }: Rule): string {
  const limit = (name: FigureName) => {
    if (atMost[name] !== undefined) return ` ≤ ${atMost[name]}`;
    return missingAbove[name] === undefined ? '' : ` (≤ ${missingAbove[name]})`;
  };
  return figures.map((name) => `\`${name}\`${limit(name)}`).join(', ');
}

it('the page has each control as the report looks at it', () => {
  expect(rowsUnder('The controls')).toEqual(
    RULES.map((rule) => [`${rule.framework} ${rule.number}`, rule.about, figuresOf(rule), rule.saysNot.join('; ')]),
  );
});

it('the page has each column of the table, with controls that there are', () => {
  const rows = rowsUnder('The columns of the table');
  expect(rows.map(([column]) => column)).toEqual(COLUMN_NAMES.map((name) => `\`${name}\``));
  const numbers = new Set(RULES.map(({ number }) => number));
  const named = rows.flatMap(([, , controls = '']) => controls.split(', '));
  expect(named.filter((number) => !numbers.has(number))).toEqual([]);
});

it('every control that was asked for is there, with what the evidence does not say', () => {
  expect(RULES.map(({ number }) => number)).toEqual([
    ...['8.6.1', '8.6.2', '8.6.3', '8.3.9', '10.2', '10.3', '12.3.1'],
    ...['CC6.1', 'CC6.2', 'CC6.3', 'CC7.2'],
    ...['IA-5', 'IA-5(13)', 'AC-2(1)', 'AU-2', 'AU-3', 'AU-9', 'AU-12', 'A.5.17'],
    ...['1.12', '1.13', '1.14'],
    ...['SecretsManager.1', 'SecretsManager.2', 'SecretsManager.3', 'SecretsManager.4'],
  ]);
  expect(RULES.filter(({ saysNot }) => saysNot.length === 0)).toEqual([]);
});

it('what decides about a control is among its figures, and every figure is looked at somewhere', () => {
  for (const { figures, atMost, missingAbove } of RULES)
    expect(figures).toEqual(expect.arrayContaining(Object.keys({ ...atMost, ...missingAbove })));
  const looked = new Set(RULES.flatMap(({ figures }) => figures));
  expect(FIGURE_NAMES.filter((name) => !looked.has(name))).toEqual(['withoutAccess']);
});

it('nothing says that anybody is compliant', () => {
  const texts = RULES.flatMap(({ about, saysNot }) => [about, ...saysNot]).join('\n');
  expect(texts).not.toMatch(/complian|certif/i);
  expect(PAGE.match(/[^.]*\bcompliant\b[^.]*\./g)).toEqual([expect.stringContaining('makes nobody compliant')]);
});
