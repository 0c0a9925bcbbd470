import * as z from 'zod/mini';
import {
  CONSUMER_DEFAULTS,
  ConfigurationFile,
  DURATION_KEYS,
  LIMIT_DEFAULTS,
  MAY_BE_ZERO,
  SCHEDULE_DEFAULT,
} from './schema.ts';
import { SOAK_DEFAULT } from './when-schema.ts';

interface Node {
  [keyword: string]: unknown;
  properties?: Record<string, Node>;
  items?: Node;
}

/**
 * The JSON Schema for editors, generated from the schema that the program itself checks with. What is added here says as
 * much of the other checks as a schema can; it never refuses what the program takes.
 */
export function jsonSchema(): unknown {
  const schema = z.toJSONSchema(ConfigurationFile, { io: 'input' }) as Node;
  const { defaults, influxdb, limits, canaries, consumers } = schema.properties ?? {};
  const consumer = consumers?.items;
  setDefaults(defaults, CONSUMER_DEFAULTS);
  setDefaults(consumer, { ...CONSUMER_DEFAULTS, retired: false });
  setDefaults(limits, LIMIT_DEFAULTS);
  setDefaults(canaries, { soak: SOAK_DEFAULT });
  setDefaults(schema, { schedule: SCHEDULE_DEFAULT, mode: 'rotate' });
  setDefaults(influxdb, { tokenKey: CONSUMER_DEFAULTS.tokenKey });
  for (const node of [schema, defaults, limits, canaries, consumer]) describeDurations(node);
  for (const node of [influxdb, defaults, consumer]) Object.assign(node?.properties?.tokenKey ?? {}, TOKEN_KEY);
  Object.assign(influxdb?.properties?.url ?? {}, URL_KEYWORDS);
  Object.assign(influxdb ?? {}, { anyOf: anyOf('org', 'orgId') });
  Object.assign(consumer ?? {}, ACCESS);
  for (const key of ['read', 'write']) Object.assign(consumer?.properties?.[key] ?? {}, { uniqueItems: true });
  Object.assign(consumer?.properties?.permissions ?? {}, { minItems: 1 });
  return { title: 'influxdb-token-rotation: rotation.json', ...schema };
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
    if (!DURATION_KEYS.has(key)) continue;
    const least = MAY_BE_ZERO.has(key) ? '' : ', longer than zero';
    const form = `a duration${least}: whole numbers, each with s, m, h, d or w, such as "90s", "24h", "30d" or "1h30m"`;
    property.pattern = `^${MAY_BE_ZERO.has(key) ? '' : '(?=.*[1-9])'}(0*\\d{1,10}[smhdw])+$`;
    property.description = `${String(property.description)}. Unit: s, m, h, d or w`;
    property.patternErrorMessage = `must be ${form}`;
  }
}

const TOKEN_KEY = {
  pattern: '^(?!rotation$)[^.]+$',
  patternErrorMessage: 'must not be "rotation", and must not have a dot',
};

const URL_KEYWORDS = {
  pattern: String.raw`^\s*[hH][tT][tT][pP][sS]?:(?![^?#]*[/\\]([aA][pP][iI][/\\]+[vV]2|[oO][rR][gG][sS])([/\\]|\s*$))[/\\]*[^/\\?#@]+([/\\][^?#]*)?[?#]?\s*$`,
  patternErrorMessage:
    'must be the base URL of the server, such as https://influxdb.example.com:8086, without a user, a query, or /api/v2',
};

/** A retired consumer may leave out what its token may do. */
const ACCESS = {
  anyOf: [
    ...anyOf('read', 'write', 'access', 'permissions'),
    { properties: { retired: { const: true } }, required: ['retired'] },
  ],
};

function anyOf(...keys: readonly string[]): unknown[] {
  return keys.map((key) => ({ required: [key] }));
}
