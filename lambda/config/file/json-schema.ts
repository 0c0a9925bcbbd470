import * as z from 'zod/mini';
import { DURATION } from '../duration.ts';
import { NEWS_DEFAULTS } from '../news.ts';
import { RATE_DEFAULTS } from '../rates.ts';
import { SELF_DEFAULTS } from '../self-settings.ts';
import { CONFIGURATION } from './keys/configuration.ts';
import { allKeys, type Key, type ObjectOfKeys, told, withoutLinks } from './keys/key.ts';
import { CONSUMER_DEFAULTS, ConfigurationFile, LIMIT_DEFAULTS, MAY_BE_ZERO, SCHEDULE_DEFAULT } from './schema.ts';
import { URL_KEYWORDS } from './url-pattern.ts';
import { SOAK_DEFAULT } from './when.ts';

/** A JSON Schema, or a part of one. */
export interface Node {
  [keyword: string]: unknown;
  type?: string;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  anyOf?: Node[];
  enum?: string[];
  pattern?: string;
}

/**
 * The JSON Schema for editors, generated from the schema that the program itself checks with. What is added here says what
 * each key is, and as much of the other checks as a schema can; it never refuses what the program takes.
 */
export function jsonSchema(): Node {
  const schema = z.toJSONSchema(ConfigurationFile, { io: 'input' }) as Node;
  describe(schema, CONFIGURATION);
  const { defaults, influxdb, limits, canaries, freezes, news, consumers } = schema.properties ?? {};
  const consumer = consumers?.items;
  setDefaults(defaults, CONSUMER_DEFAULTS);
  setDefaults(consumer, { ...CONSUMER_DEFAULTS, retired: false });
  setDefaults(limits, { ...LIMIT_DEFAULTS, ...RATE_DEFAULTS });
  setDefaults(news, NEWS_DEFAULTS);
  setDefaults(canaries, { soak: SOAK_DEFAULT });
  setDefaults(schema, { schedule: SCHEDULE_DEFAULT, mode: 'rotate', securityHub: false });
  setDefaults(influxdb, { tokenKey: CONSUMER_DEFAULTS.tokenKey });
  setDefaults(influxdb?.properties?.self, SELF_DEFAULTS);
  for (const node of [defaults, consumer]) setDefaults(node?.properties?.window, { timeZone: 'UTC' });
  for (const node of [freezes, consumer?.properties?.freezes]) setDefaults(node?.items, { everything: false });
  describeDurations(schema);
  for (const node of [influxdb, defaults, consumer]) Object.assign(node?.properties?.tokenKey ?? {}, TOKEN_KEY);
  Object.assign(influxdb?.properties?.url ?? {}, URL_KEYWORDS);
  Object.assign(influxdb?.properties?.ca ?? {}, CA);
  Object.assign(influxdb?.properties?.org ?? {}, { pattern: String.raw`\S` });
  Object.assign(influxdb ?? {}, { anyOf: anyOf('org', 'orgId') });
  Object.assign(consumer ?? {}, CONSUMER);
  return { title: 'influxdb-token-rotation: rotation.json', ...schema };
}

/** What is written about its keys, into the schema of an object. */
function describe(node: Node, object: ObjectOfKeys): void {
  for (const [name, key] of Object.entries(allKeys(object))) {
    const property = node.properties?.[name];
    if (property !== undefined) describeKey(property, key);
  }
}

function describeKey(property: Node, key: Key): void {
  const { text, examples, holds = [] } = told(key);
  Object.assign(property, { description: withoutLinks(text), ...(examples && { examples: [...examples] }) });
  for (const [index, object] of holds.entries()) describe(objectsIn(property)[index] ?? {}, object);
}

/** The schemas of the objects that a key can hold. */
export function objectsIn(property: Node): readonly Node[] {
  const { anyOf, items, properties } = property;
  if (items !== undefined) return [items];
  return properties === undefined && anyOf !== undefined ? anyOf : [property];
}

function setDefaults(node: Node | undefined, defaults: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(defaults)) {
    const property = node?.properties?.[key];
    if (property !== undefined) property.default = value;
  }
}

/** `patternErrorMessage` is what editors show instead of the pattern. Ten digits of seconds are more than a century. */
function describeDurations(node: Node | undefined): void {
  for (const [key, property] of Object.entries(node?.properties ?? {})) {
    describeDurations(property);
    describeDurations(property.items);
    if (property.pattern !== DURATION.source) continue;
    const least = MAY_BE_ZERO.has(key) ? '' : ', longer than zero';
    const form = `a duration${least}: whole numbers, each with s, m, h, d or w, such as "90s", "24h", "30d" or "1h30m"`;
    property.pattern = `^${MAY_BE_ZERO.has(key) ? '' : '(?=.*[1-9])'}(0*\\d{1,10}[smhdw])+$`;
    property.description = `${String(property.description)} Unit: s, m, h, d or w.`;
    property.patternErrorMessage = `must be ${form}`;
  }
}

const TOKEN_KEY = {
  pattern: '^(?!rotation$)[^.]+$',
  patternErrorMessage: 'must not be "rotation", and must not have a dot',
};

const CA = {
  pattern: String.raw`^(?![\s\S]*-----BEGIN (?!CERTIFICATE-----))[\s\S]*-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----`,
  patternErrorMessage: 'must be certificates in PEM, and nothing else: the text itself, not the path of a file',
};

const RETIRED = { properties: { retired: { const: true } }, required: ['retired'] };
const ARN = { pattern: '^arn:' };

/** What its token may do, in one way; a retired consumer may leave it out. And a secret to create has only a name. */
const CONSUMER = {
  anyOf: [
    RETIRED,
    {
      oneOf: [
        { anyOf: ['read', 'write'].map(namesSome) },
        { required: ['access'] },
        { properties: { permissions: { minItems: 1 } }, required: ['permissions'] },
      ],
      properties: { read: { uniqueItems: true }, write: { uniqueItems: true } },
    },
  ],
  not: {
    properties: { createSecret: { const: true } },
    required: ['createSecret'],
    anyOf: [
      { properties: { secret: ARN }, required: ['secret'] },
      { properties: { rotation: { const: 'secrets-manager' } }, required: ['rotation'] },
    ],
  },
};

function namesSome(key: string): unknown {
  return { properties: { [key]: { minItems: 1 } }, required: [key] };
}

function anyOf(...keys: readonly string[]): unknown[] {
  return keys.map((key) => ({ required: [key] }));
}
