import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The licences that ask for nothing but their text, which THIRD-PARTY-NOTICES.txt gives. Whoever adds one has read it:
 * one that asks for more (a source offer, an acknowledgement in a user interface) needs more than a line here.
 */
const KNOWN = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

/**
 * The licences whose text is ours to add if a package comes without it: MIT-0 does not even ask for that, and the text of
 * Apache-2.0 names no author.
 */
const OURS_TO_ADD = ['Apache-2.0', 'MIT-0'];

const OWN_TEXTS = 'scripts/bundle/texts';

const TEXT_FILE = /^(?:(?:un)?licen[cs]e|copying|notice|third-?party-?(?:notices?|licen[cs]es))(?:[-_.].*)?$/i;
const CODE_FILE = /\.(?:[cm]?[jt]sx?|json|map)$/i;

/** What somebody else wrote and a package contains, without saying so in a file of its own. */
export interface Contained {
  readonly name: string;
  readonly licence: string;
  readonly text: string;
}

/** @returns the licence that a package.json declares. @throws if it is none that we know how to keep. */
export function licenceOf(folder: string, declared: unknown): string {
  if (typeof declared === 'string' && KNOWN.includes(declared)) return declared;
  throw new Error(
    `${folder}/package.json declares the licence ${JSON.stringify(declared)}, and the bundle would contain the package: only ${KNOWN.join(', ')} are known to be kept by THIRD-PARTY-NOTICES.txt. Leave the package out, or read its licence and add it to scripts/bundle/licences.ts`,
  );
}

/**
 * All licences and notices in the package's own folder and in those between it and a file that is bundled.
 * @param files relative to the folder
 * @throws if there is none, and the licence asks for its text
 */
export function textsOf(folder: string, files: readonly string[], licence: string): string[] {
  const folders = [...new Set(files.flatMap(foldersAbove))].toSorted();
  const paths = folders.flatMap((within) =>
    readdirSync(join(folder, within), { withFileTypes: true })
      .filter((entry) => entry.isFile() && TEXT_FILE.test(entry.name) && !CODE_FILE.test(entry.name))
      .map(({ name }) => join(folder, within, name))
      .toSorted(),
  );
  if (paths.length > 0) return paths.map(textIn);
  if (OURS_TO_ADD.includes(licence)) return [textIn(join(OWN_TEXTS, `${licence}.txt`))];
  throw new Error(
    `${folder} has no file with its licence (${licence}), whose text must go with the bundle: leave the package out, or ask its authors for the file`,
  );
}

/** @returns what the bundled files of a package contain of others. */
export function containedIn(name: string, files: readonly string[]): Contained[] {
  // undici's parser is llhttp, compiled to WebAssembly, and the package has no copy of its licence.
  if (name !== 'undici' || !files.some((file) => file.startsWith('lib/llhttp/'))) return [];
  return [{ name: 'llhttp', licence: 'MIT', text: textIn(join(OWN_TEXTS, 'llhttp.txt')) }];
}

function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? ['.'] : [folder, ...foldersAbove(folder)];
}

function textIn(path: string): string {
  // Without empty lines around it; its first line may be indented.
  return readFileSync(path, 'utf8')
    .replaceAll('\r\n', '\n')
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd();
}
