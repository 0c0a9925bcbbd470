import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../lambda/log/coded-error.ts';
import { LEVELS } from '../lambda/log/levels.ts';
import { REASON_CODES } from '../lambda/log/reason-codes.ts';
import { blocksOf } from './cli/runbook/page.ts';

/** Under which headings of a page a test runs the blocks of a language, and which test. */
interface Run {
  readonly language: string;
  readonly headings: readonly string[];
  readonly by: string;
}

const MIGRATION = 'test/cli/migration.test.ts';
const UPGRADES = 'test/upgrades-page.test.ts';
const UNINSTALL = 'test/cli/uninstall.test.ts';

/** The pages for readers, each with what runs its blocks. All others say that no test runs them. */
const PAGES: Readonly<Record<string, readonly Run[]>> = {
  'docs/migration.md': [
    { language: 'sh', headings: ['See what there is', 'Take them over'], by: MIGRATION },
    { language: 'sh', headings: ['If an application did not follow', 'A token of an administrator'], by: MIGRATION },
    { language: 'sh', headings: ["AWS's own rotator"], by: MIGRATION },
    { language: 'json', headings: ['Shapes of a secret', "AWS's own rotator"], by: MIGRATION },
  ],
  'docs/uninstall.md': [
    { language: 'json', headings: ['One consumer'], by: UNINSTALL },
    { language: 'sh', headings: ['One consumer', 'A deployment'], by: UNINSTALL },
  ],
  'docs/upgrades.md': [{ language: 'sh', headings: ['Upgrade'], by: UPGRADES }],
  'docs/support.md': [],
  'docs/faq.md': [],
};

const CODES: ReadonlySet<string> = new Set([...REASON_CODES, ...ERROR_CODES, ...Object.keys(LEVELS)]);
/** What looks like a code, and is a variable or a key of somebody else's. */
const OTHERS_NAMES = ['INFLUX_TOKEN'];

const NOT_RUN = /no test runs/i;

describe.each(Object.entries(PAGES))('%s', (page, runs) => {
  const blocks = blocksOf(page);
  const runsOf = ({ language, heading }: { readonly language: string; readonly heading: string }) =>
    runs.filter((run) => run.language === language && run.headings.includes(heading));

  it('has only blocks that a test runs, or that say that none does', () => {
    const silent = blocks.filter((block) => !NOT_RUN.test(block.before) && runsOf(block).length === 0);
    expect(silent).toEqual([]);
  });

  it('names only codes and alarms that exist', () => {
    const prose = readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const codes = [...prose.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code ?? '');
    expect(codes.filter((code) => !CODES.has(code) && !OTHERS_NAMES.includes(code))).toEqual([]);
    const alarms = [...prose.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(([, alarm]) => alarm ?? '');
    const source = readFileSync('infra/alarms.ts', 'utf8');
    expect(alarms.filter((alarm) => !source.includes(`'${alarm}'`))).toEqual([]);
  });

  it('has each block that a test runs', () => {
    const run = blocks.filter(({ before }) => !NOT_RUN.test(before));
    const missing = runs.flatMap(({ language, headings }) =>
      headings.filter((heading) => !run.some((block) => block.language === language && block.heading === heading)),
    );
    expect(missing).toEqual([]);
    expect(runs.filter(({ by }) => !readFileSync(by, 'utf8').includes(page))).toEqual([]);
  });
});

describe('each question', () => {
  const [, ...questions] = readFileSync('docs/faq.md', 'utf8').split(/^### /m);
  const answers = questions.map((question) => {
    const [asked = '', ...lines] = question.split('\n');
    return [
      asked,
      lines
        .join(' ')
        .replace(/ ## .*/, '')
        .trim(),
    ] as const;
  });

  it.each(answers)('has an answer of two to five sentences, with a link: %s', (asked, answer) => {
    expect(asked).toMatch(/\?$/);
    const sentences = answer.match(/[.?:](?= |$)/g) ?? [];
    expect([sentences.length >= 2, sentences.length <= 6]).toEqual([true, true]);
    expect(answer).toMatch(/\]\([^)]+\)/);
  });
});
