import { stripVTControlCharacters } from 'node:util';
import type { Width } from './status/lines.ts';

/** Results go to stdout, and everything else here. A line is styled for stdout, which may be a terminal where this is none. */
export function tell(line: string): void {
  process.stderr.write(`${harmless(process.stderr.isTTY ? line : stripVTControlCharacters(line))}\n`);
}

export function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${harmless(line)}\n`).join(''));
}

/**
 * Other people's names are shown as they are, but for what a terminal would obey: that is written out as JSON writes it,
 * which leaves JSON what it was. Colours are our own.
 */
export function harmless(line: string): string {
  return line.replaceAll(OBEYED, (found) => (OURS.test(found) ? found : escaped(found)));
}

const COLOUR = '\u001B\\[[\\d;]*m';
const OBEYED = new RegExp(`${COLOUR}|[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Bidi_Control}]`, 'gu');
const OURS = new RegExp(`^(?:${COLOUR}|[\\n\\t])$`);

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Somebody else's text within a line of ours. */
export function onOneLine(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** What `--json` prints. */
export function jsonLines(value: object): string[] {
  return [JSON.stringify(value, undefined, 2)];
}

/** Undefined in a pipe or a file. */
export function terminalWidth(): Width {
  return process.stdout.isTTY ? terminalSize().columns : undefined;
}

/** Some terminals do not say how large they are. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = process.stdout;
  return { columns: columns || 80, rows: rows || 24 };
}

/**
 * A reader that has seen enough, such as `| head`, is not an error; nor does it end an act, or change its exit code. A
 * result that cannot be written, as on a full disk, is one.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream === process.stderr || error.code === 'EPIPE') return;
      process.once('exit', (code) => {
        process.exitCode = code || 1;
      });
    });
}
