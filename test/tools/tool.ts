import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A program that a slow suite needs, or why there is none. */
export type Tool = { readonly program: string } | { readonly missing: string };

/** Runs a script that builds or installs a program once a machine, and prints where it is. */
export function toolOf(script: string, ...options: readonly '--if-built'[]): Tool {
  try {
    const [command = '', ...args] = [...oneAtATime(script), 'bash', script, ...options];
    return { program: execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim() };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return { missing: stderr.trim().split('\n').at(-1) ?? `${script} failed` };
  }
}

/** Test files that need the same program ask for it side by side, and it must be built or installed once. */
function oneAtATime(script: string): readonly string[] {
  if (spawnSync('flock', ['--version']).status !== 0) return [];
  return ['flock', join(tmpdir(), `influxdb-token-rotation-${basename(dirname(script))}.lock`)];
}

/**
 * Why a suite is skipped, to stand in its title; empty where it is not.
 * @throws in CI, where nothing is skipped.
 */
export function whySkipped(tool: Tool | { readonly image: string }): string {
  if (!('missing' in tool)) return '';
  if (process.env.CI !== undefined) throw new Error(`in CI nothing is skipped: ${tool.missing}`);
  return ` (skipped: ${tool.missing})`;
}
