import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { jsonSchema, type Node } from '../../lambda/config/file/json-schema.ts';
import { emptyApp, install, run } from './fresh-app.ts';

// What jsii makes of the types of the package, and what an editor shows of them. jsii brings its own TypeScript, whose
// language service is that of editors.
const JSII = '6.0.16';

const { tarball } = inject('packed');
const { devDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
let folder: string;
let app: string;
let completions: (at: number) => Shown[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'types-'));
  app = emptyApp(folder);
  const others = ['aws-cdk-lib', 'constructs', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  await install(app, tarball, `jsii@${JSII}`, ...others);
  completions = anEditor();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Documented {
  readonly name: string;
  readonly optional?: boolean;
  readonly docs?: { readonly summary?: string; readonly default?: string };
}

interface Assembly {
  readonly types: Readonly<
    Record<
      string,
      Documented & { readonly kind: string; readonly datatype?: boolean; readonly properties?: Documented[] }
    >
  >;
}

it('jsii takes every public type, and finds each documented, with what holds without it', async () => {
  const module = moduleOf(join(app, 'node_modules/influxdb-token-rotation/dist'));
  // Words that are reserved in other languages, such as `from` in Python, are renamed there.
  const quiet = ['reserved-word', 'metadata/missing-dev-dependency'].map((code) => `--silence-warnings=${code}`);
  await run(module, join(app, 'node_modules/.bin/jsii'), ...quiet);
  const { types }: Assembly = JSON.parse(readFileSync(join(module, '.jsii'), 'utf8'));
  const all = Object.values(types);
  const options = all.filter(({ datatype }) => datatype).flatMap(({ properties = [] }) => properties);
  const members = all.flatMap(({ properties = [] }) => properties);
  expect(members.filter(({ docs }) => !docs?.summary).map(({ name }) => name)).toEqual([]);
  expect(options.filter(({ docs, optional }) => optional && !docs?.default).map(({ name }) => name)).toEqual([]);
  const interfaces = Object.keys(types).filter((name) => /Configuration|Defaults|Resource/.test(name));
  expect([interfaces.length, options.length > 100]).toEqual([17, true]);
});

/** The declarations of the package as sources of a module: jsii reads no others, and none of a package that is not its own. */
function moduleOf(declared: string): string {
  const module = join(app, 'module');
  for (const file of readdirSync(declared, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const source = readFileSync(join(declared, file), 'utf8').replaceAll(/(['"]\.[^'"]*)\.[jt]s(['"])/g, '$1$2');
    mkdirSync(join(module, dirname(file)), { recursive: true });
    writeFileSync(join(module, file.replace(/\.d\.ts$/, '.ts')), source);
  }
  const manifest = {
    ...{ name: 'tried', version: '0.0.0', license: 'MIT', description: 'The public types', peerDependencies },
    ...{ author: { name: 'A' }, repository: { url: 'https://git.example.com/tried.git' } },
    ...{ main: 'infra/index.js', types: 'infra/index.d.ts', jsii: { outdir: 'out', targets: {} } },
  };
  writeFileSync(join(module, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(module, 'README.md'), '# Tried\n');
  return module;
}

const INLINE = `
  import { Stack } from 'aws-cdk-lib';
  import { TokenRotation } from 'influxdb-token-rotation';

  new TokenRotation(new Stack(), 'Rotation', {
    configuration: {
      /* */
      influxdb: { /* influxdb */ self: { /* influxdb.self */ } },
      defaults: { /* defaults */ window: { /* defaults.window */ } },
      events: { /* events */ },
      news: { /* news */ },
      limits: { /* limits */ },
      canaries: { /* canaries */ },
      freezes: [{ /* freezes */ }],
      consumers: [{ /* consumers */ exception: { /* consumers.exception */ } }],
    },
  });
`;

it.each([...INLINE.matchAll(/\/\* (\S*) ?\*\//g)].map(([mark, path = '']) => ({ mark, path })))(
  'an editor completes every key of the inline configuration at "$path", and explains it',
  ({ mark, path }) => {
    const described = path
      .split('.')
      .filter((part) => part !== '')
      .reduce<Node>((node, key) => inner(node.properties?.[key]), jsonSchema());
    const names = Object.keys(described.properties ?? {}).filter((name) => name !== '$schema');
    const shown = completions(INLINE.indexOf(mark) + mark.length);
    expect(shown.map(({ name }) => name)).toEqual(expect.arrayContaining(names.filter((name) => !isGiven(name, path))));
    expect(shown.filter(({ documentation }) => documentation === '')).toEqual([]);
    expect(shown.length).toBeGreaterThan(0);
  },
);

function inner(node: Node | undefined): Node {
  return node?.items ?? node ?? {};
}

/** What stands in the text already is offered no more. */
function isGiven(name: string, path: string): boolean {
  return INLINE.includes(`${name}: {`) || (path === '' && INLINE.includes(`${name}: [`));
}

interface Shown {
  readonly name: string;
  readonly documentation: string;
}

/** As an editor has it of a file with the inline configuration: it answers what is offered at a place, and what it is. */
function anEditor(): (at: number) => Shown[] {
  const file = join(app, 'inline.ts');
  const ts = createRequire(join(app, 'package.json'))('typescript');
  const options = { module: ts.ModuleKind.NodeNext, strict: true, noEmit: true, types: [] };
  const service = ts.createLanguageService({
    ...{ getScriptFileNames: () => [file], getScriptVersion: () => '1', getCurrentDirectory: () => app },
    getCompilationSettings: () => options,
    getScriptSnapshot: (name: string) => {
      const text = name === file ? INLINE : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    ...{ fileExists: (name: string) => name === file || ts.sys.fileExists(name), readFile: ts.sys.readFile },
    ...{ directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories },
  });
  return (at) =>
    service.getCompletionsAtPosition(file, at, {}).entries.map(({ name }: { name: string }) => {
      const details = service.getCompletionEntryDetails(file, at, name, {}, undefined, {}, undefined);
      return { name, documentation: ts.displayPartsToString(details?.documentation) };
    });
}
