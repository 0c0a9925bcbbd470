import { type Profiler, Session } from 'node:inspector/promises';

/** How often each piece of our code ran, by its file, its function and where it begins. */
export type Counts = ReadonlyMap<string, number>;

/**
 * Runs something, and counts how often each block of the code in these folders ran meanwhile: calls, loops, branches. The
 * same work gives the same counts, whatever else the machine does.
 */
export async function counted(folders: RegExp, act: () => Promise<unknown>): Promise<Counts> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await act();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    await session.post('Profiler.stopPreciseCoverage');
    const counts = new Map<string, number>();
    for (const [block, count] of result.filter(({ url }) => folders.test(url)).flatMap(blocksOf))
      counts.set(block, (counts.get(block) ?? 0) + count);
    return counts;
  } finally {
    session.disconnect();
  }
}

function blocksOf({ url, functions }: Profiler.ScriptCoverage): [string, number][] {
  const file = url.replace(/^.*\/lambda\//, 'lambda/');
  return functions.flatMap(({ functionName, ranges }) =>
    ranges.map(({ startOffset, endOffset, count }): [string, number] => [
      `${file} ${functionName || '(anonymous)'} at ${startOffset} to ${endOffset}`,
      count,
    ]),
  );
}

/**
 * What ran far more often for twice as many. Work that is the same for each runs twice as often, a sort up to 3.4 times, and
 * what looks through all of them for each of them four times.
 */
export function growsTooFast(once: Counts, twice: Counts, size: number): string[] {
  return [...twice]
    .filter(([block, count]) => count > 3 * size && count > 3.6 * (once.get(block) ?? 0))
    .map(([block, count]) => `${block}: ${once.get(block) ?? 0} times, and ${count} for twice as many`);
}
