import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { fileOf, PARTS, type Part } from '../../lambda/config/parts.ts';
import { FILE, NOTICES, OF_PROGRAM, SBOM } from '../../scripts/bundle/bundle.ts';
import { copyExample, initializeApp, install, run } from './fresh-app.ts';

/** Of what an option needs, beside each program. */
const filesOf = (parts: readonly Part[]) =>
  parts.flatMap((part) => [fileOf(part), `${part}.${NOTICES}`, `${part}.${SBOM}`]);

const { tarball, said } = inject('packed');
let folder: string;
let app: string;
let packagesBefore: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  app = await initializeApp(folder);
  packagesBefore = packagesOf(app);
  await install(app, tarball);
  copyExample(app, 'lib', 'rotation.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the tarball holds what its user needs, and nothing else', () => {
  const installed = join(app, 'node_modules/influxdb-token-rotation');
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const kinds = files.map(({ parentPath, name }) => {
    const within = parentPath.slice(installed.length + 1);
    if (within === '') return name;
    return `${within}/*${name.endsWith('.d.ts') ? '.d.ts' : extname(name)}`;
  });
  expect([...new Set(kinds)].toSorted()).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'cli.schema.json',
    'demo/*.json',
    'dist/cli/*.cjs',
    'dist/cli/*.json',
    'dist/cli/*.txt',
    // What a page of a report is made of.
    'dist/cli/browser/*.css',
    'dist/cli/browser/*.js',
    'dist/handler/*.cjs',
    'dist/handler/*.json',
    'dist/handler/*.txt',
    'dist/infra/*.d.ts',
    'dist/infra/*.js',
    'dist/lambda/config/*.d.ts',
    'dist/lambda/config/*.js',
    'dist/lambda/config/checks/*.d.ts',
    'dist/lambda/config/checks/*.js',
    'dist/lambda/config/file/*.d.ts',
    'dist/lambda/config/file/*.js',
    // The base of its errors, and the names of the metrics.
    'dist/lambda/log/*.d.ts',
    'dist/lambda/log/*.js',
    'docs/*.md',
    'docs/*.svg',
    'docs/decisions/*.md',
    'events.schema.json',
    'evidence.schema.json',
    'examples/cdk-app/*.json',
    'examples/cdk-app/*.md',
    'examples/cdk-app/bin/*.ts',
    'examples/cdk-app/lib/*.ts',
    'package.json',
    'report.schema.json',
    'rotation.schema.json',
  ]);
});

it('npm pack says how big the tarball is, and the deployment page says the same, give or take 3 %', () => {
  const kilobytes = Math.round(statSync(tarball).size / 1000);
  expect(said).toBe(`${basename(tarball)}: ${kilobytes} kB\n`);
  const [, documented] = /\(some (\d+) kB\)/.exec(readFileSync('docs/deployment.md', 'utf8')) ?? [];
  expect(Math.abs(1 - kilobytes / Number(documented))).toBeLessThan(0.03);
});

it.each([
  ['the handler', 'handler', 'index.cjs', filesOf(PARTS)],
  ['the program for people', 'cli', 'main.cjs', ['bin.cjs', 'browser', ...filesOf(OF_PROGRAM)]],
])('the tarball holds the notices and the bill of materials of %s', (_what, within, bundle, others) => {
  const bundled = join(app, 'node_modules/influxdb-token-rotation/dist', within);
  expect(readdirSync(bundled).toSorted()).toEqual([NOTICES, ...others, bundle, SBOM].toSorted());
  const sha256 = createHash('sha256')
    .update(readFileSync(join(bundled, bundle)))
    .digest('hex');
  expect(readFileSync(join(bundled, SBOM), 'utf8')).toContain(`"${sha256}"`);
});

it('npx runs the program for people, and the tarball stays below 2 MB', () => {
  const { stdout, status } = spawnSync('npx', ['influxdb-token-rotation', '--help'], { cwd: app, encoding: 'utf8' });
  expect(stdout).toContain('Usage: influxdb-token-rotation');
  expect(status).toBe(0);
  expect(statSync(tarball).size).toBeLessThan(2_000_000);
});

it('the links of the pages in the tarball lead to something in it', () => {
  const installed = join(app, 'node_modules/influxdb-token-rotation');
  const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const links = pages.flatMap((page) =>
    [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) =>
      join(dirname(page), link),
    ),
  );
  // The picture is for those who look at the repository.
  const missing = links.filter((link) => !existsSync(join(installed, link)) && link !== 'docs/page.png');
  expect(missing).toEqual([]);
  expect(links.length).toBeGreaterThan(30);
});

it('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: join(app, 'node_modules/influxdb-token-rotation'), pack: false });
  expect(messages).toEqual([]);
});

it('the package brings what checks a configuration, and no bundler', () => {
  expect(packagesOf(app).filter((name) => !packagesBefore.includes(name))).toEqual([
    'influxdb-token-rotation',
    'parse-duration',
    'parse-ms',
    'pretty-ms',
    'zod',
  ]);
});

it('an app as cdk init lays it out synthesizes the stack of the README', async () => {
  await run(app, 'npx', 'cdk', 'synth', '--quiet');
  const [handler, ...others] = functionsOf(app);
  expect(others).toEqual([]);
  const asset = join(app, 'cdk.out', handler?.Metadata['aws:asset:path'] ?? '');
  expect(readdirSync(asset)).toEqual(['THIRD-PARTY-NOTICES.txt', 'index.js', 'rotation.json', 'rotation.parsed.jsonl']);
  expect(readFileSync(join(asset, 'index.js'), 'utf8') === readFileSync(FILE, 'utf8')).toBe(true);
  expect(JSON.parse(readFileSync(join(asset, 'rotation.json'), 'utf8'))).toMatchObject({ deployment: 'prod' });
});

it.each([
  ['CommonJS', 'commonjs', "require('influxdb-token-rotation')"],
  ['an ES module', 'module', "await import('influxdb-token-rotation')"],
])('%s that was compiled loads the construct, and nothing else', async (_kind, type, loaded) => {
  const exported = await run(app, 'node', `--input-type=${type}`, '--eval', `console.log(Object.keys(${loaded}))`);
  expect(exported.trim()).toBe("[ 'TokenRotation' ]");
});

it('the configuration is typed, for CommonJS and for ES modules', async () => {
  const source = `
    import { Stack } from 'aws-cdk-lib';
    import { type RotationConfiguration, TokenRotation } from 'influxdb-token-rotation';

    const configuration: RotationConfiguration = {
      deployment: 'prod',
      influxdb: { url: 'https://influxdb.example.com', org: 'acme', tokenSecret: 'influxdb/rotator' },
      consumers: [{ name: 'telegraf', secret: 'telegraf', write: ['telemetry'] }],
    };
    export const rotation = new TokenRotation(new Stack(), 'Rotation', { configuration, mode: 'plan' });
    // @ts-expect-error
    export const unknownMode = new TokenRotation(new Stack(), 'Rotation', { configuration, mode: 'dry' });
    // @ts-expect-error
    export const noConsumers: RotationConfiguration = { ...configuration, consumers: undefined };
  `;
  for (const name of ['typed.ts', 'typed.mts']) writeFileSync(join(app, 'lib', name), source);
  expect(await run(app, 'npx', 'tsc', '--skipLibCheck', 'false')).toBe('');
});

it('the app of the cdk init layout is tested with jest, as the deployment page says', async () => {
  const [, config = ''] =
    /```js\n(module\.exports = [\s\S]*?)```/.exec(readFileSync('docs/deployment.md', 'utf8')) ?? [];
  writeFileSync(join(app, 'jest.config.js'), config);
  writeFileSync(
    join(app, 'test/tokens.test.ts'),
    `
      import { App } from 'aws-cdk-lib';
      import { Template } from 'aws-cdk-lib/assertions';
      import { TokensStack } from '../lib/tokens-stack';

      test('the stack has a function', () => {
        Template.fromStack(new TokensStack(new App(), 'TokensStack')).resourceCountIs('AWS::Lambda::Function', 1);
      });
    `,
  );
  await run(app, 'npm', 'test');
});

it('the example synthesizes as it stands, with what it says that it needs', async () => {
  const example = join(folder, 'example');
  mkdirSync(example);
  copyExample(example, '.');
  symlinkSync(join(app, 'node_modules'), join(example, 'node_modules'));
  await run(example, 'npx', 'cdk', 'synth', '--quiet');
  expect(functionsOf(example)).toHaveLength(1);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'));
  expect(dependencies['influxdb-token-rotation']).toBe(`file:${basename(tarball)}`);
  expect(packagesOf(app)).toEqual(expect.arrayContaining(Object.keys({ ...dependencies, ...devDependencies })));
});

/** The names of all packages in the lock file of a folder. */
function packagesOf(folder: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).map((path) => path.replace(/^node_modules\//, ''));
}

interface FunctionResource {
  readonly Type: string;
  readonly Metadata: Readonly<Record<string, string>>;
}

/** The functions in the synthesized template of an app. */
function functionsOf(folder: string): FunctionResource[] {
  const template = JSON.parse(readFileSync(join(folder, 'cdk.out/TokensStack.template.json'), 'utf8'));
  return Object.values<FunctionResource>(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
}
