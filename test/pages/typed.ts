import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs no program, and notes each with its words in one write, since those of a pipe do so at once. What would change
 * the shell or wait for a person does nothing.
 */
const NOTING = `
command_not_found_handle() { printf '%s\\0' "$@" $'\\036' >> "$NOTED"; }
cd() { :; }; set() { :; }; read() { :; }; source() { :; }; function . { :; }
kill() { return 1; }
PATH=/nowhere
`;

/**
 * The programs that a shell would start where somebody pastes these lines, each with its words. A placeholder such as
 * `<consumer>` is one word.
 * @throws if bash does not understand the lines.
 */
export function commandsIn(text: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'typed-'));
  try {
    const noted = join(folder, 'noted');
    writeFileSync(noted, '');
    const filled = text.replaceAll(/<[a-z][^<>|&;\n]*>/g, 'placeholder');
    const env = { NOTED: noted, HOME: folder };
    const { stderr } = spawnSync('/bin/bash', ['-c', `${NOTING}${filled}\nwait`], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    const misread = stderr.split('\n').filter((line) => /syntax error|unexpected/.test(line));
    if (misread.length > 0) throw new Error(`${misread.join('\n')}\n${text}`);
    return readFileSync(noted, 'utf8')
      .split('\u001E\0')
      .slice(0, -1)
      .map((words) => words.split('\0').slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
