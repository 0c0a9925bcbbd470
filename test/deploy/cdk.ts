import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Ministack } from './ministack.ts';

const execute = promisify(execFile);

/** What a stack says of itself after its deployment. */
export type Outputs = Readonly<Record<string, string>>;

/** The CDK command line as a user has it, with the emulator for AWS. */
export class Cdk {
  readonly #aws: Ministack;
  readonly #folder: string;

  /** @param folder where it may leave its files. */
  constructor(aws: Ministack, folder: string) {
    this.#aws = aws;
    this.#folder = folder;
  }

  /** In a folder without a `cdk.json`, where the app is not asked. */
  async bootstrap(): Promise<void> {
    await this.#run(['bootstrap', 'aws://000000000000/us-east-1'], this.#folder);
  }

  /** @returns the outputs of the one stack, and what the command said. */
  async deploy(app: readonly string[]): Promise<{ readonly outputs: Outputs; readonly said: string }> {
    const file = join(this.#folder, 'outputs.json');
    const said = await this.#app('deploy', [...app, '--require-approval=never', `--outputs-file=${file}`]);
    const stacks: Record<string, Outputs> = JSON.parse(await readFile(file, 'utf8'));
    const [outputs = {}] = Object.values(stacks);
    return { outputs, said };
  }

  /** @throws if there is a difference. */
  async assertNoDifference(app: readonly string[]): Promise<void> {
    await this.#app('diff', [...app, '--fail']);
  }

  async destroy(app: readonly string[]): Promise<void> {
    await this.#app('destroy', [...app, '--force']);
  }

  #app(command: string, options: readonly string[]): Promise<string> {
    return this.#run([command, ...options, `--output=${join(this.#folder, 'cdk.out')}`], '.');
  }

  /** @returns all that it printed. */
  async #run(args: readonly string[], cwd: string): Promise<string> {
    const env = {
      ...this.#aws.environment,
      PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
      HOME: this.#folder,
      CDK_DISABLE_CLI_TELEMETRY: '1',
    };
    try {
      const { stdout, stderr } = await execute(resolve('node_modules/.bin/cdk'), ['--no-notices', ...args], {
        cwd,
        env,
      });
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`cdk ${args[0]} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }
}
