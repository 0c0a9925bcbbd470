import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tools/free-port.ts';
import { type Tool, toolOf } from '../tools/tool.ts';

/** A virgin server in a process of its own. */
export interface Influxd {
  readonly url: string;
  /** Without its `v`, e.g. `2.9.1`. */
  readonly version: string;
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

/** How a server keeps its tokens. Before 2.8 all are plain. */
export type Tokens = 'hashed' | 'plain';

/** Starts the server on a free port of 127.0.0.1, with data that go with it. */
export async function startInfluxd(source: Source, tokens: Tokens): Promise<Influxd> {
  if ('missing' in source) throw new Error(source.missing);
  const folder = await mkdtemp(join(tmpdir(), 'influxd-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [`--use-hashed-tokens=${tokens === 'hashed'}`, '--reporting-disabled', '--log-level=error'];
  const [command, args] =
    'image' in source
      ? ['docker', ['run', '--rm', `--publish=127.0.0.1:${port}:8086`, source.image, 'influxd', 'run', ...flags]]
      : [
          source.program,
          ['run', ...known(source.program, [`--http-bind-address=127.0.0.1:${port}`, ...dataIn(folder), ...flags])],
        ];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { HOME: folder, PATH: process.env.PATH },
  });
  const said = lastWordsOf(child);
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(`it ended with ${code ?? signal}`));
  });
  let end: string | undefined;
  void ended.then((how) => {
    end = how;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  };
  for (let tries = 0; tries < 3000 && end === undefined; tries += 1) {
    const health = await fetch(`${url}/health`).catch(() => undefined);
    if (health?.ok) return { url, version: await versionIn(health), stop };
    await sleep(100);
  }
  const why = end ?? 'it was not ready within five minutes';
  await stop();
  throw new Error(`${command} ${args.join(' ')} did not start: ${why}; it said: ${said() || 'nothing'}`);
}

/** Why this program cannot be tested with such tokens, to stand in a title; empty if it can. */
export function whyNotWith(source: Source, tokens: Tokens): string {
  const isOld = 'program' in source && tokens === 'hashed' && !helpOf(source.program).includes('--use-hashed-tokens');
  return isOld ? ` (skipped: ${source.program} is older than 2.8, and cannot hash tokens)` : '';
}

/** The flags that this program has: older servers refuse those that came later. */
function known(program: string, flags: readonly string[]): string[] {
  const help = helpOf(program);
  if (!help.includes('--http-bind-address')) return [...flags];
  return flags.filter((flag) => help.includes(flag.split('=', 1)[0] ?? flag));
}

const helps = new Map<string, string>();

/** What it prints about its flags. A program that does not even do that shows why when it is started. */
function helpOf(program: string): string {
  const asked = helps.get(program) ?? spawnSync(program, ['run', '--help'], { encoding: 'utf8' });
  const help = typeof asked === 'string' ? asked : `${asked.stdout ?? ''}${asked.stderr ?? ''}`;
  helps.set(program, help);
  return help;
}

/** The end of what a program prints: why it did not start. */
function lastWordsOf({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): () => string {
  let text = '';
  for (const stream of [stdout, stderr])
    stream.on('data', (chunk) => {
      text = `${text}${chunk}`.slice(-2000);
    });
  return () => text.trim();
}

async function versionIn(health: Response): Promise<string> {
  const { version } = (await health.json()) as { readonly version?: string };
  return (version ?? health.headers.get('x-influxdb-version') ?? 'unknown').replace(/^v/, '');
}

function dataIn(folder: string): string[] {
  return [
    `--bolt-path=${join(folder, 'influxd.bolt')}`,
    `--sqlite-path=${join(folder, 'influxd.sqlite')}`,
    `--engine-path=${join(folder, 'engine')}`,
  ];
}
