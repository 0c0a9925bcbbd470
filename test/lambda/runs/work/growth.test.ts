import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';

const START = fileURLToPath(new URL('start.ts', import.meta.url));

interface Answer {
  readonly blocks: number;
  readonly states: readonly string[];
  readonly tooFast: readonly string[];
}

/** From a process of its own, where no compiler optimises: counts are then the same every time. */
let answers: Readonly<Record<string, Answer>>;
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-opt', '--no-maglev', START]);
  answers = JSON.parse(stdout);
});

describe('a run over twice as many consumers does twice the work', () => {
  it.for(Object.entries(CASES))('of those %s', ([name, { states }]) => {
    expect(answers[name]).toEqual({ states, blocks: expect.any(Number), tooFast: [] });
    expect(answers[name]?.blocks).toBeGreaterThan(300);
  });
});
