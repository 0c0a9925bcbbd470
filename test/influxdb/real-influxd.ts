import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../free-port.ts';
import { type Tool, toolOf } from '../tool.ts';

/** A virgin server in a process of its own. */
export interface Influxd {
  readonly url: string;
  stop(): Promise<void>;
}

/** An `influxd` on the PATH; else one that is built with Go and Rust, once a machine. */
export function findInfluxd(): Tool {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'influxd'));
  const installed = onPath.find((file) => existsSync(file));
  return installed === undefined ? toolOf('scripts/build-influxd.sh') : { program: installed };
}

/** Starts the server on a free port of 127.0.0.1, with its data in a folder that goes with it. */
export async function startInfluxd(binary: string, tokens: 'hashed' | 'plain'): Promise<Influxd> {
  const folder = await mkdtemp(join(tmpdir(), 'influxd-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    binary,
    [
      'run',
      `--http-bind-address=127.0.0.1:${port}`,
      `--bolt-path=${join(folder, 'influxd.bolt')}`,
      `--sqlite-path=${join(folder, 'influxd.sqlite')}`,
      `--engine-path=${join(folder, 'engine')}`,
      `--use-hashed-tokens=${tokens === 'hashed'}`,
      '--reporting-disabled',
      '--log-level=error',
    ],
    { stdio: 'ignore', env: { HOME: folder, PATH: process.env.PATH } },
  );
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
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error('influxd did not become ready within 30 s');
}
