import { stripVTControlCharacters } from 'node:util';
import type { Width } from './status/lines.ts';

/** Results go to stdout, and everything else here. A line is styled for stdout, which may be a terminal where this is none. */
export function tell(line: string): void {
  process.stderr.write(`${process.stderr.isTTY ? line : stripVTControlCharacters(line)}\n`);
}

export function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** What `--json` prints. */
export function jsonLines(value: object): string[] {
  return [JSON.stringify(value, undefined, 2)];
}

/** Undefined in a pipe or a file. */
export function terminalWidth(): Width {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}
