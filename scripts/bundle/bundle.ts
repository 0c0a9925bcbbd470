import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundledPackages } from './bundled-packages.ts';
import { notices } from './notices.ts';
import { type Product, sbom } from './sbom.ts';

/** The folder that the construct in `infra/` takes the handler from. */
export const FOLDER = 'dist/handler';
export const FILE = join(FOLDER, 'index.cjs');
/** Beside the bundle: the licences of the packages in it, and its bill of materials. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';
export const SBOM = 'sbom.cdx.json';

/**
 * Bundles the handler into one file, and tells what is in it. Beside it are its source map, the notices and the bill of
 * materials. Nothing is written if a licence is unknown.
 */
export async function bundleHandler(folder = FOLDER): Promise<Metafile> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile, outputFiles } = await compile('lambda/handler.ts', join(folder, basename(FILE)));
  const packages = bundledPackages(metafile, 'package-lock.json');
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  writeFileSync(join(folder, NOTICES), notices(packages.all));
  writeFileSync(join(folder, SBOM), sbom(productIn(folder), packages));
  return metafile;
}

/** Any program that runs like the handler, in one file. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  const { outputFiles } = await compile(entry, outfile);
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}

function productIn(folder: string): Product {
  const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const file = basename(FILE);
  return { name, version, license, file, content: readFileSync(join(folder, file)) };
}

function compile(entry: string, outfile: string) {
  return build({
    entryPoints: [entry],
    outfile,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    // One CommonJS file starts faster than one ES module, in which esbuild has to hoist every built-in import.
    format: 'cjs',
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    metafile: true,
    alias: {
      undici: './scripts/bundle/undici.cjs',
      '@aws-sdk/credential-provider-node': './scripts/bundle/credentials.mjs',
    },
    // undici's own switch for leaving out its experimental parser.
    define: { esbuildDetection: 'true' },
    plugins: [leaveOut],
    // `import.meta.dirname` is undefined in CommonJS, where the handler takes `__dirname`.
    logOverride: { 'empty-import-meta': 'silent' },
  });
}

/** Parts of undici that are only loaded for processors without SIMD, and for form data as a request's body. */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad }) {
    onLoad({ filter: /undici[\\/]lib[\\/](llhttp[\\/]llhttp-wasm|web[\\/]fetch[\\/](?:body|formdata))\.js$/ }, () => ({
      contents: '',
    }));
  },
};
