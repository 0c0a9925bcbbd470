import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** The anchors that GitHub gives to the headings of a page, a number to one that stands twice, and the page's own. */
export function anchorsOf(page: string, which = /^#+ (.+)$|<a id="([^"]+)">/gm): string[] {
  const anchors = [...proseOf(page).matchAll(which)].map(
    ([, heading = '', id]) =>
      id ??
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
