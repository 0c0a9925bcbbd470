import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchema } from '../../../lambda/config/file/json-schema.ts';
import type { Json } from './a-file.ts';

describe('the JSON Schema', () => {
  it('is the one that the source generates: run "npm run schema" after a change', () => {
    expect(JSON.parse(readFileSync('rotation.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  it('describes every key, in sentences', () => {
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties, items } = node as { properties?: Record<string, Json>; items?: unknown };
      for (const [key, property] of Object.entries(properties ?? {})) {
        if (!/\.$/.test(String(property.description)) && key !== '$schema') undescribed.push(`${path}.${key}`);
        visit(property, `${path}.${key}`);
      }
      visit(items, `${path}[]`);
    };
    visit(jsonSchema(), '');
    expect(undescribed).toEqual([]);
  });

  it('has unit, readable message and default for each duration, wherever it stands', () => {
    const durations: Record<string, readonly [hasUnit: boolean, hasMessage: boolean, hasDefault: boolean]> = {};
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, inner] of Object.entries(node)) {
        const { pattern, description, patternErrorMessage, default: byDefault } = (inner ?? {}) as Json;
        if (typeof pattern === 'string' && /d\|?w/.test(pattern))
          durations[`${path}.${key}`] = [
            String(description).includes('Unit: '),
            String(patternErrorMessage).startsWith('must be a duration'),
            byDefault !== undefined,
          ];
        visit(inner, `${path}.${key}`);
      }
    };
    visit(jsonSchema(), '');
    const withoutDefault = Object.keys(durations).filter((path) => !durations[path]?.[2]);
    // The spread follows from how many consumers there are.
    expect(withoutDefault.map((path) => path.split('.').at(-1))).toEqual(['spread', 'spread']);
    expect(Object.entries(durations).filter(([, [unit, message]]) => !(unit && message))).toEqual([]);
    expect(Object.keys(durations)).toHaveLength(24);
  });
});
