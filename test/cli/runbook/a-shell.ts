import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KEYS, openTerminal } from '../../builders/a-terminal.ts';

/** What a person sees who types a block. */
export interface Typed {
  readonly code: number;
  readonly screen: string;
}

const ASKS = /^npx influxdb-token-rotation (init|run|rotate|reactivate|rollback|retire|resume)\b/m;

/**
 * A person's shell on a terminal, in which `npx influxdb-token-rotation` is the bundle, and `aws` and `influx` talk to the
 * embedded servers. Its variables last from one block to the next.
 */
export class Shell {
  /** Where it is: what a block writes is here. */
  readonly folder = mkdtempSync(join(tmpdir(), 'shell-'));
  readonly #env: Readonly<Record<string, string>>;

  constructor(program: string, env: Readonly<Record<string, string>>) {
    this.#env = env;
    this.#write('variables', '');
    this.#tool('npx', `shift; exec "${process.execPath}" "${program}" "$@"`);
    for (const tool of ['aws', 'influx'])
      this.#tool(tool, `exec "${process.execPath}" "${resolve(import.meta.dirname, `${tool}.ts`)}" "$@"`);
  }

  /** Types a block, pastes what `read` waits for, and says yes where the program asks. */
  async type(block: string, pasted?: string): Promise<Typed> {
    const keep = "trap 'if [[ -v HASH ]]; then declare -p HASH > variables; fi' EXIT";
    const lines = [`cd "${this.folder}"`, 'source variables', ...(pasted === undefined ? [] : [keep]), block];
    const terminal = openTerminal(['bash', '-e', '-o', 'pipefail', this.#write('block.sh', `${lines.join('\n')}\n`)], {
      columns: 1000,
      env: { ...this.#env, PATH: `${this.folder}:${process.env.PATH}`, HOME: this.folder },
    });
    if (pasted !== undefined) terminal.type(`${pasted}${KEYS.enter}`);
    const ended = terminal.exitCode();
    if (ASKS.test(block)) {
      const asked = await Promise.race([ended.then(() => false), terminal.waitFor('Go on?').then(() => true)]).catch(
        () => false,
      );
      if (asked) terminal.type('y');
    }
    return { code: await ended, screen: terminal.lines().join('\n') };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #tool(name: string, text: string): void {
    chmodSync(this.#write(name, `#!/bin/sh\n${text}\n`), 0o755);
  }

  #write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }
}
