import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tools/free-port.ts';
import { type Tool, toolOf } from '../tools/tool.ts';

/** A virgin server in a process of its own. */
export interface Influxd {
  readonly url: string;
  stop(): Promise<void>;
}

/** A program, an image for Docker, or why there is neither. */
export type Source = Tool | { readonly image: string };

/** The version that was recorded. */
const IMAGE = 'influxdb:2.9.1';

/** An `influxd` on the PATH; else Docker's image, where an engine runs; else one that is built with Go and Rust. */
export function findInfluxd(): Source {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'influxd'));
  const installed = onPath.find((file) => existsSync(file));
  if (installed !== undefined) return { program: installed };
  if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0) return { image: IMAGE };
  return toolOf('test/tools/influxd/build.sh');
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
      : [source.program, ['run', `--http-bind-address=127.0.0.1:${port}`, ...dataIn(folder), ...flags]];
  const child = spawn(command, args, { stdio: 'ignore', env: { HOME: folder, PATH: process.env.PATH } });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true });
  };
  for (let tries = 0; tries < 3000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}`);
    const health = await fetch(`${url}/health`).catch(() => undefined);
    if (health?.ok) return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('influxd did not become ready within five minutes');
}

function dataIn(folder: string): string[] {
  return [
    `--bolt-path=${join(folder, 'influxd.bolt')}`,
    `--sqlite-path=${join(folder, 'influxd.sqlite')}`,
    `--engine-path=${join(folder, 'engine')}`,
  ];
}
