import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a folder anew, one file in the place of another: whoever reads it meanwhile, such as a test, finds each of them.
 * @param make fills the folder that it is given, which is beside the old one.
 */
export async function replaced<T>(folder: string, make: (next: string) => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const next = mkdtempSync(`${folder}-`);
  try {
    const result = await make(next);
    const made = filesIn(next);
    for (const file of made) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      renameSync(join(next, file), join(folder, file));
    }
    for (const file of filesIn(folder)) if (!made.includes(file)) rmSync(join(folder, file), { force: true });
    return result;
  } finally {
    rmSync(next, { recursive: true });
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, '/').length));
}
