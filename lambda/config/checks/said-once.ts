import type { Problem } from '../problems.ts';

/** What is wrong with one consumer, and where it is in the file: `consumers[0]`. */
export interface OfConsumer {
  readonly consumer: Record<string, unknown>;
  readonly path: string;
  readonly problems: readonly Problem[];
}

/**
 * What a default, a freeze or the canaries make wrong for many consumers is said once, of the first, with how many there
 * are. A problem of a key that the consumer itself has stays where it is to be mended.
 */
export function saidOnce(all: readonly OfConsumer[]): Problem[] {
  const alike = new Map<string, Problem[]>();
  for (const { consumer, path, problems } of all)
    for (const problem of problems) {
      const key = problem.path.slice(path.length + 1);
      const [own = ''] = key.split(/[.[]/);
      const isItsOwn = own === '' || Object.hasOwn(consumer, own) || problem.expectedAt !== undefined;
      const id = JSON.stringify([isItsOwn ? problem.path : key, problem.message, problem.value]);
      const found = alike.get(id);
      if (found === undefined) alike.set(id, [problem]);
      else found.push(problem);
    }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const more = others.length === 1 ? '1 more consumer' : `${others.length} more consumers`;
    return { ...first, message: `${first.message}; the same is wrong for ${more}` };
  });
}
