import { writeFileSync } from 'node:fs';
import { answerSchema, evidenceSchema, reportSchema } from '../cli/answer-schema.ts';
import { jsonSchema } from '../lambda/config/json-schema.ts';
import { eventsSchema } from '../lambda/news/event.ts';

// npm run schema: what editors know of a configuration, and what others may rely on: scripts in what the program prints,
// readers in the function's events, and auditors in what it puts on record.

write('rotation.schema.json', jsonSchema());
write('cli.schema.json', answerSchema());
write('events.schema.json', eventsSchema());
write('report.schema.json', reportSchema());
write('evidence.schema.json', evidenceSchema());

function write(file: string, schema: unknown): void {
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
}
