import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { KEYS, openTerminal, type Terminal } from '../builders/a-terminal.ts';
import { Beginning } from './a-beginning.ts';

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
});
afterEach(() => at.close());

/** The program before a person who has put no token into the environment. */
function sit(...args: string[]): Terminal {
  return sitBefore(160, ...args);
}

function sitBefore(columns: number, ...args: string[]): Terminal {
  const { INFLUX_TOKEN: _token, ...env } = at.env;
  const command = [process.execPath, PROGRAM_FILE, ...args] as const;
  return openTerminal([...command], { env, rows: 60, columns });
}

/** Waits for each question, and answers it. */
async function answer(
  terminal: Terminal,
  answers: readonly (readonly [question: string, keys: string])[],
): Promise<void> {
  for (const [question, keys] of answers) {
    await terminal.waitFor(`◆  ${question}`);
    terminal.type(keys);
  }
}

const typed = (text: string) => `${text}${KEYS.enter}`;
const DOWN = '\u001B[B';

describe('init on a terminal', () => {
  it('asks for all that it needs, shows its plan, and makes it', async () => {
    const terminal = sit('init', '--config', at.path());
    await answer(terminal, [
      ['URL of InfluxDB', typed(at.influxdb.url)],
      ['Org, by name or id', typed('acme')],
      ['Name of this deployment', KEYS.enter],
      ["Secret for the rotator's own token", KEYS.enter],
      ['InfluxDB token for this command alone', typed(at.admin.operatorToken)],
      ['Name of a consumer', typed('telegraf')],
      ['Buckets that it writes', KEYS.enter],
      ['Buckets that it reads', KEYS.enter],
    ]);
    await terminal.waitFor('it writes no bucket, so name one that it reads');
    terminal.type(typed('telemetri'));
    await answer(terminal, [
      ['User that owns its tokens', KEYS.enter],
      ['Secret that it reads its token from', KEYS.enter],
    ]);
    await terminal.waitFor('bucket "telemetri" not found');
    await answer(terminal, [
      ['Buckets that it writes', typed('telemetry')],
      ['Buckets that it reads', `${'\u007F'.repeat('telemetri'.length)}${KEYS.enter}`],
      ['User that owns its tokens', KEYS.enter],
      ['Secret that it reads its token from', KEYS.enter],
      ['Another consumer?', KEYS.enter],
      ['Go on?', 'y'],
    ]);
    expect(await terminal.exitCode()).toBe(0);
    expect(at.json()).toMatchObject({
      deployment: 'prod',
      consumers: [{ name: 'telegraf', owner: 'svc-telegraf', write: ['telemetry'] }],
    });
    expect(at.own()).toMatchObject([{ status: 'active' }]);
    expect(terminal.sent()).not.toContain(at.admin.operatorToken);
  });

  it('shows each name whole on a narrow terminal, since somebody is to agree to it', async () => {
    const terminal = sitBefore(80, 'init', ...at.flags);
    await answer(terminal, [
      ['InfluxDB token for this command alone', typed(at.admin.operatorToken)],
      ['Go on?', 'n'],
    ]);
    expect(await terminal.exitCode()).toBe(1);
    const shown = terminal.lines().join('\n');
    for (const name of ['token-rotator-prod', 'influxdb/acme/telegraf', 'influxdb/rotator'])
      expect(shown).toContain(name);
    expect(shown).not.toContain('…');
  });

  it('does nothing if somebody says no, or breaks off', async () => {
    const refused = sit('init', ...at.flags);
    await answer(refused, [
      ['InfluxDB token for this command alone', typed(at.admin.operatorToken)],
      ['Go on?', 'n'],
    ]);
    expect(await refused.exitCode()).toBe(1);
    expect(refused.lines().join('\n')).toContain('to type it yourself instead: give --commands');
    const broken = sit('init', '--config', at.path());
    await answer(broken, [['URL of InfluxDB', KEYS.ctrlC]]);
    expect(await broken.exitCode()).toBe(1);
    expect(broken.lines().join('\n')).toContain('nothing was done');
    expect(existsSync(at.path())).toBe(false);
    expect(at.names()).toEqual({ users: ['admin'], secrets: [] });
  });

  it('that is interrupted while it works says what goes on from there', async () => {
    const terminal = sit('init', ...at.flags, '--yes');
    at.influxdb.faults.add({ on: ({ method }) => method === 'POST', before: () => new Promise(() => {}) });
    await answer(terminal, [['InfluxDB token for this command alone', typed(at.admin.operatorToken)]]);
    while (!at.influxdb.calls.some(({ method }) => method === 'POST'))
      await new Promise((next) => setTimeout(next, 50));
    terminal.type(KEYS.ctrlC);
    expect(await terminal.exitCode()).toBe(130);
    expect(terminal.lines().join(' ')).toContain(
      `interrupted. What was made stays: influxdb-token-rotation init --config`,
    );
  });
});

it('discover lets people pick what a configuration takes over, and asks which secret holds it', async () => {
  const userID = await at.admin.createUser('loader');
  const permissions = [{ action: 'write', resource: { type: 'buckets', id: at.bucketId, orgID: at.admin.orgId } }];
  const { id } = await at.admin.createAuthorization({ userID, description: 'by hand', permissions });
  const terminal = sit('discover', '--url', at.influxdb.url, '--org', 'acme', '--write', at.path());
  await answer(terminal, [
    ['InfluxDB token for this command alone', typed(at.admin.operatorToken)],
    ['Which of them are to be rotated?', `${DOWN} ${KEYS.enter}`],
    [`Which secret holds the token of ${id}`, typed('legacy/loader')],
  ]);
  expect(await terminal.exitCode()).toBe(0);
  expect(at.json().consumers).toEqual([
    { name: 'loader', secret: 'legacy/loader', owner: 'loader', write: ['telemetry'], adopt: id },
  ]);
});
