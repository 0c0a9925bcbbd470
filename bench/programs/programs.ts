import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';
import { PARSED_FILE } from '../../lambda/config/parsed-form.ts';
import { parsedFormOf } from '../../lambda/config/written.ts';
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

  /** Puts a configuration beside each of them, and its parsed form beside ours, as the construct does. */
  configure(configuration: ConfigurationFile): void {
    const file = Buffer.from(JSON.stringify(configuration));
    for (const program of PROGRAMS) writeFileSync(join(this.folderOf(program), 'rotation.json'), file);
    const parsed = parsedFormOf(file, readFileSync(this.fileOf('ours'), 'utf8'));
    writeFileSync(join(this.folderOf('ours'), PARSED_FILE), parsed);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
