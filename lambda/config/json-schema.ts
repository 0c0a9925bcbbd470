import * as z from 'zod/mini';
import { CONSUMER_DEFAULTS, ConfigurationFile, LIMIT_DEFAULTS, SCHEDULE_DEFAULT } from './schema.ts';

type Node = { properties?: Record<string, Node & { default?: unknown }>; items?: Node };

/** The JSON Schema for editors, generated from the schema that the program itself checks with. */
export function jsonSchema(): unknown {
  const schema = z.toJSONSchema(ConfigurationFile, { io: 'input' }) as Node;
  setDefaults(schema.properties?.defaults, CONSUMER_DEFAULTS);
  setDefaults(schema.properties?.limits, LIMIT_DEFAULTS);
  setDefaults(schema, { schedule: SCHEDULE_DEFAULT, mode: 'rotate' });
  setDefaults(schema.properties?.influxdb, { tokenKey: CONSUMER_DEFAULTS.tokenKey });
  setDefaults(schema.properties?.consumers?.items, { retired: false });
  return { title: 'influxdb-token-rotation: rotation.json', ...schema };
}

function setDefaults(node: Node | undefined, defaults: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(defaults)) {
    const property = node?.properties?.[key];
    if (property !== undefined) property.default = value;
  }
}
