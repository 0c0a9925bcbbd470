import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderError } from './chain-error.ts';
import { firstIn } from './file-name.ts';
import { textOf } from './file-text.ts';
import type { EvidenceStore } from './store.ts';

/** Evidence in a folder, where the handler does not run in AWS. Each deployment has a folder in it. */
export class FolderStore implements EvidenceStore {
  readonly place: string;
  readonly #folder: string;

  constructor(folder: string, deployment: string) {
    this.place = folder;
    this.#folder = join(folder, deployment);
  }

  /** Nothing is open. */
  close(): void {}

  async list(most?: number): Promise<readonly string[]> {
    const names = (await this.#unlessMissing(readdir(this.#folder))) ?? [];
    return names
      .filter((name) => firstIn(name) !== undefined)
      .toSorted()
      .slice(0, most);
  }

  read(name: string): Promise<string | undefined> {
    return this.#unlessMissing(readFile(join(this.#folder, name)).then(textOf));
  }

  async add(name: string, text: string): Promise<boolean> {
    try {
      await mkdir(this.#folder, { recursive: true });
      return await this.#write(name, text);
    } catch (error) {
      throw new FolderError('written', this.#folder, error);
    }
  }

  async #write(name: string, text: string): Promise<boolean> {
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, text, { flag: 'wx', flush: true });
    try {
      // A link is made at once or not at all, whenever this process dies.
      await link(draft, join(this.#folder, name));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await unlink(draft);
    }
  }

  async #unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new FolderError('read', this.#folder, error);
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}
