import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';

/** Of a program that says nothing more: only what hangs comes here. */
const PATIENCE_MS = 60_000;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A key that is no letter, as a terminal sends it. */
export const KEYS = { enter: '\r', ctrlC: '\u0003', tab: '\t' } as const;

/** A program in a terminal of its own, as a person sits before it. */
export interface Terminal {
  /** Types it as it is: letters, or one of `KEYS`. */
  type(keys: string): void;
  /** Waits until the screen has it. @throws if the program ends without it. */
  waitFor(text: string | RegExp): Promise<void>;
  /** What the screen shows, row by row, without what is empty below. */
  screen(): string[];
  /** All that was ever shown, what was scrolled away included. */
  lines(): string[];
  /** All that was sent to the terminal, its control sequences included. */
  sent(): string;
  /** Once the program has ended. */
  exitCode(): Promise<number>;
  /** The screen itself, with the colour of each cell. */
  readonly display: InstanceType<typeof xterm.Terminal>;
}

/** Runs a program in a terminal. It ends with the test at the latest. */
export function openTerminal(
  [file, ...args]: readonly [string, ...string[]],
  { columns = 100, rows = 40, env = {} }: TerminalOptions = {},
): Terminal {
  const display = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const pty = spawn(file, args, {
    ...{ name: 'xterm-256color', cols: columns, rows },
    env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env },
  });
  let sent = '';
  let listeners: (() => void)[] = [];
  const tellAll = () => {
    for (const listener of listeners.splice(0)) listener();
  };
  pty.onData((data) => {
    sent += data;
    display.write(data, tellAll);
  });
  // A program may ask where its cursor is.
  display.onData((answer) => pty.write(answer));
  const ended = new Promise<number>((settle) => {
    pty.onExit(({ exitCode, signal }) => display.write('', () => settle(signal ? 128 + signal : exitCode)));
  });
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
    tellAll();
  });
  onTestFinished(() => {
    if (!hasEnded) pty.kill('SIGKILL');
    display.dispose();
  });
  const rowsOf = (from: number, to: number) => {
    const all = Array.from({ length: to - from }, (_, at) => display.buffer.active.getLine(from + at));
    const texts = all.map((line) => line?.translateToString(true) ?? '');
    return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
  };
  const screen = () => rowsOf(display.buffer.active.viewportY, display.buffer.active.viewportY + rows);
  const waitFor = async (text: string | RegExp) => {
    const until = Date.now() + PATIENCE_MS;
    const isThere = () => screen().some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));
    while (!isThere()) {
      const more = new Promise<void>((settle) => {
        listeners = [...listeners, settle];
        setTimeout(settle, 1000).unref();
      });
      if (hasEnded || Date.now() > until)
        throw new Error(
          `the terminal never showed ${text}${hasEnded ? ', and the program ended' : ''}:\n${screen().join('\n')}`,
        );
      await more;
    }
  };
  return {
    type: (keys) => pty.write(keys),
    ...{ waitFor, screen },
    lines: () => rowsOf(0, display.buffer.active.length),
    sent: () => sent,
    exitCode: () => ended,
    display,
  };
}
