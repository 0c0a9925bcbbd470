import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programWith } from '../../cli/program.ts';
import { METRICS } from '../../lambda/log/metrics.ts';
import { PAGES } from './pages.ts';

it('the protocol page explains every rule and trace that code, tests and decisions cite', () => {
  const citing = ['lambda/engine', 'lambda/secrets-manager', 'test/lambda', 'docs/decisions'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|md)$/.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const cited = new Set(citing.flatMap((text) => text.match(/\b(?:[FG]\d{1,2}|R\d{1,2}[a-e]?)\b/g) ?? []));
  const page = readFileSync('docs/protocol.md', 'utf8');
  const explained = (label: string) => new RegExp(`^\\| ${label} |\\(${label}\\)`, 'm').test(page);
  const families = ['R2', 'R6'];
  expect([...cited].filter((label) => !families.includes(label) && !explained(label))).toEqual([]);
  expect(cited.size).toBeGreaterThan(30);
});

it('the deployment page explains every metric, and no other', () => {
  const rows = readFileSync('docs/deployment.md', 'utf8').match(/^\| `[A-Z].*` \| (?:count|s) \|/gm) ?? [];
  const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, metric]) => metric));
  expect(named).toEqual(Object.keys(METRICS));
});

it('the stack of the deployment page is the one of the example, and the README has its construct', () => {
  const stack = readFileSync('examples/cdk-app/lib/tokens-stack.ts', 'utf8');
  const [, code] = /```ts\n(import [\s\S]*?)```/.exec(readFileSync('docs/deployment.md', 'utf8')) ?? [];
  expect(code).toBe(stack);
  const [construct = ''] = /new TokenRotation\(.*;/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(stack.includes(`    ${construct}\n`)).toBe(true);
});

it('the README leads to every page of docs', () => {
  const readme = readFileSync('README.md', 'utf8');
  const pages = PAGES.filter((page) => dirname(page) === 'docs');
  expect(pages.filter((page) => !readme.includes(`](${page}`))).toEqual([]);
  expect(pages.length).toBeGreaterThan(20);
});

it('the table of the page of commands has every command of the program, and no other', () => {
  const [, table = ''] = readFileSync('docs/commands.md', 'utf8').split('\n| command | what it is for |\n');
  const rows = (table.split('\n\n')[0] ?? '').split('\n').slice(1);
  const named = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
  );
  const program = programWith(() => {});
  const commands = program.createHelp().visibleCommands(program);
  expect([...named, 'help'].toSorted()).toEqual(commands.map((command) => command.name()).toSorted());
});

it('the README has the figures of the page that says how it was tried', () => {
  const [, tried = ''] = readFileSync('README.md', 'utf8').split('\n## How it was tried\n');
  const [section = ''] = tried.split(/^## /m);
  const figures = section.match(/\d[\d,]*/g) ?? [];
  const page = readFileSync('docs/proof.md', 'utf8');
  expect(figures.filter((figure) => !new RegExp(`\\b${figure}\\b`).test(page))).toEqual([]);
  expect(figures.length).toBeGreaterThan(5);
});

it('every page that names the tarball names the one of this version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const named = PAGES.flatMap((page) => readFileSync(page, 'utf8').match(/influxdb-token-rotation-\d[^\s`]*/g) ?? []);
  expect([...new Set(named)]).toEqual([`influxdb-token-rotation-${version}.tgz`]);
});

describe('the deployment page names every', () => {
  const named = (file: string, pattern: RegExp) =>
    [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name]) => name ?? '');
  it.each([
    ['statement of the role', ['infra/permissions.ts'], /allow\(\s*'(\w+)'/g],
    ['alarm', ['infra/alarms.ts'], /(?:positive\(|new Alarm\(this, )'(\w+)'/g],
  ])('%s', (_what, files, pattern) => {
    const page = readFileSync('docs/deployment.md', 'utf8');
    const names = files.flatMap((file) => named(file, pattern));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(names.length).toBeGreaterThan(5);
  });
});

it('the page of the evidence names every kind of record, every field and every deed', () => {
  const page = readFileSync('docs/evidence.md', 'utf8');
  const schema = readFileSync('evidence.schema.json', 'utf8');
  const names = new Set<string>();
  JSON.parse(schema, (key, value) => {
    if (key === 'properties') for (const name of Object.keys(value)) names.add(name);
    if (key === 'const' && typeof value === 'string') names.add(value);
    if (key === 'enum') for (const each of value as string[]) if (!OF_REPORTS.has(each)) names.add(each);
    return value;
  });
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(names.size).toBeGreaterThan(60);
});

/** Values that other pages explain. */
const OF_REPORTS: ReadonlySet<string> = new Set([
  ...['current', 'superseded', 'stray', 'pending', 'uncertain', 'active', 'inactive', 'gone', 'unknown'],
  ...['schedule', 'secrets-manager'],
]);
