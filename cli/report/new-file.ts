import { writeFileSync } from 'node:fs';
import { UsageError } from '../function/rotator.ts';

/** Writes a file that is not there yet. @throws {UsageError} */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw isThere(file);
    throw new UsageError(
      `${file} cannot be written (${code}): give the path of a file in a folder that is there, and yours to write`,
      { cause: error },
    );
  }
}

export function isThere(file: string): UsageError {
  return new UsageError(`${file} is there already, and is not written over: give another name, or remove it`);
}
