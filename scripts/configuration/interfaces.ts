import { type Node, objectsIn } from '../../lambda/config/file/json-schema.ts';
import { CONFIGURATION } from '../../lambda/config/file/keys/configuration.ts';
import { type Key, type ObjectOfKeys, told, withoutLinks } from '../../lambda/config/file/keys/key.ts';

// The types of the construct's `configuration`, as jsii takes them, and as an editor shows them:
// docs/decisions/0024-one-text-for-each-key.md.

export const INTERFACES = 'infra/rotation-configuration.ts';

const HEAD = `// Written by "npm run schema", from lambda/config/file/: change that.
// biome-ignore-all lint/style/noExcessiveLinesPerFile: nobody has to read it as a whole
`;

export function interfacesOf(schema: Node): string {
  const written = new Map<string, string>();
  write(CONFIGURATION, schema, written);
  return `${HEAD}\n${[...written.values()].join('\n')}`;
}

/** An object that others hold or extend comes before them. */
function write(object: ObjectOfKeys, schema: Node, written: Map<string, string>): void {
  const { name, text, extends: base, keys } = object;
  if (base !== undefined) write(base, schema, written);
  const members = Object.entries(keys).map(([key, about]) => {
    const property = schema.properties?.[key] ?? {};
    const { holds = [] } = told(about);
    for (const [index, inner] of holds.entries()) write(inner, objectsIn(property)[index] ?? {}, written);
    const types = holds.length > 0 ? holds.map((inner) => inner.name) : typesOf(property.items ?? property);
    const isRequired = schema.required?.includes(key) ?? false;
    return comment(about, property, isRequired) + member(key, property.items ? [listOf(types)] : types, isRequired);
  });
  const heading = base === undefined ? name : `${name} extends ${base.name}`;
  written.set(name, `${block('', [text])}export interface ${heading} {\n${members.join('\n')}}\n`);
}

function typesOf({ type, enum: values }: Node): readonly string[] {
  return values?.map((value) => `'${value}'`) ?? [type === 'integer' ? 'number' : String(type)];
}

function listOf(types: readonly string[]): string {
  return types.length > 1 ? `(${types.join(' | ')})[]` : `${types[0]}[]`;
}

/** What is not required may be undefined as well, as zod has it. */
function member(key: string, types: readonly string[], isRequired: boolean): string {
  const all = isRequired ? types : [...types, 'undefined'];
  const line = `  readonly ${key}${isRequired ? '' : '?'}: ${all.join(' | ')};\n`;
  return line.length <= WIDTH ? line : `  readonly ${key}:\n${all.map((type) => `    | ${type}`).join('\n')};\n`;
}

function comment(about: Key, property: Node, isRequired: boolean): string {
  const { byDefault, examples = [] } = told(about);
  const value = byDefault ?? (property.default === undefined ? undefined : JSON.stringify(property.default));
  return block('  ', [
    String(property.description),
    ...(value === undefined || isRequired ? [] : [`@default ${withoutLinks(value)}`]),
    ...examples.map((example) => `@example ${JSON.stringify(example)}`),
  ]);
}

const WIDTH = 120;

/** A comment of paragraphs, in as many lines as it takes. */
function block(indent: string, paragraphs: readonly string[]): string {
  const lines = paragraphs.flatMap((paragraph) => wrapped(paragraph, WIDTH - indent.length - 3));
  const [only = ''] = lines;
  const single = `${indent}/** ${only} */`;
  if (lines.length === 1 && single.length <= WIDTH) return `${single}\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
