import { writeFileSync } from 'node:fs';
import { answerSchema, reportSchema } from '../cli/answer-schema.ts';
import { jsonSchema } from '../lambda/config/json-schema.ts';
import { eventsSchema } from '../lambda/news/event.ts';

// npm run schema: what editors know of a configuration, and what scripts may rely on in what the program prints, and
// readers in its events.

write('rotation.schema.json', jsonSchema());
write('cli.schema.json', answerSchema());
write('events.schema.json', eventsSchema());
write('report.schema.json', reportSchema());

function write(file: string, schema: unknown): void {
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
}
