import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../tools/free-port.ts';

/** The blocks of docs/try-it.md, as they are copied into a shell. */
const BLOCKS = [...readFileSync('docs/try-it.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
  block.replaceAll(/^ {3}/gm, '').trim(),
);

/** A command a line. */
const commandsIn = (blocks: readonly string[]) => blocks.flatMap((block) => block.split('\n'));

const isFirstRun = (block: string) => block.includes('cli -- run ');

describe('from tokens that were made by hand to the first rotation', () => {
  const upToIt = commandsIn(BLOCKS.slice(0, BLOCKS.findIndex(isFirstRun) + 1));

  it('takes at most ten commands, none of which has JSON in it', () => {
    expect(upToIt.some((command) => command.includes('cli -- run '))).toBe(true);
    expect(upToIt.length).toBeLessThanOrEqual(10);
    expect(upToIt.filter((command) => /[{}[\]]\s*"|"\s*:|\{/.test(command))).toEqual([]);
  });

  it('takes those of the page, as they stand there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'try-it-'));
    const [influxdb, secretsManager] = [await freePort(), await freePort()];
    const script = commandsIn(BLOCKS)
      .filter((command) => command !== 'npm install')
      .map((command) =>
        command
          .replace('8186', String(influxdb))
          .replace('8187', String(secretsManager))
          .replaceAll(/(?:\.\/)?(local(?:\.env|-rotation\.json))/g, (_, name: string) => join(folder, name)),
      );
    const shell = ['set -em', `trap 'kill %1 2>/dev/null || true' EXIT`, ...script].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', shell], { encoding: 'utf8', timeout: 150_000 });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain("admin's Token");
    expect(stdout).toMatch(/make token in +influxdb\/rotator/);
    expect(stdout).toMatch(/rotate +\w+ +first token/);
    expect(stdout).toContain('telegraf is well');
    rmSync(folder, { recursive: true });
  });
});
