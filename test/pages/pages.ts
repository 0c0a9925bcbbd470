import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };

/** Where the repository is on the web. Forges have issues and the README at addresses under it. */
export const REPOSITORY = packageJson.repository.url.replace(/^git\+(.*)\.git$/, '$1');

/** Every page of the repository. */
export const PAGES: readonly string[] = ['.', 'docs', 'docs/decisions', 'examples/cdk-app'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** What a page says, without its blocks of code. */
export function proseOf(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

/** The anchors of a page: its own, and those of its headings. */
export function anchorsOf(page: string): string[] {
  const own = [...proseOf(page).matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  return [...headingsOf(page, /^#+ (.+)$/gm), ...own];
}

/** The anchors that GitHub gives to the headings of a page; one that stands twice gets a number. */
export function headingsOf(page: string, which: RegExp): string[] {
  const anchors = [...proseOf(page).matchAll(which)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return anchors.map((anchor, index) => {
    const before = anchors.slice(0, index).filter((each) => each === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}
