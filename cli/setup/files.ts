import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

/** Undefined where there is no file. */
export function textNow(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** A folder, or what nobody may read, is told before anything is made. @throws {UsageError} */
export function textToReplace(file: string): string | undefined {
  try {
    return textNow(file);
  } catch (error) {
    throw cannotBeWritten(file, error);
  }
}

/**
 * Whole, or not at all; and not over what somebody wrote there meanwhile.
 * @param before the text that it takes the place of; undefined where no file was.
 * @throws {UsageError}
 */
export function writeWhole(file: string, text: string, before: string | undefined): void {
  // A link stays one.
  const target = existsSync(file) ? realpathSync(file) : file;
  const draft = `${target}.${randomUUID()}`;
  try {
    if (textNow(target) !== before)
      throw new UsageError(`${file} has changed meanwhile, and nothing was done: type it again`);
    writeFileSync(draft, text, { flag: 'wx' });
    if (before !== undefined) chmodSync(draft, statSync(target).mode);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    if (error instanceof UsageError) throw error;
    throw cannotBeWritten(file, error);
  }
}

function cannotBeWritten(file: string, error: unknown): UsageError {
  return new UsageError(
    `${file} cannot be written (${(error as NodeJS.ErrnoException).code}), and nothing was done: give the path of a file in a folder that is there, and yours to write`,
    { cause: error },
  );
}
