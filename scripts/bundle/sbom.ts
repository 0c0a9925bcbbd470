import { createHash } from 'node:crypto';
import type { BundledPackage, BundledPackages } from './bundled-packages.ts';

/** What is ours: the fields of package.json, and the file that was bundled. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly homepage: string;
  readonly bugs: string;
  readonly repository: { readonly url: string };
  readonly file: string;
  readonly content: Uint8Array;
}

/**
 * The bill of materials of the bundle, in the format CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It has no
 * time, and its serial number follows from its content, so the same sources give the same bytes.
 */
export function sbom(product: Product, { all, direct }: BundledPackages): string {
  const root = purlOf(product);
  const content = {
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': root,
        name: product.name,
        version: product.version,
        licenses: licensed(product.license),
        purl: root,
        externalReferences: [
          { type: 'vcs', url: product.repository.url },
          { type: 'website', url: product.homepage },
          { type: 'issue-tracker', url: product.bugs },
        ],
        components: [{ type: 'file', name: product.file, hashes: [hashOf(product.content)] }],
      },
    },
    components: all.map(componentOf),
    dependencies: [
      { ref: root, dependsOn: direct.map(purl) },
      ...all.map((bundled) => ({ ref: purlOf(bundled), dependsOn: bundled.uses.map(purl) })),
    ],
  };
  const head = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumberOf(JSON.stringify(content)),
  };
  return `${JSON.stringify({ ...head, ...content }, undefined, 2)}\n`;
}

function componentOf(bundled: BundledPackage): object {
  const [, group, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(bundled.name) ?? [];
  return {
    type: 'library',
    'bom-ref': purlOf(bundled),
    ...(group === undefined ? {} : { group }),
    name,
    version: bundled.version,
    ...(bundled.integrity === undefined ? {} : { hashes: bundled.integrity.split(' ').map(asHash) }),
    licenses: licensed(bundled.licence),
    purl: purlOf(bundled),
    ...(bundled.contains.length === 0
      ? {}
      : {
          components: bundled.contains.map(({ name, licence }) => ({
            type: 'library',
            name,
            licenses: licensed(licence),
          })),
        }),
  };
}

function purlOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return purl(`${name}@${version}`);
}

/** https://github.com/package-url/purl-spec: a scope is a namespace, and its @ is escaped. */
function purl(id: string): string {
  return `pkg:npm/${id.replace(/^@/, '%40')}`;
}

function licensed(id: string): object[] {
  return [{ license: { id, acknowledgement: 'declared' } }];
}

/** npm writes `sha512-`, and the hash in base64. */
function asHash(integrity: string): object {
  const [, bits, base64 = ''] = /^sha(\d+)-(.+)$/.exec(integrity) ?? [];
  return { alg: `SHA-${bits}`, content: Buffer.from(base64, 'base64').toString('hex') };
}

function hashOf(content: Uint8Array): object {
  return { alg: 'SHA-256', content: createHash('sha256').update(content).digest('hex') };
}

/** A UUID of version 8 (RFC 9562), whose bits are those of a hash. */
function serialNumberOf(content: string): string {
  const hash = createHash('sha256').update(content).digest('hex');
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash) ?? [];
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`;
}
