import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

// npm run build [-- CONFIGURATION]: the handler as one file, with its configuration beside it, as Lambda gets it.

const FOLDER = 'dist/handler';
const FILE = join(FOLDER, 'index.cjs');

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const { metafile } = await build({
  entryPoints: ['lambda/handler.ts'],
  outfile: FILE,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // One CommonJS file starts faster than one ES module, in which esbuild has to hoist every built-in import.
  format: 'cjs',
  mainFields: ['module', 'main'],
  sourcemap: 'external',
  metafile: true,
  // `import.meta.dirname` is undefined in CommonJS, where the handler takes `__dirname`.
  logOverride: { 'empty-import-meta': 'silent' },
});
copyFileSync(process.argv[2] ?? 'rotation.json', join(FOLDER, 'rotation.json'));

const inputs = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)?.inputs ?? {};
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
