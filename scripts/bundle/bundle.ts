import { hash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { BUILD } from '../../lambda/config/parsed-form.ts';
import { fileOf, PARTS, type Part } from '../../lambda/config/parts.ts';
import { bundledPackages } from './bundled-packages.ts';
import { notices } from './notices.ts';
import { borrow, ENTRIES, leaveParts, lend, refuseParts } from './parts.ts';
import { replaced } from './replaced.ts';
import { type Product, sbom } from './sbom.ts';

/** The folder that the construct in `infra/` takes the handler from. */
export const FOLDER = 'dist/handler';
export const FILE = join(FOLDER, 'index.cjs');
/** Beside the bundle: the licences of the packages in it, and its bill of materials. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';
export const SBOM = 'sbom.cdx.json';

/** The files of the parts beside it, each with notices and a bill of materials of its own. */
export const PART_FILES = PARTS.map((part) => join(FOLDER, fileOf(part)));

/** The folder of the program for people, and the file in it that is the package's `bin`, which loads `main.cjs`. */
export const CLI_FOLDER = 'dist/cli';
export const CLI_FILE = join(CLI_FOLDER, 'bin.cjs');

/**
 * Bundles the handler into one file, and each of its parts into another, and tells what is in each, by the file's name.
 * Beside them are their source maps, notices and bills of materials. Nothing is written if a licence is unknown.
 */
export function bundleHandler(folder = FOLDER): Promise<ReadonlyMap<string, Metafile>> {
  return replaced(folder, async (next) => {
    const handler = await bundleWithNotices('lambda/handler.ts', join(next, basename(FILE)), lending(IN_LAMBDA));
    refuseParts(handler);
    return new Map([[basename(FILE), handler], ...(await bundleParts(next, IN_LAMBDA, PARTS))]);
  });
}

/** Bundles the program for people likewise, with those parts that it needs. It runs on the Node of its user. */
export function bundleCli(folder = CLI_FOLDER): Promise<Metafile> {
  return replaced(folder, async (next) => {
    const metafile = await bundleWithNotices('cli/main.ts', join(next, 'main.cjs'), lending(ON_A_DESK));
    await bundleParts(next, ON_A_DESK, OF_PROGRAM);
    await bundle('cli/bin.ts', join(next, basename(CLI_FILE)), ON_A_DESK);
    // What the program puts into a page stands beside it, as it stands beside its source.
    cpSync('cli/report/page/browser', join(next, 'browser'), { recursive: true });
    return metafile;
  });
}

function lending(options: BuildOptions): BuildOptions {
  return { ...options, plugins: [leaveOut, leaveParts, lend] };
}

/** The parts beside the program for people: on a desk nobody runs batches. */
export const OF_PROGRAM = PARTS.filter((part) => part !== 'scale');

async function bundleParts(
  folder: string,
  options: BuildOptions,
  parts: readonly Part[],
): Promise<[file: string, metafile: Metafile][]> {
  const made: [string, Metafile][] = [];
  for (const part of parts) {
    const file = fileOf(part);
    const borrowing = { ...options, plugins: [leaveOut, borrow] };
    made.push([file, await bundleWithNotices(ENTRIES[part], join(folder, file), borrowing, `${part}.`)]);
  }
  return made;
}

/** @param name what the names of the notices and the bill begin with. */
async function bundleWithNotices(entry: string, outfile: string, options: BuildOptions, name = ''): Promise<Metafile> {
  const folder = dirname(outfile);
  const { metafile, outputFiles } = await compile(entry, outfile, options);
  const packages = bundledPackages(metafile, 'package-lock.json');
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  writeFileSync(join(folder, `${name}${NOTICES}`), notices(packages.all));
  writeFileSync(join(folder, `${name}${SBOM}`), sbom(productIn(outfile), packages));
  return metafile;
}

/** Any program in one file, made like the handler, or like the program for people. */
export async function bundle(entry: string, outfile: string, options: BuildOptions = IN_LAMBDA): Promise<void> {
  const { outputFiles } = await compile(entry, outfile, options);
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}

function productIn(outfile: string): Product {
  const { name, version, license, homepage, bugs, repository } = JSON.parse(readFileSync('package.json', 'utf8'));
  return {
    name,
    version,
    license,
    homepage,
    bugs,
    repository,
    file: basename(outfile),
    content: readFileSync(outfile),
  };
}

const UNDICI = './scripts/bundle/undici.cjs';
const IN_LAMBDA = {
  target: 'node24',
  alias: { undici: UNDICI, '@aws-sdk/credential-provider-node': './scripts/bundle/credentials.mjs' },
} as const;
export const ON_A_DESK = { target: 'node20', alias: { undici: UNDICI } } as const;

async function compile(entry: string, outfile: string, options: BuildOptions) {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    // One CommonJS file starts faster than one ES module, in which esbuild has to hoist every built-in import.
    format: 'cjs',
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    // undici's own switch for leaving out its experimental parser.
    define: { esbuildDetection: 'true' },
    plugins: [leaveOut],
    // `import.meta.dirname` is undefined in CommonJS, where the handler takes `__dirname`.
    logOverride: { 'empty-import-meta': 'silent' },
    ...options,
    write: false,
    metafile: true,
  });
  return { metafile, outputFiles: outputFiles.map(named) };
}

/** With the build's name in its code. It is as long as what it replaces, so the source map stays right. */
function named({ path, contents, text }: OutputFile): Pick<OutputFile, 'path' | 'contents'> {
  if (!path.endsWith('.cjs') || !text.includes(BUILD)) return { path, contents };
  const name = BUILD.replace(/0+$/, hash('sha256', contents));
  return { path, contents: Buffer.from(text.replaceAll(BUILD, name)) };
}

/**
 * Parts of undici that are only loaded for processors without SIMD, and for form data as a request's body. Its HTTP/2 is
 * set up where a server speaks it.
 */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\.\/client-h2\.js$/ }, () => ({ path: resolve('scripts/bundle/client-h2.cjs') }));
    onLoad({ filter: /undici[\\/]lib[\\/](llhttp[\\/]llhttp-wasm|web[\\/]fetch[\\/](?:body|formdata))\.js$/ }, () => ({
      contents: '',
    }));
  },
};
