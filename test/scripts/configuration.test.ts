import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { jsonSchema } from '../../lambda/config/file/json-schema.ts';
import { INTERFACES, interfacesOf } from '../../scripts/configuration/interfaces.ts';
import { PAGE, withTables } from '../../scripts/configuration/page.ts';

const page = readFileSync(PAGE, 'utf8');

it('the tables of the page are those of the schema: run "npm run schema" after a change', () => {
  expect(withTables(page, jsonSchema())).toBe(page);
});

it('the types of the construct are those of the schema: run "npm run schema" after a change', () => {
  expect(interfacesOf(jsonSchema())).toBe(readFileSync(INTERFACES, 'utf8'));
});

it.each([
  ['a table of what is no part of the schema', 'SelfConfiguration by', 'SelfConfig by', 'there is no SelfConfig'],
  ['a table without an end', /<!-- to here -->(?![\s\S]*<!-- to here -->)/, '', 'a table has no end'],
  ['a page without a table', 'SelfConfiguration by', 'NewsConfiguration by', 'no table for SelfConfiguration'],
])('%s is refused', (_what, before, after, said) => {
  expect(() => withTables(page.replace(before, after), jsonSchema())).toThrow(said);
});

it('a line that somebody changed in a table is written anew', () => {
  const changed = page.replace('<a id="deployment"></a>`deployment` | text', '`deployment` | number');
  expect(changed).not.toBe(page);
  expect(withTables(changed, jsonSchema())).toBe(page);
});

it('no anchor of the page is given twice', () => {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const all = [...headings, ...[...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
  expect(all.filter((anchor, index) => all.indexOf(anchor) !== index)).toEqual([]);
  expect(all.length).toBeGreaterThan(80);
});

it('the smallest file is accepted, with each of the common additions', () => {
  const [, smallest = ''] = /## The smallest file\n```json\n([\s\S]*?)```/.exec(page) ?? [];
  const [, table = ''] = /## Common additions\n([\s\S]*?)\n## /.exec(page) ?? [];
  const file = JSON.parse(smallest);
  const additions = [...table.matchAll(/^\| .+ \| (.+) \|$/gm)].flatMap(([, added = '']) => {
    const parts = [...added.matchAll(/`([^`]+)`( in `defaults`)?/g)];
    const objects = parts.map(([, part, inDefaults]) =>
      JSON.parse(inDefaults ? `{"defaults":{${part}}}` : `{${part}}`),
    );
    return /^`/.test(added) ? [Object.assign({}, ...objects)] : [];
  });
  expect(additions).toHaveLength(7);
  for (const added of [{}, ...additions]) expect(() => parseConfiguration({ ...file, ...added })).not.toThrow();
});
