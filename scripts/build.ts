import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandler, FILE, FOLDER } from './bundle/bundle.ts';

// npm run build [-- CONFIGURATION]: the handler as one file, with a configuration beside it, as Lambda gets it.

const { outputs } = await bundleHandler();
copyFileSync(process.argv[2] ?? 'rotation.json', join(FOLDER, 'rotation.json'));

const inputs = Object.values(outputs).find(({ entryPoint }) => entryPoint !== undefined)?.inputs ?? {};
const byPackage = new Map<string, number>();
for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'our own code';
  byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput);
}
process.stdout.write(`${FILE}: ${kilobytes(statSync(FILE).size)}\n`);
for (const [name, bytes] of [...byPackage].sort(([, one], [, other]) => other - one).slice(0, 8))
  process.stdout.write(`  ${kilobytes(bytes).padStart(8)}  ${name}\n`);

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
