import { writeFileSync } from 'node:fs';
import { answerSchema, evidenceSchema, reportSchema } from '../cli/answer-schema.ts';
import { jsonSchema } from '../lambda/config/json-schema.ts';

// npm run schema: what editors know of a configuration, and what scripts may rely on in what the program prints
// and in what the function puts on record.

write('rotation.schema.json', jsonSchema());
write('cli.schema.json', answerSchema());
write('report.schema.json', reportSchema());
write('evidence.schema.json', evidenceSchema());

function write(file: string, schema: unknown): void {
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
}
