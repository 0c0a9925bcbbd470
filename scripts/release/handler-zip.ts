import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { handlerFiles } from '../../infra/handler-code.ts';
import { PARTS } from '../../lambda/config/parts.ts';

/** Batches are begun by a state machine, which only the construct makes. */
export const RELEASED_PARTS = PARTS.filter((part) => part !== 'scale');

/** A regular file that all may read, as Unix writes it. */
const MODE = 0o100644;
const UNIX = 3;

/**
 * What the construct uploads for one function, with all its parts and without a configuration: whoever deploys it adds
 * `rotation.json`. The same handler gives the same bytes everywhere: the library compresses by itself, whatever zlib the
 * machine has.
 */
export function handlerZip(): Uint8Array {
  const names = [...handlerFiles(RELEASED_PARTS)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const files = Object.fromEntries(names.map(([name, path]) => [name, readFileSync(path)]));
  // A zip has no time zone: this is the earliest local time that it can say.
  return zipSync(files, { level: 9, mtime: new Date(1980, 0, 1), os: UNIX, attrs: MODE << 16 });
}
