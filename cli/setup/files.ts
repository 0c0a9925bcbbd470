import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UsageError } from '../function/rotator.ts';

/** @throws {UsageError} */
export function certificateIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `the certificate ${file} cannot be read (${(error as NodeJS.ErrnoException).code}): give the path of a PEM file`,
      { cause: error },
    );
  }
}

/**
 * Whole, or not at all.
 * @throws {UsageError}
 */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}), and nothing was done: give the path of a file in a folder that is there, and yours to write`,
      { cause: error },
    );
  }
}
