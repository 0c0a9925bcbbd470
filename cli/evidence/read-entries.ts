import { sideBySide } from '../../lambda/calls/side-by-side.ts';
import { type Entry, entriesIn } from '../../lambda/evidence/entry.ts';
import type { EvidenceStore } from '../../lambda/evidence/store.ts';

export interface ReadEntries {
  readonly files: number;
  /** The oldest first. */
  readonly entries: readonly Entry[];
}

/**
 * Reads the whole chain, several files at a time.
 * @param kept what of each line is kept in memory.
 * @throws what the store threw.
 */
export async function readEntries(
  store: EvidenceStore,
  deployment: string,
  kept: (entry: Entry) => Entry = (entry) => entry,
): Promise<ReadEntries> {
  const names = (await store.list()).toReversed();
  let failure: { readonly error: unknown } | undefined;
  const files = await sideBySide(names, async (name) => {
    if (failure !== undefined) return [];
    try {
      return entriesIn(name, await store.read(name), deployment).map(kept);
    } catch (error) {
      failure = { error };
      return [];
    }
  });
  if (failure !== undefined) throw failure.error;
  return { files: names.length, entries: files.flat() };
}
