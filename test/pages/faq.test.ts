import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

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
