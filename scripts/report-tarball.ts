import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

// After npm pack: what was made, and how big it is, since .npmrc hides npm's own report. On stderr, because on stdout
// npm prints the file's name alone, for scripts.

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
// npm runs this in our folder, and packs into the one where it was called, or into one that it was given.
const { INIT_CWD = '.', npm_config_pack_destination: destination = '.' } = process.env;
const file = `${name}-${version}.tgz`;
const size = statSync(resolve(INIT_CWD, destination, file), { throwIfNoEntry: false })?.size;
// npm publish and --dry-run leave no file.
if (size !== undefined) process.stderr.write(`${file}: ${Math.round(size / 1000)} kB\n`);
