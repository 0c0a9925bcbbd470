import { writeFileSync } from 'node:fs';
import { jsonSchema } from '../lambda/config/json-schema.ts';

writeFileSync('rotation.schema.json', `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
