import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTerminal } from '../builders/a-terminal.ts';
import { Beginning } from './a-beginning.ts';

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
  await at.typeHere(['init', ...at.flags, '--yes']);
});
afterEach(() => at.close());

const CLI = join(import.meta.dirname, '../../cli');
const program = (name: 'main' | 'start') => `'${process.execPath}' '${join(CLI, `${name}.ts`)}'`;

/** The exit code of the program in a line of bash, where `P` is the program. */
async function exitCodeOf(line: string): Promise<number> {
  const child = spawn('bash', ['-c', line], { env: { PATH: process.env.PATH, ...at.env }, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

const config = () => `--config '${at.path()}'`;
const runs = [
  ['npm start', () => `${program('start')} ${config()}`],
  ['the program', () => `${program('main')} run --yes --local ${config()}`],
] as const;

describe.each(runs)('a run by %s', (_, run) => {
  it('goes on to its end where nobody reads what it says', async () => {
    expect(await exitCodeOf(`${run()} 2> >(true) > >(true)`)).toBe(0);
    expect(await at.valueOf('influxdb/acme/telegraf')).toBeDefined();
  });

  it('that failed says so by its exit code where nobody reads what it says', async () => {
    await at.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString: '{}' }));
    expect(await exitCodeOf(`${run()} | true; exit \${PIPESTATUS[0]}`)).toBe(1);
  });

  it.skipIf(spawnSync('test', ['-c', '/dev/full']).status !== 0)(
    'fails where its result cannot be written',
    async () => {
      expect(await exitCodeOf(`${run()} > /dev/full`)).toBe(1);
    },
  );
});

it('a terminal that does not say how large it is shows status as one of 80 columns does', async () => {
  const terminal = openTerminal(
    ['bash', '-c', `stty rows 0 cols 0; ${program('main')} status --watch --local ${config()}`],
    {
      env: at.env,
    },
  );
  await terminal.waitFor('looks again every 10 seconds; ctrl-C ends it');
});
