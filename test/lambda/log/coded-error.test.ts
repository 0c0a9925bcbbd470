import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../../lambda/log/coded-error.ts';

it('every code of an error is used by something', () => {
  const sources = readdirSync('lambda', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== join('log', 'coded-error.ts'))
    .map((name) => readFileSync(join('lambda', name), 'utf8'))
    .join('\n');
  expect(ERROR_CODES.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});

it('no code stands there twice', () => {
  expect(ERROR_CODES).toHaveLength(new Set(ERROR_CODES).size);
});
