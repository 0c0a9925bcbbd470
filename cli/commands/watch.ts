import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { wrapAnsi } from 'fast-wrap-ansi';
import { UsageError } from '../function/rotator.ts';
import type { Width } from '../status/lines.ts';
import { harmless, print, tell, terminalSize, terminalWidth } from '../terminal.ts';

/** One look at how everything is. */
export interface Look {
  /** Nothing where the function gave no answer. */
  readonly linesFor: (width: Width) => string[];
  readonly failure: string | undefined;
  /** What could not be shown beside it, and why. */
  readonly missing: string | undefined;
  readonly code: number;
}

/** Between two looks. */
const WATCH_MS = 10_000;

/** The other screen of the terminal, without a cursor, so that what stood there before comes back. */
const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const END_OF_LINE = '\u001B[K';
const END_OF_SCREEN = '\u001B[J';

/** Looks again and again, until it is interrupted or nobody reads on. @throws {UsageError} if the first look is refused. */
export async function watch(look: () => Promise<Look>): Promise<number> {
  let seen = await look();
  let trouble = seen.failure;
  if (seen.missing !== undefined && !process.stdout.isTTY) tell(seen.missing);
  const show = process.stdout.isTTY ? screen(() => drawn(seen, trouble)) : () => printed(seen, trouble);
  for (;;) {
    show();
    await sleep(WATCH_MS);
    if (!process.stdout.writable) return seen.code;
    try {
      const next = await look();
      trouble = next.failure;
      if (next.failure === undefined) seen = next;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      trouble = error.message;
    }
  }
}

function printed({ linesFor }: Look, trouble: string | undefined): void {
  if (trouble === undefined) print(linesFor(terminalWidth()));
  else tell(trouble);
}

function drawn({ linesFor, missing }: Look, trouble: string | undefined): string[] {
  const said =
    trouble === undefined
      ? styleText('dim', 'looks again every 10 seconds; ctrl-C ends it')
      : styleText(
          'red',
          `${new Date().toISOString().slice(11, 19)} UTC, the last look failed: ${trouble}; tries again`,
        );
  return [said, ...(missing === undefined ? [] : [styleText('dim', missing)]), '', ...linesFor(terminalWidth())];
}

/** @returns what draws over what was there, in one piece, so that nothing flickers. */
function screen(lines: () => string[]): () => void {
  const { stdout } = process;
  const draw = (): void => {
    const { columns, rows: height } = terminalSize();
    const rows = lines().flatMap((line) => wrapAnsi(line, columns, { hard: true, trim: false }).split('\n'));
    const left = rows.length - height;
    const more = `… and ${left + 1} more lines, for which the screen is too low`;
    const shown = left > 0 ? [...rows.slice(0, height - 1), styleText('dim', more)] : rows;
    stdout.write(`${HOME}${shown.map((line) => `${harmless(line)}${END_OF_LINE}`).join('\r\n')}${END_OF_SCREEN}`);
  };
  process.once('exit', () => stdout.write(LEAVE));
  process.once('SIGINT', () => process.exit(0));
  process.once('SIGTERM', () => process.exit(143));
  stdout.on('resize', draw);
  stdout.write(ENTER);
  return draw;
}
