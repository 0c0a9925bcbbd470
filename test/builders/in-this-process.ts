import { vi } from 'vitest';
import { runProgram } from '../../cli/program.ts';
import type { Seen } from './a-deployed-function.ts';

/** What some work in this process prints, and its exit code. */
export async function seenOf(work: () => Promise<number>): Promise<Seen> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  try {
    const code = await work();
    return { code, out: written.stdout, err: written.stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** The program, as a script runs it, but in this process, which takes less time. */
export function typeHere(args: readonly string[]): Promise<Seen> {
  return seenOf(() => runProgram(args));
}
