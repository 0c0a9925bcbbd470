import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { LambdaRuntime } from '../../test/runtime/lambda-runtime.ts';
import { toolOf } from '../../test/tools/tool.ts';
import { type Figure, measured } from '../figure.ts';
import type { LimitName } from '../limits.ts';
import { environmentFor, nodeArguments } from '../programs/lambda-process.ts';
import { PROGRAMS, type Program, type Programs } from '../programs/programs.ts';
import { Servers } from '../servers/servers.ts';
import { SMALL_MB } from './memory.ts';

interface ColdOptions {
  readonly programs: Programs;
  /** How often each is started. */
  readonly starts: number;
  readonly sizes: readonly number[];
  /** Whether to start them in the client of the Lambda runtime, too, if it is built. */
  readonly inRuntime: boolean;
}

/** From the start of the process to the answer of its first run, in which nothing is due. */
interface Start {
  readonly wallMs: number;
  /** Undefined where only the client of the Lambda runtime is in the process. */
  readonly cpuMs: number | undefined;
}

type Starter = (program: Program) => Promise<Start>;
type Starts = Readonly<Record<Program, readonly Start[]>>;

/** In a process of its own, and in the real client of the Lambda runtime. */
export async function measureCold({ programs, starts, sizes, inRuntime }: ColdOptions): Promise<Figure[]> {
  const runtime = inRuntime ? toolOf('test/tools/lambda-ric/build.sh', '--if-built') : { missing: 'not asked for' };
  const figures: Figure[] = [];
  for (const consumers of sizes) {
    const servers = await Servers.open({ consumers, due: false });
    programs.configure(servers.configuration);
    try {
      const environment = environmentFor(servers.secretsManagerUrl);
      const plain = await startAll(starts, (program) => startPlain(programs.fileOf(program), environment));
      figures.push(...figuresOf(consumers, 'cold start', plain, 'cold', 'cold-cpu'));
      if (!('program' in runtime) || consumers !== sizes[0]) continue;
      const { program: client } = runtime;
      const real = await startAll(starts, (program) =>
        startInRuntime({ client, folder: programs.folderOf(program), environment }),
      );
      figures.push(...figuresOf(consumers, 'cold start in the client of the Lambda runtime', real, 'cold-runtime'));
    } finally {
      await servers.close();
    }
  }
  return figures;
}

/** One after the other in each round. The first round only fills the caches of the file system. */
async function startAll(times: number, start: Starter): Promise<Starts> {
  const all: Record<Program, Start[]> = { ours: [], floor: [], empty: [] };
  for (let round = 0; round <= times; round += 1)
    for (const program of PROGRAMS) {
      const one = await start(program);
      if (round > 0) all[program].push(one);
    }
  return all;
}

async function startPlain(file: string, environment: Readonly<Record<string, string>>): Promise<Start> {
  const startedAt = performance.now();
  const child = fork(resolve('bench/programs/cold.cjs'), [file], {
    execArgv: nodeArguments(SMALL_MB),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: environment,
  });
  const ended = once(child, 'exit');
  const answered = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  const wallMs = performance.now() - startedAt;
  if (answered === undefined) throw new Error('the program ended without an answer');
  await ended;
  return { wallMs, cpuMs: (answered[0] as { readonly cpuMs: number }).cpuMs };
}

interface InRuntime {
  readonly client: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function startInRuntime(options: InRuntime): Promise<Start> {
  const runtime = await LambdaRuntime.create({ ...options, handler: 'index.handler', timeoutMs: 15 * 60_000 });
  try {
    const startedAt = performance.now();
    const outcome = await runtime.invoke({ action: 'run' });
    if (outcome.kind === 'error') throw new Error(`the program failed: ${outcome.payload.errorMessage}`);
    return { wallMs: performance.now() - startedAt, cpuMs: undefined };
  } finally {
    await runtime.close();
  }
}

function figuresOf(consumers: number, name: string, starts: Starts, wall: LimitName, cpu?: LimitName): Figure[] {
  const about = { part: 'cold', at: consumers };
  const wallOf = ({ wallMs }: Start) => wallMs;
  const cpuOf = ({ cpuMs = Number.NaN }: Start) => cpuMs;
  const empty = measured(starts.empty.map(wallOf));
  return [
    { ...about, ...ratioOf(starts, wallOf), name, unit: '× floor', of: 'ms', limit: wall },
    ...(cpu === undefined
      ? []
      : [{ ...about, ...ratioOf(starts, cpuOf), name: `${name}: CPU`, unit: '× floor', of: 'ms', limit: cpu }]),
    { ...about, name: `${name}: an empty handler`, unit: 'ms', ...empty },
  ];
}

function ratioOf({ ours, floor }: Starts, of: (start: Start) => number) {
  const floors = floor.map(of);
  const all = ours.map(of);
  return {
    ...measured(all.map((each, index) => each / (floors[index] ?? Number.NaN))),
    ours: measured(all),
    floor: measured(floors),
  };
}
