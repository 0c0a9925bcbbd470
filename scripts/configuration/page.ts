import { type Node, objectsIn } from '../../lambda/config/file/json-schema.ts';
import { CONFIGURATION } from '../../lambda/config/file/keys/configuration.ts';
import { type Key, type ObjectOfKeys, told } from '../../lambda/config/file/keys/key.ts';

// The tables of docs/configuration.md. What stands around them is written by hand.

export const PAGE = 'docs/configuration.md';

const BEGIN = /^<!-- (\w+(?:, \w+)*) by npm run schema, from here -->$/;
const END = '<!-- to here -->';

interface Found {
  readonly object: ObjectOfKeys;
  readonly schema: Node;
}

/** @throws if the page has no table for an object, one for an object that there is not, or one without an end. */
export function withTables(page: string, schema: Node): string {
  const objects = new Map(foundIn(CONFIGURATION, schema).map((found) => [found.object.name, found]));
  const left = new Set(objects.keys());
  const lines: string[] = [];
  let isOurs = false;
  for (const line of page.split('\n')) {
    if (line === END) isOurs = false;
    if (!isOurs) lines.push(line);
    const [, names] = BEGIN.exec(line) ?? [];
    if (names === undefined) continue;
    isOurs = true;
    const shown = names.split(', ').map((name) => {
      const found = objects.get(name);
      if (found === undefined) throw new Error(`${PAGE}: there is no ${name}`);
      left.delete(name);
      return found;
    });
    lines.push(...tableOf(shown));
  }
  if (isOurs) throw new Error(`${PAGE}: a table has no end: write ${END} after it`);
  if (left.size > 0) throw new Error(`${PAGE}: has no table for ${[...left].join(', ')}`);
  return lines.join('\n');
}

function foundIn(object: ObjectOfKeys, schema: Node): Found[] {
  const inner = Object.entries(object.keys).flatMap(([name, key]) => {
    const property = schema.properties?.[name] ?? {};
    return (told(key).holds ?? []).flatMap((each, index) => foundIn(each, objectsIn(property)[index] ?? {}));
  });
  return [...(object.extends ? foundIn(object.extends, schema) : []), { object, schema }, ...inner];
}

function tableOf(shown: readonly Found[]): string[] {
  const rows = shown.flatMap(({ object, schema }) =>
    Object.entries(object.keys).map(([name, key]) => rowOf(object, name, key, schema)),
  );
  return ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows];
}

function rowOf({ section }: ObjectOfKeys, name: string, key: Key, schema: Node): string {
  const property = schema.properties?.[name] ?? {};
  const { text, byDefault, examples = [], holds: [held] = [] } = told(key);
  const such =
    examples.length === 0
      ? ''
      : ` Such as ${listed(
          examples.map((each) => `\`"${each}"\``),
          'or',
        )}.`;
  const id = anchorOf(section === 'top level' ? name : `${section}-${name}`);
  const label = held === undefined ? `<a id="${id}"></a>\`${name}\`` : `[\`${name}\`](#${anchorOf(held.section)})`;
  const without = byDefault ?? (property.default === undefined ? 'required' : code(property.default));
  return `| ${[label, kindOf(property), without, `${text}${such}`].join(' | ')} |`;
}

function kindOf(property: Node): string {
  const { type = 'object', items, enum: values, patternErrorMessage } = property;
  if (items !== undefined) return `list of ${items.enum === undefined ? `${kindOf(items)}s` : kindOf(items)}`;
  if (values !== undefined) return values.length > 10 ? 'text' : listed(values.map(code), 'or');
  if (String(patternErrorMessage).startsWith('must be a duration')) return 'duration';
  return { string: 'text', integer: 'whole number', boolean: '`true` or `false`' }[type] ?? type;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function listed(values: readonly string[], word: 'or' | 'and'): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
