import { exactly, type Figure } from '../figure.ts';
import { alternate, busyIn, differenceIn, type Pair, ratios } from '../pairs.ts';
import type { Programs } from '../programs/programs.ts';
import { callsOf } from '../servers/options.ts';
import { Servers } from '../servers/servers.ts';
import { criticalPathMs, LATENCY_MS } from './critical-path.ts';

export interface RunsOptions {
  readonly programs: Programs;
  readonly sizes: readonly number[];
  readonly pairs: number;
}

type Kind = 'idle' | 'due';

/** From here on a start makes no difference to a run, which takes a while: each is run once, in half as many pairs. */
const LARGE = 10_000;

/**
 * Calls, wall and CPU of whole runs. The wall is that of a second run in a process, since a cold start is a figure of its
 * own. The CPU is that of a process up to the end of its first run: hourly runs are cold, and pay for all of it.
 */
export async function measureRuns(kind: Kind, { programs, sizes, pairs }: RunsOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const consumers of sizes) {
    const servers = await Servers.open({ consumers, due: kind === 'due', latencyMs: LATENCY_MS });
    try {
      const options = { programs, servers, memoryMb: 1024 };
      const repeated =
        consumers < LARGE
          ? await alternate({ ...options, pairs, actions: ['run', 'run'] })
          : await alternate({ ...options, pairs: Math.ceil(pairs / 2), actions: ['run'] });
      figures.push(...figuresOf(kind, consumers, repeated));
    } finally {
      await servers.close();
    }
  }
  return figures;
}

function figuresOf(kind: Kind, consumers: number, pairs: readonly Pair[]): Figure[] {
  for (const { ours } of pairs) assertDone(kind, consumers, ours);
  const [{ ours }] = pairs as readonly [Pair];
  const about = { part: kind, at: consumers, busy: busyIn(pairs) };
  const note = differenceIn(pairs);
  const ofRatio = { ...about, unit: '× floor', of: 'ms', ...(note !== undefined && { note }) };
  const beyond = callsOf(ours.load) - Math.ceil(consumers / 20);
  return [
    { ...about, name: `${kind}: calls`, unit: 'calls', ...exactly(callsOf(ours.load)) },
    ...(kind === 'idle'
      ? [{ ...about, name: '', limit: 'idle-calls' as const, unit: 'calls', ...exactly(beyond) }]
      : []),
    { ...ofRatio, name: `${kind}: wall`, limit: `${kind}-wall`, ...ratios(pairs, ({ last }) => last.wallMs) },
    { ...ofRatio, name: `${kind}: CPU`, limit: `${kind}-cpu`, ...ratios(pairs, ({ first }) => first.cpuMs) },
    {
      ...{ ...about, name: `${kind}: critical path`, unit: 'ms' },
      ...exactly(criticalPathMs(ours.load, consumers)),
    },
  ];
}

/** @throws if a run did not do what it was for. */
function assertDone(kind: Kind, consumers: number, { invoked }: Pair['ours']): void {
  const { served, quiet, rotated = 0, failed } = invoked;
  const done = kind === 'idle' ? quiet && served === consumers : rotated === consumers;
  if (!done || failed !== 0)
    throw new Error(
      `of ${consumers} consumers ${served} were served, ${rotated} rotated, ${failed} failed: not ${kind}`,
    );
}
