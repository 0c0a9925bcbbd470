import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { programWith } from '../../cli/program.ts';
import { PROGRAM } from '../../cli/typed.ts';
import { type Block, blocksOf } from './blocks.ts';
import { CHECKS, type Check, READ } from './checks.ts';
import { asFile, asReports, compiled } from './compiled.ts';
import { PAGES } from './pages.ts';
import { isOfReport, READERS, readMention } from './readers.ts';

const NOT_RUN = /no test runs/i;
const saysThatItIsNotRun = ({ before }: Block) => NOT_RUN.test(before);

const checksOf = (page: string, { language, heading }: Pick<Block, 'language' | 'heading'>): readonly Check[] =>
  (CHECKS[page] ?? []).filter((check) => check.language === language && (check.headings?.includes(heading) ?? true));

describe.each(PAGES)('%s', (page) => {
  const blocks = blocksOf(page);

  it('has only blocks that a test holds, or that say in the line before that no test runs them', () => {
    const free = blocks.filter((block) => !saysThatItIsNotRun(block) && checksOf(page, block).length !== 1);
    expect(free).toEqual([]);
  });

  it('has each block that a test holds, and the test names the page', () => {
    const held = blocks.filter((block) => !saysThatItIsNotRun(block));
    const missing = (CHECKS[page] ?? []).flatMap(({ language, headings = [undefined] }) =>
      headings.filter(
        (heading) => !held.some((block) => block.language === language && block.heading === (heading ?? block.heading)),
      ),
    );
    expect(missing).toEqual([]);
    const silent = (CHECKS[page] ?? []).filter(({ by }) => by !== READ && !readFileSync(by, 'utf8').includes(page));
    expect(silent).toEqual([]);
  });

  const read = blocks.flatMap((block) => {
    const reader = READERS[block.language];
    const [check] = checksOf(page, block);
    // What a page's own test compares, such as a screen, is in no language.
    return reader === undefined || (block.language === '' && check?.by !== READ) ? [] : [[block, reader] as const];
  });
  if (read.length > 0)
    it.each(
      read.map(
        ([block, reader]) => [`${block.heading}, ${block.language}: ${firstLine(block)}`, block, reader] as const,
      ),
    )('has what can be read: %s', async (_name, block, reader) => {
      await reader(block.text);
    });

  it('names in its sentences only commands, scripts and options that exist', () => {
    const prose = readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
    for (const command of spans.flatMap((span) => commandOf(span) ?? [])) readMention(command);
  });
});

const firstLine = ({ text }: Block) => text.split('\n')[0]?.slice(0, 60);

/** What a person would type who reads it: the program and what is behind it, a script, or a command with its options. */
function commandOf(span: string): string | undefined {
  const [first = '', ...rest] = span.split(' ');
  if ([PROGRAM, 'npx', 'npm'].includes(first)) return span;
  const isOurs = rest.length > 0 && programWith(() => {}).commands.some((command) => command.name() === first);
  return isOurs ? `${PROGRAM} ${span}` : undefined;
}

it('the TypeScript of the pages, and what they show of reports, is what the compiler takes', () => {
  const files = PAGES.flatMap((page) =>
    blocksOf(page).flatMap(({ language, text }, index) => {
      const name = `${page.replaceAll('/', '-')}-${index}`;
      if (language === 'ts') return [[name, asFile(text)] as const];
      return language === 'json' && isOfReport(text) ? [[name, asReports(text)] as const] : [];
    }),
  );
  expect(compiled(Object.fromEntries(files))).toBe('');
  expect(files.length).toBeGreaterThan(5);
});

it('every page that a test holds is there', () => {
  expect(Object.keys(CHECKS).filter((page) => !PAGES.includes(page))).toEqual([]);
});
