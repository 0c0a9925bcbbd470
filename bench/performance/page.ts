import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure, Measured } from '../figure.ts';
import { LIMITS, type Limit, type LimitName } from '../limits.ts';
import type { MeasuredParts } from '../measured.ts';
import { BUSY, holds, nameOf, number, spreadOf } from '../table.ts';
import { picture } from './picture.ts';

/** The page for users, and the picture in it. */
export const PAGE = 'docs/performance.md';
export const PICTURE = 'docs/performance.svg';

const BEGIN = '<!-- npm run bench -- --write: from here -->';
const END = '<!-- to here -->';

/** Puts what was measured into the page, and draws the picture anew. */
export function writePage(parts: MeasuredParts): void {
  writeFileSync(PAGE, pageWith(parts, readFileSync(PAGE, 'utf8')));
  writeFileSync(PICTURE, picture(figuresIn(parts)));
}

/** The page with these figures in place of those that it has. */
export function pageWith(parts: MeasuredParts, page: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (after === undefined) throw new Error(`${PAGE} has no place for the figures, between "${BEGIN}" and "${END}"`);
  const sections = [limitsTable(figuresIn(parts)), othersTable(figuresIn(parts)), origins(parts)];
  return [before, BEGIN, `\n${sections.join('\n\n')}\n`, END, after].join('');
}

export const figuresIn = (parts: MeasuredParts): Figure[] => Object.values(parts).flatMap(({ figures }) => figures);

function limitsTable(figures: readonly Figure[]): string {
  const rows = Object.entries(LIMITS).flatMap(([name, limit]: [string, Limit]) =>
    limit.at.map((at) => {
      const found = figures.find((figure) => figure.limit === name && figure.at === at);
      return [limit.figure, countOf(at, limit.of), reachOf(limit), ...cellsOf(found, name as LimitName)];
    }),
  );
  return markdown(['figure', 'at', 'reach', 'measured', 'spread', 'ours', 'floor', ''], rows);
}

function cellsOf(figure: Figure | undefined, name: LimitName): string[] {
  if (figure === undefined) return ['not measured', '', '', '', ''];
  const { unit } = LIMITS[name];
  const verdict = holds(figure) ? '' : '**beyond**';
  const { busy = 0, note } = figure;
  const remarks = [verdict, busy > BUSY ? 'the servers were in the way' : '', note ?? ''].filter((text) => text !== '');
  return [shownOf(figure, unit), spreadOf(figure), ...besides(figure), remarks.join('; ')];
}

/** What no limit holds. */
function othersTable(figures: readonly Figure[]): string {
  const others = figures.filter(({ limit, at }) => limit === undefined || !isHeld(LIMITS[limit], at));
  const rows = others.map((figure) => [
    nameOf(figure),
    figure.at === 1 && !/^(?:idle|due)/.test(nameOf(figure)) ? '' : countOf(figure.at, figure.counted),
    shownOf(figure, figure.unit),
    spreadOf(figure),
    ...besides(figure),
    figure.note ?? '',
  ]);
  return markdown(['figure without a limit', 'at', 'measured', 'spread', 'ours', 'floor', ''], rows);
}

const isHeld = ({ at }: Limit, count: number) => at.includes(count);

function origins(parts: MeasuredParts): string {
  const lines = Object.entries(parts).map(
    ([name, { date, machine, load }]) => `- ${name}: ${date}, ${machine}; the load of the machine was ${load}`,
  );
  return `Measured with \`npm run bench -- --write\`:\n${lines.join('\n')}`;
}

function countOf(at: number, counted = 'consumers'): string {
  return at === 1 && counted === 'consumers' ? '1 consumer' : `${at.toLocaleString('en')} ${counted}`;
}

const reachOf = ({ most, unit }: Limit): string => `≤ ${withUnit(String(most), unit)}`;

const shownOf = ({ median }: Figure, unit: string): string => withUnit(number(median), unit);

function withUnit(value: string, unit: string): string {
  if (unit.startsWith('×')) return `${value} ${unit}`;
  return unit === '$' ? `$${value}` : `${value} ${unit}`;
}

function besides({ ours, floor, of = '', unit }: Figure): string[] {
  return [ours, floor].map((one: Measured | undefined) =>
    one === undefined ? '' : `${number(one.median)} ${of || unit}`,
  );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
