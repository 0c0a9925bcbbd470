import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the tarball, and what npm printed for people. */
    readonly packed: { readonly tarball: string; readonly said: string };
  }
}

/** Once before all tests of the package, since npm pack makes dist/ afresh. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const { stdout, stderr } = await promisify(execFile)('npm', ['pack', '--silent', `--pack-destination=${folder}`]);
  project.provide('packed', { tarball: join(folder, stdout.trim()), said: stderr });
  return () => rmSync(folder, { recursive: true });
}
