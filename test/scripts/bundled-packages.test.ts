import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, PARTS } from '../../lambda/config/parts.ts';
import { bundleHandler, FOLDER, NOTICES, SBOM } from '../../scripts/bundle/bundle.ts';

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** A second build: the first one, before all tests, made what is in dist/. */
let folder: string;
let metafiles: ReadonlyMap<string, Metafile>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundled-'));
  metafiles = await bundleHandler(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const built = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
describe.each([
  { file: 'index.cjs', prefix: '', least: 11 },
  { file: 'evidence.cjs', prefix: 'evidence.', least: 11 },
  { file: 'news.cjs', prefix: 'news.', least: 1 },
  { file: 'config-rule.cjs', prefix: 'config-rule.', least: 1 },
])('of $file', ({ file, prefix, least }) => {
  const bill = () => JSON.parse(built(`${prefix}${SBOM}`));
  const components = (): Component[] => bill().components;

  /** Name, version and licence of each package with a byte in the bundle, read here from what esbuild says. */
  function packagesInBundle(): string[] {
    const inputs = Object.values(metafiles.get(file)?.outputs ?? {}).flatMap((output) => Object.entries(output.inputs));
    const folders = inputs
      .filter(([path, { bytesInOutput }]) => path.includes('node_modules/') && bytesInOutput > 0)
      .map(([path]) => path.replace(/(.*node_modules\/(?:@[^/]+\/[^/]+|[^@/][^/]*)).*/, '$1'));
    const titles = [...new Set(folders)].map((path) => {
      const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})`;
    });
    return [...new Set(titles)].toSorted();
  }

  it('the notices name every package in the bundle with its version and licence, and none else', () => {
    const [list = '', ...texts] = built(`${prefix}${NOTICES}`).split(/^={80}$/m);
    const title = /^\S+ \S+ \(\S+\)$/gm;
    expect(list.match(title)).toEqual(packagesInBundle());
    expect(packagesInBundle().length).toBeGreaterThanOrEqual(least);
    // And each is above a text.
    expect([...new Set(texts.flatMap((text) => text.match(title) ?? []))].toSorted()).toEqual(packagesInBundle());
    expect(texts.filter((text) => text.length < 500)).toEqual([]);
  });

  it('the bill of materials names every package in the bundle with its version, licence and purl, and none else', () => {
    const titles = components().map(({ group, name, version, licenses }) => {
      const full = group === undefined ? name : `${group}/${name}`;
      return `${full} ${version} (${licenses.map(({ license }) => license.id)})`;
    });
    expect(titles).toEqual(packagesInBundle());
    const purls = packagesInBundle().map((title) => title.replace(/^@?(.*) (\S+) .*/, '$1@$2'));
    expect(components().map(({ purl }) => purl.replace(/^pkg:npm\/(%40)?/, ''))).toEqual(purls);
    expect(components().filter(({ group, purl }) => purl.startsWith('pkg:npm/%40') !== (group !== undefined))).toEqual(
      [],
    );
  });

  it('the bill of materials has the hash of each package, as the lock file has it, and the hash of the bundle', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const hashes = components().map(({ hashes = [] }) =>
      hashes.map(({ alg, content }) => `${alg} ${Buffer.from(content, 'hex').toString('base64')}`),
    );
    const locked = components().map(({ group, name }) => {
      const { integrity } = packages[`node_modules/${group === undefined ? name : `${group}/${name}`}`];
      return [integrity.replace('sha512-', 'SHA-512 ')];
    });
    expect(hashes).toEqual(locked);
    const sha256 = createHash('sha256')
      .update(readFileSync(join(FOLDER, file)))
      .digest('hex');
    expect(bill().metadata.component.components).toEqual([
      { type: 'file', name: file, hashes: [{ alg: 'SHA-256', content: sha256 }] },
    ]);
  });

  it('the bill of materials says which package is used by which', () => {
    const { dependencies, metadata } = bill();
    const uses = new Map<string, string[]>(
      dependencies.map(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => [ref, dependsOn]),
    );
    expect([...uses.keys()]).toEqual([metadata.component['bom-ref'], ...components().map(({ purl }) => purl)]);
    const reached = new Set<string>();
    const reach = (ref: string): void => {
      if (reached.has(ref)) return;
      reached.add(ref);
      uses.get(ref)?.forEach(reach);
    };
    reach(metadata.component['bom-ref']);
    expect(reached.size).toBe(uses.size);
  });

  it("the bill of materials is valid against CycloneDX's own schema", () => {
    const library = dirname(fileURLToPath(import.meta.resolve('@cyclonedx/cyclonedx-library/package.json')));
    const schema = (name: string) =>
      JSON.parse(readFileSync(join(library, 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8'));
    // The formats are not checked: our only addresses are those of package.json.
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` });
    const validate = ajv.compile(schema('bom-1.6'));
    validate(bill());
    expect(validate.errors).toBeNull();
    expect(
      validate({ ...bill(), components: [{ type: 'library', name: 'pad', licenses: [{ license: { id: '?' } }] }] }),
    ).toBe(false);
  });
});

it("the notices have the licence of undici's parser, of which undici itself has no copy", () => {
  expect(built(NOTICES)).toContain('llhttp (MIT), which undici contains\n\nCopyright Fedor Indutny, 2018.');
});

it('a second build makes the same bytes', () => {
  const names = readdirSync(folder);
  const ofParts = PARTS.flatMap((part) => [
    ...[fileOf(part), `${fileOf(part)}.map`],
    ...[`${part}.${NOTICES}`, `${part}.${SBOM}`],
  ]);
  expect(names.toSorted()).toEqual([NOTICES, ...ofParts, 'index.cjs', 'index.cjs.map', SBOM].toSorted());
  const differing = names.filter((name) => built(name) !== readFileSync(join(folder, name), 'utf8'));
  // The source map has paths in it, and stays outside the package.
  expect(differing.filter((name) => !name.endsWith('.map'))).toEqual([]);
});
