import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const { scripts, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const WORKFLOW = readFileSync('.github/workflows/ci.yml', 'utf8');

it.each(['README.md', 'CONTRIBUTING.md', '.ci/run', ...pagesIn('docs'), ...pagesIn('docs/decisions')])(
  'every npm script that %s names exists',
  (file) => {
    const named = [...readFileSync(file, 'utf8').matchAll(/(?:npm run|^(?:check|tests)) ([a-z][a-z:-]*)/gm)];
    expect(named.map(([, name]) => name ?? '').filter((name) => !(name in scripts))).toEqual([]);
  },
);

it('.ci/run runs every explorer', () => {
  const run = readFileSync('.ci/run', 'utf8');
  const explorers = Object.keys(scripts).filter((name) => name.startsWith('explore:'));
  expect(explorers.filter((name) => !new RegExp(`^(?:check|beside) .*${name}\\b`, 'm').test(run))).toEqual([]);
  expect(explorers).toHaveLength(4);
});

it('CI tries the lowest Node that the package promises', () => {
  const [lowest] = /\d+\.\d+/.exec(engines.node) ?? [];
  expect(WORKFLOW).toContain(`node-version: '${lowest}'`);
  expect(WORKFLOW).toContain('run: .ci/run');
});

function pagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
