import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../lambda/log/coded-error.ts';
import { LEVELS } from '../lambda/log/levels.ts';
import { REASON_CODES } from '../lambda/log/reason-codes.ts';

/** The pages for readers, who meet codes and alarms there. */
const PAGES = ['docs/migration.md', 'docs/uninstall.md', 'docs/upgrades.md', 'docs/support.md', 'docs/faq.md'];

const CODES: ReadonlySet<string> = new Set([...REASON_CODES, ...ERROR_CODES, ...Object.keys(LEVELS)]);
/** What looks like a code, and is a variable or a key of somebody else's. */
const OTHERS_NAMES = ['INFLUX_TOKEN'];

describe.each(PAGES)('%s', (page) => {
  it('names only codes and alarms that exist', () => {
    const prose = readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const codes = [...prose.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code ?? '');
    expect(codes.filter((code) => !CODES.has(code) && !OTHERS_NAMES.includes(code))).toEqual([]);
    const alarms = [...prose.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(([, alarm]) => alarm ?? '');
    const source = readFileSync('infra/alarms.ts', 'utf8');
    expect(alarms.filter((alarm) => !source.includes(`'${alarm}'`))).toEqual([]);
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
