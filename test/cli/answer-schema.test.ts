import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answerSchema, evidenceSchema, reportSchema } from '../../cli/answer-schema.ts';

it.each([
  ['cli.schema.json', answerSchema()],
  ['report.schema.json', reportSchema()],
  ['evidence.schema.json', evidenceSchema()],
])('the published %s is the one that the program has (npm run schema)', (file, schema) => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});
