import { CONCURRENCY } from '../lambda/calls/side-by-side.ts';
import type { Measured } from './figure.ts';
import { measured } from './figure.ts';
import { type Invocation, type Invoked, type InvokeOptions, invokeInLambda } from './programs/lambda-process.ts';
import type { Program, Programs } from './programs/programs.ts';
import type { Load } from './servers/options.ts';
import type { Servers } from './servers/servers.ts';

/** What the first and the last invocation of a program took, and what the servers saw of the last. */
export interface Run {
  readonly invoked: Invoked;
  readonly first: Invocation;
  readonly last: Invocation;
  readonly load: Load;
}

export interface Pair {
  readonly ours: Run;
  readonly floor: Run;
}

interface PairOptions {
  readonly programs: Programs;
  readonly servers: Servers;
  readonly memoryMb: number;
  readonly pairs: number;
  readonly actions?: InvokeOptions['actions'];
}

/** Ours, the floor, ours, the floor, …, so that a busy moment of the machine meets both. Each floor makes our calls. */
export async function alternate(options: PairOptions): Promise<Pair[]> {
  const all: Pair[] = [];
  options.programs.configure(options.servers.configuration);
  for (let count = 0; count < options.pairs; count += 1) {
    const ours = await runOf('ours', options);
    const floor = await runOf('floor', options, {
      FLOOR_CALLS: JSON.stringify(ours.load.operations),
      // Ours as it is; its reads at least side by side.
      FLOOR_AT_ONCE: String(Math.max(CONCURRENCY, ours.load.atOnce)),
    });
    all.push({ ours, floor });
  }
  return all;
}

/** One program, with the servers as they were at first before each invocation. */
export async function runOf(
  program: Program,
  { programs, servers, memoryMb, actions = ['run', 'run'] }: PairOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  await servers.reset();
  const invoked = await invokeInLambda(programs.fileOf(program), servers.secretsManagerUrl, memoryMb, {
    ...{ actions, environment },
    between: () => servers.reset(),
  });
  const [first] = invoked.invocations;
  const last = invoked.invocations.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was invoked');
  return { invoked, first, last, load: await servers.take() };
}

type Of = (run: Run) => number;

/** Each of ours to the floor beside it. */
export function ratios(
  pairs: readonly Pair[],
  of: Of,
): Measured & { readonly ours: Measured; readonly floor: Measured } {
  return {
    ...measured(pairs.map(({ ours, floor }) => of(ours) / of(floor))),
    ours: measured(pairs.map(({ ours }) => of(ours))),
    floor: measured(pairs.map(({ floor }) => of(floor))),
  };
}

/** The most of the servers' time that any of them took. */
export function busyIn(pairs: readonly Pair[]): number {
  return Math.max(...pairs.flatMap(({ ours, floor }) => [ours.load.busy, floor.load.busy]));
}

/** Where the floor made other calls than ours, which says nothing of how fast either is. */
export function differenceIn(pairs: readonly Pair[]): string | undefined {
  const differing = pairs.flatMap(({ ours, floor }) => {
    const [made, asked] = [floor.load.operations, ours.load.operations];
    return Object.keys({ ...made, ...asked })
      .filter((operation) => made[operation] !== asked[operation])
      .map((operation) => `${operation} ${made[operation] ?? 0} times, ours ${asked[operation] ?? 0}`);
  });
  return differing.length === 0 ? undefined : `the floor called ${differing[0]}`;
}
