import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { blocksOf } from '../pages/blocks.ts';

const HEADING = 'Five minutes to the first rotation';
const [commands, configuration] = blocksOf('README.md').filter(({ heading }) => heading === HEADING);
const SERVER = 'https://influxdb.example.com:8086';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('the commands of the README lead to the first rotation, and write the configuration that it shows', () => {
  const typed = (commands?.text ?? '')
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((command) => command !== 'npm install');
  // A person would answer yes.
  const answered = typed.map((command) => (/ -- (?:init|run) /.test(command) ? `${command} --yes` : command));
  const shell = [
    ...['set -em', `trap 'kill %1 2>/dev/null || true' EXIT`],
    `npm run -s local -- --shell > "${folder}/local.env" &`,
    `while [ ! -s "${folder}/local.env" ] && kill -0 $!; do sleep 1; done`,
    `. "${folder}/local.env"`,
    ...answered.map((command) => command.replace(SERVER, '"$INFLUX_HOST"').replace('prod.json', `${folder}/prod.json`)),
  ];
  const { status, stdout, stderr } = spawnSync('bash', ['-c', shell.join('\n')], {
    encoding: 'utf8',
    timeout: 150_000,
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('prod: nothing is wrong');
  expect(stdout).toMatch(/^✔ {2}telegraf {2}rotate {2}[0-9a-f]{16} {2}first token$/m);
  const written = readFileSync(join(folder, 'prod.json'), 'utf8').replace(/http:\/\/127\.0\.0\.1:\d+/, SERVER);
  expect(JSON.parse(configuration?.text ?? '')).toEqual(JSON.parse(written));
  expect([commands?.language, configuration?.language, typed.length]).toEqual(['sh', 'json', 3]);
});
