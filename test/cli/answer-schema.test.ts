import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answerSchema } from '../../cli/answer-schema.ts';

it('the published schema of the answers is the one that the program has (npm run schema)', () => {
  expect(JSON.parse(readFileSync('cli.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(answerSchema())));
});
