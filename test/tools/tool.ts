import { execFileSync } from 'node:child_process';

/** A program that a slow suite needs, or why there is none. */
export type Tool = { readonly program: string } | { readonly missing: string };

/** Runs a script that builds or installs a program once a machine, and prints where it is. */
export function toolOf(script: string, ...options: readonly '--if-built'[]): Tool {
  try {
    return { program: execFileSync('bash', [script, ...options], { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim() };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return { missing: stderr.trim().split('\n').at(-1) ?? `${script} failed` };
  }
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
