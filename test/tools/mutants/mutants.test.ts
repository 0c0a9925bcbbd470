import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { RULES } from './rules.ts';

it.each(Object.entries({ ...MUTANTS, ...RULES }))('the mutant "%s" still finds what it breaks', (_name, changes) => {
  for (const { file, from } of changes) expect(readFileSync(file, 'utf8')).toContain(from);
});
