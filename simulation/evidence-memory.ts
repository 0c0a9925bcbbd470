import type { EvidenceStore } from '../lambda/evidence/store.ts';

/** What becomes of a call: it may fail before or after its effect, or wait for something. */
export type EvidenceFault = (call: {
  readonly operation: keyof EvidenceStore;
  readonly number: number;
}) => { readonly before?: () => unknown; readonly fails?: Error; readonly loses?: Error } | undefined;

/** Evidence in memory, for simulations; in AWS it is in a bucket. */
export class EvidenceMemory implements EvidenceStore {
  readonly place = 'memory';
  readonly #files = new Map<string, string>();
  /** Calls since the state was restored. */
  calls = 0;
  /** Files that were added since then. */
  writes = 0;
  fault: EvidenceFault | undefined;

  async list(most?: number): Promise<readonly string[]> {
    return this.#call('list', () => [...this.#files.keys()].sort().slice(0, most));
  }

  async read(name: string): Promise<string | undefined> {
    return this.#call('read', () => this.#files.get(name));
  }

  async add(name: string, text: string): Promise<boolean> {
    return this.#call('add', () => {
      if (this.#files.has(name)) return false;
      this.#files.set(name, text);
      this.writes += 1;
      return true;
    });
  }

  /** The texts of all files, the oldest first. */
  get texts(): readonly string[] {
    return [...this.#files].sort(([one], [other]) => (one < other ? 1 : -1)).map(([, text]) => text);
  }

  /** @returns a function that goes back to the present state. */
  save(): () => void {
    const files = [...this.#files];
    return () => {
      this.#files.clear();
      for (const [name, text] of files) this.#files.set(name, text);
      this.calls = 0;
      this.writes = 0;
      this.fault = undefined;
    };
  }

  async #call<T>(operation: keyof EvidenceStore, act: () => T): Promise<T> {
    this.calls += 1;
    const { before, fails, loses } = this.fault?.({ operation, number: this.calls }) ?? {};
    await before?.();
    if (fails !== undefined) throw fails;
    const answer = act();
    if (loses !== undefined) throw loses;
    return answer;
  }
}
