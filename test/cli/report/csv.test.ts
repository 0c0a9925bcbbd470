import { expect, it } from 'vitest';
import { COLUMN_NAMES, csvOf } from '../../../cli/report/csv.ts';
import type { Report } from '../../../cli/report/model.ts';
import { anEvidence } from '../../builders/an-evidence.ts';
import { BEGIN, reportOn } from './a-report.ts';

/** Reads what is quoted throughout. */
function cellsIn(csv: string): string[][] {
  expect(csv.startsWith('\uFEFF"')).toBe(true);
  const lines = csv.slice(1).split('\r\n').slice(0, -1);
  return lines.map((line) => {
    expect(line).toMatch(/^"(?:[^"\r\n]|"")*"(?:,"(?:[^"\r\n]|"")*")*$/);
    return [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'));
  });
}

function withReason(reason: string): Report {
  const report = reportOn(anEvidence({ consumers: 1, days: 3, from: BEGIN }));
  const [first] = report.consumers;
  return { ...report, consumers: first === undefined ? [] : [{ ...first, reason, owner: reason }] };
}

function reasonIn(report: Report): string | undefined {
  const [names = [], row = []] = cellsIn(csvOf(report));
  return row[names.indexOf('reason')];
}

it('there is one row a consumer, under the names of the columns', () => {
  const cells = cellsIn(csvOf(reportOn(anEvidence({ consumers: 50, days: 100, from: BEGIN }))));
  expect(cells[0]).toEqual(COLUMN_NAMES);
  expect(cells).toHaveLength(51);
  expect(new Set(cells.map(({ length }) => length))).toEqual(new Set([COLUMN_NAMES.length]));
});

it.each([
  ['=HYPERLINK("http://evil.example","x")', '\'=HYPERLINK("http://evil.example","x")'],
  ['+1', "'+1"],
  ['-1+1', "'-1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['|calc', "'|calc"],
  ['%0A=1', "'%0A=1"],
  ['   =1+1', "'=1+1"],
  ['\u00A0=1+1', "'=1+1"],
  ['\u200B=1+1', "'=1+1"],
  ['\t=1+1', "'=1+1"],
  ['\r=1+1', "'=1+1"],
  ['\n=1+1', "'=1+1"],
  ['\uFF1D1+1', "'\uFF1D1+1"],
  ['a\n=1+1', 'a =1+1'],
  ['a;=1+1', 'a;=1+1'],
  ['a","=1+1', 'a","=1+1'],
  ['next rotation', 'next rotation'],
])('no text of somebody else is taken for a formula: %j', (reason, expected) => {
  expect(reasonIn(withReason(reason))).toBe(expected);
});
