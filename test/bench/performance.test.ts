import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exactly, type Figure, measured } from '../../bench/figure.ts';
import { LIMITS, type Limit, limitOf } from '../../bench/limits.ts';
import { lastMeasured } from '../../bench/measured.ts';
import { PARTS } from '../../bench/parts/parts.ts';
import { PAGE, PICTURE, pageWith } from '../../bench/performance/page.ts';
import { picture } from '../../bench/performance/picture.ts';
import { type Bound, holds, itsLimit, number, twiceOf } from '../../bench/table.ts';

const page = readFileSync(PAGE, 'utf8');

function aFigure(rest: Partial<Figure> = {}): Figure {
  return { part: 'due', name: '', unit: '× floor', at: 1000, limit: 'due-wall', ...exactly(1.05), ...rest };
}

it('the page has the limits of the bench, and the figures that were measured last', () => {
  expect(pageWith(lastMeasured(), page)).toBe(page);
});

it('the picture shows the figures that were measured last', () => {
  const figures = Object.values(lastMeasured()).flatMap((part) => part.figures);
  expect(readFileSync(PICTURE, 'utf8')).toBe(picture(figures));
});

it('the page has a row for each limit and each number that it holds for', () => {
  const rows = Object.values(LIMITS).flatMap(({ figure, most, at }: Limit) =>
    at.map((count) => ({ figure, most, count })),
  );
  const missing = rows.filter(({ figure, most, count }) => {
    const begin = `| ${figure} | ${count.toLocaleString('en')} `;
    return !page.split('\n').some((line) => line.startsWith(begin) && line.includes(`${most}`));
  });
  expect(missing).toEqual([]);
});

it('what was measured is of parts that there are', () => {
  expect(Object.keys(lastMeasured()).filter((name) => !(name in PARTS))).toEqual([]);
});

it.each<[what: string, figure: Partial<Figure>, bound: Bound, within: boolean]>([
  ['a figure at its limit', exactly(1.1), itsLimit, true],
  ['a figure beyond it', exactly(1.2), itsLimit, false],
  ['the same where twice the limit is allowed', exactly(1.2), twiceOf([]), true],
  ['a figure beyond twice its limit', exactly(2.3), twiceOf([]), false],
  ['a figure beyond it that was worse before', exactly(2.3), twiceOf([aFigure(exactly(1.2))]), true],
  ['a figure beyond twice what it was before', exactly(2.5), twiceOf([aFigure(exactly(1.2))]), false],
  [
    'a program that died',
    { limit: 'memory-small', at: 10_000, ...exactly(Number.POSITIVE_INFINITY) },
    twiceOf([]),
    false,
  ],
  ['a number of consumers for which nothing is promised', { at: 1, ...exactly(9) }, itsLimit, true],
  ['a figure that no limit names', { name: 'idle: critical path', ...exactly(9), at: 1 }, itsLimit, true],
])('%s is judged', (_what, figure, bound, within) => {
  expect(holds(aFigure(figure), bound)).toBe(within);
});

it('a limit holds for the numbers that it names', () => {
  expect([limitOf('due-wall', 1000)?.most, limitOf('due-wall', 1), limitOf(undefined, 1000)]).toEqual([
    1.1,
    undefined,
    undefined,
  ]);
});

it('the median of pairs is between the least and the most', () => {
  expect(measured([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(measured([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
});

it('figures have as many digits as count', () => {
  expect([12, 1.2345, 12.345, 1234.5, Number.POSITIVE_INFINITY].map(number)).toEqual([
    '12',
    '1.23',
    '12.3',
    '1,235',
    '–',
  ]);
});
