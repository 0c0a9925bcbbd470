import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { type BundledPackages, bundledPackages } from '../../scripts/bundle/bundled-packages.ts';
import { notices } from '../../scripts/bundle/notices.ts';

let folder: string;
beforeEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'licences-'));
  write('package-lock.json', JSON.stringify({ packages: {} }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Installs a package with some files beside its manifest. */
function install(at: string, manifest: object, ...files: readonly string[]): void {
  const name = at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length);
  write(`${at}/package.json`, JSON.stringify({ name, version: '1.2.3', ...manifest }));
  for (const file of files) write(`${at}/${file}`, `the text of ${file}\n`);
}

/** What the build makes of a bundle of these files, with as many bytes of each. */
function bundled(files: Readonly<Record<string, number>>): BundledPackages {
  const paths = Object.entries(files).map(([path, bytes]) => [join(folder, path), bytes] as const);
  const metafile = {
    inputs: Object.fromEntries(paths.map(([path]) => [path, { bytes: 1, imports: [] }])),
    outputs: {
      'index.cjs': {
        entryPoint: 'lambda/handler.ts',
        inputs: Object.fromEntries(paths.map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
      },
    },
  } as unknown as Metafile;
  return bundledPackages(metafile, join(folder, 'package-lock.json'));
}

it.each([
  ['that asks for more than its text', 'GPL-3.0-only'],
  ['of no list', 'UNLICENSED'],
  ['in a file', 'SEE LICENSE IN EULA.md'],
  ['that leaves a choice', '(MIT OR GPL-2.0-or-later)'],
  ['of the old form', { type: 'MIT' }],
  ['that is missing', undefined],
])('a licence %s fails the build', (_kind, license) => {
  install('node_modules/@acme/pad', { license }, 'LICENSE', 'index.js');
  expect(() => bundled({ 'node_modules/@acme/pad/index.js': 1 })).toThrow(
    `node_modules/@acme/pad/package.json declares the licence ${JSON.stringify(license)}, and the bundle would contain the package: only 0BSD, Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, MIT, MIT-0 are known`,
  );
});

it('a package of which nothing is in the bundle may have any licence, and is not in the notices', () => {
  install('node_modules/pad', { license: 'GPL-3.0-only' });
  expect(bundled({ 'node_modules/pad/index.js': 0 }).all).toEqual([]);
});

it('a licence that asks for its text fails the build if the package has none', () => {
  install('node_modules/pad', { license: 'MIT' }, 'README.md', 'license.js');
  expect(() => bundled({ 'node_modules/pad/index.js': 1 })).toThrow(
    'node_modules/pad has no file with its licence (MIT), whose text must go with the bundle',
  );
});

it('a licence without conditions has a text of ours if the package has none', () => {
  install('node_modules/pad', { license: 'MIT-0' });
  expect(notices(bundled({ 'node_modules/pad/index.js': 1 }).all)).toContain('MIT No Attribution\n');
});

it('the notices have every licence and notice of a package above what is bundled of it, and no other file', () => {
  const texts = ['LICENSE', 'NOTICE.txt', 'ThirdPartyNotices.md', 'lib/vendor/COPYING', 'lib/vendor/LICENSE-MIT'];
  const others = ['license.js', 'LICENSES.json', 'README.md', 'lib/unused/LICENSE'];
  install('node_modules/pad', { license: 'MIT' }, ...texts, ...others, 'lib/vendor/deep/a.js');
  const { all } = bundled({ 'node_modules/pad/lib/vendor/deep/a.js': 1, 'node_modules/pad/lib/unused/b.js': 0 });
  expect(all[0]?.texts.toSorted()).toEqual(texts.map((file) => `the text of ${file}`).toSorted());
});

it('two versions of a package are two entries, and two copies of one version are one', () => {
  install('node_modules/pad', { license: 'MIT' }, 'LICENSE');
  for (const user of ['one', 'other'])
    install(`node_modules/${user}/node_modules/pad`, { license: 'ISC', version: '2.0.0' }, 'LICENCE');
  const { all } = bundled({
    'node_modules/pad/index.js': 1,
    'node_modules/one/node_modules/pad/index.js': 1,
    'node_modules/other/node_modules/pad/index.js': 1,
  });
  expect(all.map(({ name, version, licence }) => [name, version, licence])).toEqual([
    ['pad', '1.2.3', 'MIT'],
    ['pad', '2.0.0', 'ISC'],
  ]);
});

it('a file that belongs to no package and is not ours fails the build', () => {
  expect(() => bundled({ 'vendor/pad.js': 1 })).toThrow(
    'vendor/pad.js, which is neither our own code nor in node_modules',
  );
});

it('a hash in the lock file counts only for the version that it is of', () => {
  install('node_modules/pad', { license: 'MIT' }, 'LICENSE');
  const lock = (version: string) =>
    write(
      'package-lock.json',
      JSON.stringify({ packages: { 'node_modules/pad': { version, integrity: 'sha512-AAAA' } } }),
    );
  const hash = () => bundled({ 'node_modules/pad/index.js': 1 }).all[0]?.integrity;
  lock('1.2.3');
  expect(hash()).toBe('sha512-AAAA');
  lock('1.2.4');
  expect(hash()).toBeUndefined();
});
