import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { findInfluxd, startInfluxd, whyNotWith } from './a-real-influxd.ts';

const folders: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Puts a program of this name on the PATH, before everything else. */
function onThePath(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'path-'));
  folders.push(folder);
  const program = join(folder, 'influxd');
  writeFileSync(program, `#!${process.execPath}\n${script}`);
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  return program;
}

/** As 2.0 does: it knows neither `--sqlite-path` nor `--use-hashed-tokens`, and ends at a flag that it does not know. */
const OLD = `
  const known = ['--http-bind-address', '--bolt-path', '--engine-path', '--reporting-disabled', '--log-level', '--help'];
  const flags = process.argv.slice(3).map((flag) => flag.split('=')[0]);
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined) { console.error('unknown flag: ' + unknown); process.exit(1); }
  if (flags.includes('--help')) { console.log(known.join(' string\\n')); process.exit(0); }
  const port = process.argv.find((flag) => flag.startsWith('--http-bind-address')).split(':')[1];
  require('node:http').createServer((_request, response) => response.end('{"version":"v2.0.9"}')).listen(port, '127.0.0.1');
`;

it('an older influxd is started with the flags that it knows, and only with plain tokens', async () => {
  const program = onThePath(OLD);
  const source = findInfluxd();
  expect(source).toEqual({ program });
  expect(whyNotWith(source, 'plain')).toBe('');
  expect(whyNotWith(source, 'hashed')).toBe(` (skipped: ${program} is older than 2.8, and cannot hash tokens)`);
  const server = await startInfluxd(source, 'plain');
  expect(server.version).toBe('2.0.9');
  await server.stop();
});

it.each([
  ['says why', "console.error('the disk is full'); process.exit(3);", /: it ended with 3; it said: the disk is full$/],
  ['says nothing', 'process.exit(4);', /: it ended with 4; it said: nothing$/],
])(
  'an influxd that does not start is not waited for, and its own words are shown: it %s',
  async (_name, script, why) => {
    const program = onThePath(script);
    await expect(startInfluxd({ program }, 'plain')).rejects.toThrow(why);
  },
);

it('an influxd that is no program is told as that', async () => {
  const program = onThePath('');
  chmodSync(program, 0o644);
  await expect(startInfluxd({ program }, 'plain')).rejects.toThrow(
    /did not start: spawn \S+ EACCES; it said: nothing$/,
  );
});
