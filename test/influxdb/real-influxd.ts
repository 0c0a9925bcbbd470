import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A virgin server in a process of its own. */
export interface Influxd {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where an influxd comes from, or why there is none. */
export type Source = { readonly binary: string } | { readonly image: string } | { readonly missing: string };

/** The version that was recorded. */
const IMAGE = 'influxdb:2.9.1';

/** An `influxd` on the PATH; else Docker's image, where an engine runs; else one that is built with Go and Rust. */
export function findInfluxd(): Source {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'influxd'));
  const installed = onPath.find((file) => existsSync(file));
  if (installed !== undefined) return { binary: installed };
  if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0) return { image: IMAGE };
  try {
    return {
      binary: execFileSync('bash', ['scripts/build-influxd.sh'], { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim(),
    };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return { missing: stderr.trim().split('\n').at(-1) ?? 'no influxd, and it could not be built' };
  }
}

/** Starts the server on a free port of 127.0.0.1, with data that go with it. */
export async function startInfluxd(source: Source, tokens: 'hashed' | 'plain'): Promise<Influxd> {
  if ('missing' in source) throw new Error(source.missing);
  const folder = await mkdtemp(join(tmpdir(), 'influxd-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [`--use-hashed-tokens=${tokens === 'hashed'}`, '--reporting-disabled', '--log-level=error'];
  const [command, args] =
    'image' in source
      ? ['docker', ['run', '--rm', `--publish=127.0.0.1:${port}:8086`, source.image, 'influxd', 'run', ...flags]]
      : [source.binary, ['run', `--http-bind-address=127.0.0.1:${port}`, ...dataIn(folder), ...flags]];
  const child = spawn(command, args, { stdio: 'ignore', env: { HOME: folder, PATH: process.env.PATH } });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true });
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}`);
    const health = await fetch(`${url}/health`).catch(() => undefined);
    if (health?.ok) return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('influxd did not become ready within 30 s');
}

function dataIn(folder: string): string[] {
  return [
    `--bolt-path=${join(folder, 'influxd.bolt')}`,
    `--sqlite-path=${join(folder, 'influxd.sqlite')}`,
    `--engine-path=${join(folder, 'engine')}`,
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
