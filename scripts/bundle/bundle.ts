import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/** The folder that the construct in `infra/` takes the handler from. */
export const FOLDER = 'dist/handler';
export const FILE = join(FOLDER, 'index.cjs');

/** Bundles the handler into one file, with its source map beside it, and tells what is in it. */
export async function bundleHandler(): Promise<Metafile> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  return bundle('lambda/handler.ts', FILE);
}

/** The same for any program that runs like the handler. */
export async function bundle(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
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
  return metafile;
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
