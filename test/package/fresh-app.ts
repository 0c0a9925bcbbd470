import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
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
export function run(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  return runIn(ENVIRONMENT, folder, program, ...args);
}

async function runIn(
  env: NodeJS.ProcessEnv,
  folder: string,
  program: string,
  ...args: readonly string[]
): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd: folder, env });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Fetches a version of Node. @returns what runs a program as somebody does who has no other one. */
export async function withNode(parent: string, version: string): Promise<typeof run> {
  const folder = join(parent, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  await install(folder, `node@${version}`);
  const env = { ...ENVIRONMENT, PATH: `${join(folder, 'node_modules/.bin')}${delimiter}${ENVIRONMENT.PATH}` };
  return (...args) => runIn(env, ...args);
}

/** @returns a folder in which nothing is installed yet. */
export function emptyApp(parent: string): string {
  const folder = mkdtempSync(join(parent, 'app-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  return folder;
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
