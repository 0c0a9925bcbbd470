/**
 * Consumers looked at, and acted on, at the same time. If a rotation takes 0.8 s, so many make 40 writes a second, which is
 * all that a run makes by default. They do not overrun a server: each call waits for its turn (`RateLimiter`).
 */
export const CONCURRENCY = 16;

/** Each with its index, in the order in which they begin. */
export type Queue<T> = IterableIterator<readonly [number, T]>;

/**
 * `act` for each of them, a few at a time; the results in their order. Workers take the next one from a shared iterator,
 * since a queue of 10,000 promises alone would need a tenth of Lambda's smallest useful memory. `act` must not throw.
 *
 * @param queues in which all of them are once. The workers are shared out among the queues, by turns.
 * @default one, in the order of the results
 */
export async function sideBySide<T, R>(
  all: readonly T[],
  act: (each: T) => Promise<R>,
  queues: readonly Queue<T>[] = [all.entries()],
): Promise<R[]> {
  const results = new Array<R>(all.length);
  const work = async (_: unknown, worker: number) => {
    for (const [index, each] of queues[worker % queues.length] ?? []) results[index] = await act(each);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
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
