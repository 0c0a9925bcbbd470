import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, ON_A_DESK } from '../../scripts/bundle/bundle.ts';

/** The program for people in one file, as its users have it. */
export class BundledProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'program-'));
  readonly file = join(this.#folder, 'main.cjs');

  static async make(): Promise<BundledProgram> {
    const program = new BundledProgram();
    await bundle('cli/main.ts', program.file, ON_A_DESK);
    return program;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
