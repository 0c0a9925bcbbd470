import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Block, blocksOf } from '../pages/blocks.ts';

const BLOCKS = blocksOf('docs/getting-started.md');

/** What is for somebody who installed the package, or has servers of his own. */
const isTyped = ({ language, heading, text }: Block) =>
  language === 'sh' && heading !== 'With your own servers' && !text.includes('npx ');

/** A command of the page, and the lines that it says are seen then. */
const STEPS = BLOCKS.flatMap((block, index) => {
  const next = BLOCKS[index + 1];
  return isTyped(block) ? [{ text: block.text, seen: next?.language === 'text' ? next.text.split('\n') : [] }] : [];
});
const commandsIn = (text: string) => text.split('\n').filter((command) => command !== 'npm install');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'getting-started-'));
  const aws = join(folder, 'aws');
  const program = resolve(import.meta.dirname, 'runbook/aws.ts');
  writeFileSync(aws, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(aws, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What differs from one walk to the next. */
const masked = (text: string) =>
  text
    .replaceAll(`${folder}/`, '')
    .replaceAll(/\b[0-9a-f]{16}\b/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME')
    .replaceAll(/\b[0-5]m\b/g, 'AGE');

/** Types all blocks into one shell, and gives what each of them shows. */
function walk(): string[] {
  const script = STEPS.flatMap(({ text }, index) => [
    `echo "== ${index}"`,
    ...commandsIn(text).map((command) =>
      command
        .replaceAll(/(?:\.\/)?(local\.env|prod\.json)/g, (_, name: string) => join(folder, name))
        .replace('<id>', `"$(sed -n 's/^\\([0-9a-f]*\\)  svc-telegraf .*/\\1/p' "${folder}/screen")"`),
    ),
  ]);
  const shell = [
    ...['set -em', 'set -o pipefail', `exec > "${folder}/screen" 2>&1`],
    `trap 'kill %1 2>/dev/null || true' EXIT`,
    ...script,
  ];
  const { status } = spawnSync('bash', ['-c', shell.join('\n')], {
    encoding: 'utf8',
    timeout: 150_000,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
  const screen = spawnSync('cat', [join(folder, 'screen')], { encoding: 'utf8' }).stdout;
  expect({ status, screen: status === 0 ? '' : screen }).toEqual({ status: 0, screen: '' });
  return screen.split(/^== \d+\n/m).slice(1);
}

describe('from tokens that were made by hand to the first rotation', () => {
  it('takes at most ten commands, none of which has JSON in it', () => {
    const first = STEPS.findIndex(({ text }) => text.includes('token-rotation run '));
    const upToIt = STEPS.slice(0, first + 1).flatMap(({ text }) => commandsIn(text));
    expect(upToIt.length).toBeGreaterThan(5);
    expect(upToIt.length).toBeLessThanOrEqual(10);
    expect(upToIt.filter((command) => /[{}[\]]\s*"|"\s*:/.test(command))).toEqual([]);
  });

  it('takes those of the page, as they stand there, and shows what the page says', () => {
    const screens = walk().map((screen) => masked(screen).split('\n'));
    expect(screens).toHaveLength(STEPS.length);
    for (const [index, { text, seen }] of STEPS.entries()) {
      const screen = screens[index] ?? [];
      const places = screen.map((_, first) => screen.slice(first, first + seen.length));
      expect([...places, []], text).toContainEqual(seen.map(masked));
    }
    expect(STEPS.filter(({ seen }) => seen.length > 0)).toHaveLength(8);
  });
});
