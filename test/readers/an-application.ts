import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** How often requests of one kind were refused, by status. */
type Refused = Readonly<Record<string, number>>;

/** What became of the requests of one way to read the token. */
export interface Work {
  /** Points that were written, as far as the application knows. */
  readonly written: number;
  readonly refused: { readonly writes: Refused; readonly reads: Refused };
}

/** What an application prints after each round. */
export interface Round {
  /** How many clients it has had by the page's code: one for each token. */
  readonly clients: number;
  /** By the page. */
  readonly page: Work;
  /** With the client that it made first. */
  readonly kept: Work;
  /** What was printed of failures, where the library has no other way to tell of them. */
  readonly said?: readonly string[];
}

/** A program that writes and reads until its input ends. */
export class Application {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  #last: Round | undefined;
  #errors = '';

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'close');
    // Else an application that ended early would end the test without a word of why.
    this.#child.stdin.on('error', () => {});
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#last = JSON.parse(line);
    });
    this.#child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
  }

  /** The last round. @throws if the program has ended. */
  get round(): Round | undefined {
    if (this.#child.exitCode !== null) throw new Error(`the application has ended: ${this.#errors}`);
    return this.#last;
  }

  /** Lets it finish. @returns its last round. */
  async end(): Promise<Round> {
    this.#child.stdin.end();
    await this.#ended;
    if (this.#last === undefined || this.#child.exitCode !== 0) throw new Error(`it failed: ${this.#errors}`);
    return this.#last;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
