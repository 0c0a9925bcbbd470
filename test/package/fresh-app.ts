import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The environment of a user, on whose path is no program of this repository. */
const ENVIRONMENT = {
  ...process.env,
  PATH: (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(resolve('.')))
    .join(delimiter),
  CDK_DISABLE_CLI_TELEMETRY: '1',
};

/** @returns what the program printed on stdout. */
export async function run(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd: folder, env: ENVIRONMENT });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Packs this repository as it is. @returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await execute('npm', ['pack', '--silent', `--pack-destination=${folder}`]);
  return join(folder, stdout.trim());
}

/** @returns an app as `cdk init` lays it out, with a stack named `TokensStack`, and all that it needs installed. */
export async function initializeApp(parent: string): Promise<string> {
  // What `cdk init` names everything after.
  const folder = join(parent, 'tokens');
  mkdirSync(folder);
  await run(folder, resolve('node_modules/.bin/cdk'), 'init', 'app', '--language=typescript', '--generate-only');
  await install(folder);
  return folder;
}

export async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  await run(folder, 'npm', 'install', ...packages, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
}

/** Copies files or folders of the example into an app. */
export function copyExample(folder: string, ...names: readonly string[]): void {
  for (const name of names) cpSync(join('examples/cdk-app', name), join(folder, name), { recursive: true });
}
