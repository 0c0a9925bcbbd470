import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, PAGES, proseOf } from './pages.ts';

interface Link {
  readonly file: string;
  readonly anchor: string;
}

/** What a page leads to in the repository, its pictures included. */
function linksOf(page: string): Link[] {
  const found = proseOf(page).matchAll(/\]\(([^)\s]+)|\b(?:src|srcset|href)="([^"]+)"/g);
  return [...found]
    .map(([, inText, inTag]) => inText ?? inTag ?? '')
    .filter((link) => !/^\w+:/.test(link))
    .map((link) => {
      const [file = '', anchor = ''] = link.split('#');
      return { file: file === '' ? page : join(dirname(page), file), anchor };
    });
}

const isDead = ({ file, anchor }: Link) =>
  !existsSync(file) || (anchor !== '' && (!file.endsWith('.md') || !anchorsOf(file).includes(anchor)));

describe('links', () => {
  it.each(PAGES)('of %s lead somewhere, and to a heading where they name one', (page) => {
    expect(linksOf(page).filter(isDead)).toEqual([]);
  });

  it('of what the program, the function and the scripts say lead somewhere, too', () => {
    const folders = ['cli', 'demo', 'infra', 'lambda', 'local', 'scripts', 'examples/cdk-app'];
    const links = folders
      .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
      .filter((file) => /\.(ts|js|tf)$/.test(file) && !file.includes('node_modules'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\b(docs\/[\w/-]+\.(?:md|svg|png))(?:#([\w-]+))?/g)]);
    expect(links.map(([, file = '', anchor = '']) => ({ file, anchor })).filter(isDead)).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
  });
});

it('every page is reached from the README, or in a folder that is', () => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const { file } of linksOf(page))
      for (const each of PAGES) if (each === file || dirname(each) === file.replace(/\/$/, '')) reached.add(each);
  expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
});
