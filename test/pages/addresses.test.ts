import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { FOLDER, SBOM } from '../../scripts/bundle/bundle.ts';
import { template } from '../../scripts/release/template.ts';

/** Where the repository is on the web. Forges have issues and the README at addresses under it. */
const REPOSITORY = packageJson.repository.url.replace(/^git\+(.*)\.git$/, '$1');

it('the package names one repository, whose issues and README are its bugs and homepage', () => {
  expect(REPOSITORY).toMatch(/^https:\/\/[^/]+\/[^/]+\/influxdb-token-rotation$/);
  expect([packageJson.bugs, packageJson.homepage]).toEqual([`${REPOSITORY}/issues`, `${REPOSITORY}#readme`]);
});

it('every address of ours, in pages, examples and code, is of that repository', () => {
  const folders = ['.', 'docs', 'docs/decisions', 'examples/cdk-app', '.github/workflows'];
  const pages = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const code = ['cli', 'infra', 'lambda', 'scripts'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const texts = [...pages, ...code].filter((name) => /\.(md|ts|json|yml|tf)$/.test(name));
  const ours = texts.flatMap(
    (file) => readFileSync(file, 'utf8').match(/https:[^\s'"`)]*influxdb-token-rotation\b/g) ?? [],
  );
  expect(ours.length).toBeGreaterThan(3);
  expect(ours.filter((address) => !address.startsWith(REPOSITORY))).toEqual([]);
});

it('the bill of materials and the template say where they come from', () => {
  const { metadata } = JSON.parse(readFileSync(join(FOLDER, SBOM), 'utf8'));
  expect(metadata.component.externalReferences).toEqual([
    { type: 'vcs', url: packageJson.repository.url },
    { type: 'website', url: packageJson.homepage },
    { type: 'issue-tracker', url: packageJson.bugs },
  ]);
  expect(template().Description).toContain(packageJson.homepage);
});
