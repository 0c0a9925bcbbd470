import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { ConfigurationFile } from '../../lambda/config/schema.ts';
import { bundle, bundleHandler, FILE } from '../../scripts/bundle/bundle.ts';

export const PROGRAMS = ['ours', 'floor', 'empty'] as const;
export type Program = (typeof PROGRAMS)[number];

/** The bundles, each in a folder of its own, as Lambda gets them. */
export class Programs {
  readonly #folder: string;
  /** What is in our bundle, by file. */
  readonly contents: ReadonlyMap<string, Metafile>;

  private constructor(folder: string, contents: ReadonlyMap<string, Metafile>) {
    this.#folder = folder;
    this.contents = contents;
  }

  static async build(): Promise<Programs> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const programs = new Programs(folder, await bundleHandler(join(folder, 'ours')));
    for (const program of ['floor', 'empty'] as const) {
      mkdirSync(programs.folderOf(program));
      await bundle(`bench/programs/${program}.ts`, programs.fileOf(program));
    }
    return programs;
  }

  folderOf(program: Program): string {
    return join(this.#folder, program);
  }

  fileOf(program: Program): string {
    return join(this.folderOf(program), basename(FILE));
  }

  /** Puts a configuration beside each of them. */
  configure(configuration: ConfigurationFile): void {
    const file = join(this.#folder, 'rotation.json');
    writeFileSync(file, JSON.stringify(configuration));
    for (const program of PROGRAMS) copyFileSync(file, join(this.folderOf(program), basename(file)));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
