import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { type Contained, containedIn, licenceOf, textsOf } from './licences.ts';

/** A package of which the bundle contains at least one byte. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As the list of SPDX names it. */
  readonly licence: string;
  /** The licence, and every notice that comes with it. */
  readonly texts: readonly string[];
  readonly contains: readonly Contained[];
  /** As npm writes it: the hash of the package's tarball. */
  readonly integrity: string | undefined;
  /** The bundled packages that its files import, as `name@version`. */
  readonly uses: readonly string[];
}

export interface BundledPackages {
  /** In the order of their names and versions. */
  readonly all: readonly BundledPackage[];
  /** Those that our own code imports, as `name@version`. */
  readonly direct: readonly string[];
}

/** The folder of a package, which may be in that of another, and a file within it. */
const IN_A_PACKAGE = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\/(.+)$/;

/** @returns what the one file that was bundled consists of, in bytes by path. */
export function inputsOf({ outputs }: Metafile): ReadonlyMap<string, number> {
  const { inputs = {} } = Object.values(outputs).find(({ entryPoint }) => entryPoint !== undefined) ?? {};
  return new Map(Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]));
}

/**
 * @param metafile of esbuild, whose paths are relative to the working directory
 * @param lockFile package-lock.json
 */
export function bundledPackages(metafile: Metafile, lockFile: string): BundledPackages {
  const paths = [...inputsOf(metafile)].filter(([, bytes]) => bytes > 0).map(([path]) => path);
  paths.forEach(refuseForeign);
  const lock = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const idOf = identify(Object.keys(metafile.inputs));
  const pathsById = Map.groupBy(paths, idOf);
  const ids = [...pathsById.keys()].filter((id) => id !== undefined).toSorted();
  const used = (id: string | undefined) => {
    const own = Object.entries(metafile.inputs).filter(([path]) => idOf(path) === id);
    const imported = new Set(own.flatMap(([, { imports }]) => imports.map(({ path }) => idOf(path))));
    return ids.filter((other) => other !== id && imported.has(other));
  };
  return {
    all: ids.map((id) => ({ ...describe(pathsById.get(id) ?? [], lock), uses: used(id) })),
    direct: used(undefined),
  };
}

/** @returns the folder of the package that a file belongs to, or `undefined` for our own code. */
function folderOf(path: string): string | undefined {
  return IN_A_PACKAGE.exec(path)?.[1];
}

/** What is neither a package nor ours has no licence that anybody could name. */
function refuseForeign(path: string): void {
  if (folderOf(path) !== undefined || /^(?:cli|lambda|scripts)\//.test(path)) return;
  throw new Error(
    `the bundle would contain ${path}, which is neither our own code nor in node_modules, so nothing says what its licence is: install it as a package`,
  );
}

/** @returns what tells `name@version` of a file's package. Two copies of one version are one package. */
function identify(paths: readonly string[]): (path: string) => string | undefined {
  const folders = new Set(paths.map(folderOf).filter((folder) => folder !== undefined));
  const ids = new Map(
    [...folders].map((folder) => {
      const { name, version } = manifestOf(folder);
      return [folder, `${name}@${version}`];
    }),
  );
  return (path) => ids.get(folderOf(path) ?? '');
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: unknown;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

type Lock = Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;

/** @param paths of all bundled files of one package */
function describe(paths: readonly string[], lock: Lock): Omit<BundledPackage, 'uses'> {
  const folder = folderOf(paths[0] ?? '') ?? '';
  const files = paths.map((path) => IN_A_PACKAGE.exec(path)?.[2] ?? '');
  const { name, version, license } = manifestOf(folder);
  const licence = licenceOf(folder, license);
  const locked = lock[folder.slice(folder.indexOf('node_modules/'))];
  return {
    name,
    version,
    licence,
    texts: textsOf(folder, files, licence),
    contains: containedIn(name, files),
    // The hash of another version would be worse than none.
    integrity: locked?.version === version ? locked.integrity : undefined,
  };
}
