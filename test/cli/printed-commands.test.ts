import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoted } from '../../cli/typed.ts';
import { Beginning } from './a-beginning.ts';

// What is printed to be typed is pasted into a shell. It must mean there what it says, whatever a file is called.

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
});
afterEach(() => at.close());

const HOSTILE = "a b; touch 'it' $(touch it) `touch it` !1 \u001B[201~\ntouch it\u202E.json";

/** What the program is given where somebody pastes a line. */
function pasted(line: string): string[] {
  const shell = `influxdb-token-rotation() { printf '%s\\0' "$@"; }\n${line}`;
  const { stdout, stderr } = spawnSync('bash', ['-c', shell], { encoding: 'utf8', cwd: at.path('.') });
  expect(stderr).toBe('');
  return stdout.split('\0').slice(0, -1);
}

/** From the program's name to the end of the line, or to the words that go on after the command. */
function commandIn(text: string, after = ''): string {
  const line = text.split('\n').findLast((each) => each.includes('influxdb-token-rotation ')) ?? '';
  const command = line.slice(line.indexOf('influxdb-token-rotation '));
  return after === '' ? command : command.slice(0, command.indexOf(after));
}

describe('a command that is printed to be typed', () => {
  it('names a file as a shell takes it, whatever that is called', async () => {
    const file = at.path(HOSTILE);
    const [, , ...flags] = at.flags;
    const made = await at.typeHere(['init', '--config', file, ...flags, '--yes']);
    expect(made.code).toBe(0);
    expect(pasted(commandIn(made.err, ', or deploy it'))).toEqual(['run', '--local', '--config', file]);
    const seen = await at.typeHere(['status', '--local', '--config', file]);
    expect(pasted(commandIn(seen.out))).toEqual(['run', 'telegraf', '--local', '--config', file]);
    const found = await at.typeHere(['discover', '--config', file, '--json']);
    const [{ authorizationId: id }] = JSON.parse(found.out).tokens;
    const written = await at.typeHere(['discover', '--config', file, '--write', file, '--yes', `${id}=a/secret`]);
    expect(pasted(commandIn(written.err, ', which makes'))).toEqual(['init', '--config', file]);
  });

  it('names no consumer that is called like an option', async () => {
    await at.typeHere(['init', ...at.flags, '--yes']);
    const seen = await at.typeHere(['init', ...at.flags, '--consumer', '--all,write=telemetry', '--yes']);
    expect(seen.code).toBe(2);
    expect(seen.err).toContain(
      'consumers[1].name: must be 1 to 64 letters, digits, ".", "_" or "-", and not begin with "-"',
    );
    const { tokens } = JSON.parse((await at.typeHere(['discover', '--config', at.path(), '--json'])).out);
    await at.typeHere([
      'discover',
      '--config',
      at.path(),
      '--write',
      at.path(),
      '--yes',
      `${tokens[0].authorizationId}=--all`,
    ]);
    expect(at.json().consumers[1]).toMatchObject({ name: 'all', secret: '--all' });
  });

  it('goes to whom was asked', async () => {
    await at.typeHere(['init', ...at.flags, '--yes']);
    await at.typeHere(['run', '--local', '--config', at.path(), '--yes']);
    const [row] = at.influxdb.store.authorizations().filter(({ description }) => description.includes('/telegraf/'));
    await at.admin.send('PATCH', `/api/v2/authorizations/${row?.id}`, { status: 'inactive' });
    writeFileSync(at.path(), JSON.stringify({ ...at.json(), defaults: { onMissing: 'report' } }));
    await at.admin.send('DELETE', `/api/v2/authorizations/${row?.id}`);
    const seen = await at.typeHere(['check', '--local', '--config', at.path(), '--json']);
    const [fault] = JSON.parse(seen.out).faults;
    expect(fault.remedy[0].command).toContain(`--local --config ${at.path()}`);
  });

  it('is called as this one was', async () => {
    const seen = await at.typeHere(['init', ...at.flags, '--yes'], { npm_command: 'exec' });
    expect(seen.err).toContain(`next: npx influxdb-token-rotation check --local --config ${at.path()}`);
  });
});

it.each(['-x', '=ls', '~', 'a b', "it's", 'a\tb', '\\', '*', '', 'ü\u009B', HOSTILE])(
  'a shell takes %j as one word',
  (text) => {
    mkdirSync(at.path('.'), { recursive: true });
    expect(pasted(`influxdb-token-rotation ${quoted(text)}`)).toEqual([text]);
  },
);
