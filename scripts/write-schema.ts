import { readFileSync, writeFileSync } from 'node:fs';
import { answerSchema, evidenceSchema, reportSchema } from '../cli/answer-schema.ts';
import { jsonSchema } from '../lambda/config/file/json-schema.ts';
import { eventsSchema } from '../lambda/news/event.ts';
import { INTERFACES, interfacesOf } from './configuration/interfaces.ts';
import { PAGE, withTables } from './configuration/page.ts';

// npm run schema: what editors know of a configuration, with the types of the construct and the tables of the page, and what
// others may rely on: scripts in what the program prints, readers in the function's events, and auditors in what it puts on
// record.

const configuration = jsonSchema();
write('rotation.schema.json', configuration);
writeFileSync(INTERFACES, interfacesOf(configuration));
writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), configuration));
write('cli.schema.json', answerSchema());
write('events.schema.json', eventsSchema());
write('report.schema.json', reportSchema());
write('evidence.schema.json', evidenceSchema());

function write(file: string, schema: unknown): void {
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
}
