import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metafile } from 'esbuild';
import { PARSED_FILE } from '../lambda/config/parsed-form.ts';
import { parsedFormOf } from '../lambda/config/written.ts';
import { bundleHandler, FILE, FOLDER } from './bundle/bundle.ts';
import { inputsOf } from './bundle/bundled-packages.ts';

// npm run build [-- [--quiet] [CONFIGURATION]]: the handler as one file, and one for each of its parts, with the
// configuration beside them where one is given, as Lambda gets it. Says how big each is, and what weighs in it.

const { values, positionals } = parseArgs({ options: { quiet: { type: 'boolean' } }, allowPositionals: true });
const [configuration] = positionals;

const made = await bundleHandler();
if (configuration !== undefined) {
  const file = readFileSync(configuration);
  writeFileSync(join(FOLDER, 'rotation.json'), file);
  writeFileSync(join(FOLDER, PARSED_FILE), parsedFormOf(file, readFileSync(FILE, 'utf8')));
}
if (!values.quiet) for (const [file, metafile] of made) printSizes(join(FOLDER, file), metafile);

function printSizes(file: string, metafile: Metafile): void {
  const byPackage = new Map<string, number>();
  for (const [path, bytes] of inputsOf(metafile)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'our own code';
    byPackage.set(name, (byPackage.get(name) ?? 0) + bytes);
  }
  process.stdout.write(`${file}: ${kilobytes(statSync(file).size)}\n`);
  for (const [name, bytes] of [...byPackage].sort(([, one], [, other]) => other - one).slice(0, 8))
    process.stdout.write(`  ${kilobytes(bytes).padStart(8)}  ${name}\n`);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
