import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Verdict } from './strange-list.ts';

it('a list may hold what is only strange: rows of others, rows twice, a time of zero, unknown keys, 50 MB', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/lambda/hostile/strange-list.ts']);
  const { bytes, grownBy, ...said } = JSON.parse(stdout) as Verdict;
  expect(said).toEqual({ state: 'idle', isCurrent: [true] });
  expect(bytes).toBeGreaterThan(50_000_000);
  expect(grownBy).toBeLessThan(600_000_000);
});
