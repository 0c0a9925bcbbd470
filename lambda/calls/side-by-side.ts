/**
 * Consumers looked at, and acted on, at the same time; at least, where there is a `Crew`. If a rotation takes 0.8 s, so many
 * make 40 writes a second, which is all that a run makes by default. They do not overrun a server: each call waits for its
 * turn (`RateLimiter`).
 */
export const CONCURRENCY = 16;

/** Those who work side by side. */
export interface Workers {
  /** Who has this number or a higher one takes nothing more. */
  readonly size: number;
  /** Lets each of them work, from number 0 on, until the last has ended. */
  serve(work: (worker: number) => Promise<void>): Promise<void>;
}

const ALWAYS_AS_MANY: Workers = {
  size: CONCURRENCY,
  serve: async (work) => {
    await Promise.all(Array.from({ length: CONCURRENCY }, (_, worker) => work(worker)));
  },
};

/** Each with its index, in the order in which they begin. */
export type Queue<T> = IterableIterator<readonly [number, T]>;

/**
 * `act` for each of them, a few at a time; the results in their order. Workers take the next one from a shared iterator,
 * since a queue of 10,000 promises alone would need a tenth of Lambda's smallest useful memory. `act` must not throw.
 *
 * @param queues in which all of them are once. The workers are shared out among the queues, by turns.
 * @default one, in the order of the results
 * @param workers
 * @default always 16
 */
export async function sideBySide<T, R>(
  all: readonly T[],
  act: (each: T) => Promise<R>,
  queues: readonly Queue<T>[] = [all.entries()],
  workers = ALWAYS_AS_MANY,
): Promise<R[]> {
  const results = new Array<R>(all.length);
  await workers.serve(async (worker) => {
    const queue = queues[worker % queues.length];
    while (worker < workers.size) {
      const next = queue?.next();
      if (next === undefined || next.done) return;
      const [index, each] = next.value;
      results[index] = await act(each);
    }
  });
  return results;
}

/** The same where one failure fails all: no other begins, and it is thrown once those under way have ended. */
export async function allSideBySide<T, R>(all: readonly T[], act: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  await sideBySide([...all.entries()], async ([index, each]) => {
    if (failures.length > 0) return;
    await act(each).then(
      (result) => (results[index] = result),
      (error: unknown) => failures.push(error),
    );
  });
  if (failures.length > 0) throw failures[0];
  return results;
}
