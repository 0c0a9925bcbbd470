import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { Gate, Scene } from '../builders/a-scene.ts';
import { KEYS, openTerminal, type Terminal } from '../builders/a-terminal.ts';

let scene: Scene;
let deployed: DeployedFunction;
let before: string;
beforeEach(async () => {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
  await scene.run();
  scene.world.clock.advance(9 * DAY);
  before = await scene.currentId();
  deployed = await deployedIn(scene.world);
});
afterEach(async () => {
  await deployed.close();
  await scene.close();
});

function influxdbTokenRotation(...args: string[]): Terminal {
  return openTerminal([process.execPath, PROGRAM_FILE, ...args], { env: deployed.env });
}

const rotate = (...more: string[]) => influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', ...more);

describe('an act on a terminal', () => {
  it('shows its plan, asks, and is done after a yes', async () => {
    const terminal = rotate();
    await terminal.waitFor('Go on?');
    expect(terminal.screen()[0]).toMatch(/^○ +telegraf +rotate/);
    terminal.type('y');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines()).toContainEqual(expect.stringMatching(/^✔ +telegraf +rotate/));
    expect(await scene.currentId()).not.toBe(before);
  });

  it.each([
    ['a no', 'n'],
    ['enter alone', KEYS.enter],
    ['ctrl-C', KEYS.ctrlC],
  ])('is not done after %s, and says so', async (_what, key) => {
    const terminal = rotate();
    await terminal.waitFor('Go on?');
    terminal.type(key);
    expect(await terminal.exitCode()).toBe(1);
    expect(terminal.lines().at(-1)).toBe('nothing was done');
    expect(await scene.currentId()).toBe(before);
  });

  it('asks nothing with --yes', async () => {
    const terminal = rotate('--yes');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines().join('\n')).not.toContain('Go on?');
    expect(await scene.currentId()).not.toBe(before);
  });

  it('has no colours in a file, whatever the other stream is', async () => {
    const program = `${process.execPath} ${PROGRAM_FILE} rotate telegraf --reason "a test"`;
    const terminal = openTerminal(['bash', '-c', `${program} 2> >(cat -v)`], { env: deployed.env });
    expect(await terminal.exitCode()).toBe(2);
    await vi.waitUntil(() => terminal.lines().length >= 2);
    expect(terminal.lines().join(' ')).toMatch(/telegraf +rotate/);
    expect(terminal.lines().join(' ')).not.toContain('^[');
  });

  it('that is interrupted says that it goes on in AWS', async () => {
    const gate = new Gate();
    deployed.faults.add({ on: 'Invoke', after: () => gate.opened });
    const terminal = rotate('--yes');
    await terminal.waitFor('waiting for the answer');
    terminal.type(KEYS.ctrlC);
    expect(await terminal.exitCode()).toBe(130);
    expect(terminal.lines().at(-1)).toContain('goes on in AWS by itself');
    gate.open();
    await vi.waitUntil(async () => (await scene.currentId()) !== before);
  });
});

describe('status --watch', () => {
  const refused = { on: 'Invoke', status: 403, headers: { 'x-amzn-errortype': 'ExpiredTokenException' } };

  it('draws in place, goes on after a look that was refused, and leaves the terminal as it was', async () => {
    const terminal = influxdbTokenRotation('status', '--watch');
    await terminal.waitFor('✔ ok');
    deployed.faults.add(refused);
    await terminal.waitFor('the last look failed: AWS Lambda could not be asked');
    expect(terminal.screen().join('\n')).toContain('✔ ok   telegraf');
    await scene.setStatus(before, 'inactive');
    await terminal.waitFor('✘ no access');
    expect(terminal.screen().join('\n')).not.toContain('the last look failed');
    terminal.type(KEYS.ctrlC);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines()).toEqual([]);
    expect(terminal.sent().endsWith('\u001B[?25h\u001B[?1049l')).toBe(true);
    expect(terminal.sent()).not.toContain('\u001B[2J');
  });

  it('shows on a low screen what is worst, and how much is missing', async () => {
    const terminal = openTerminal([process.execPath, PROGRAM_FILE, 'status', 'telegraf', '--watch'], {
      ...{ env: deployed.env, rows: 6 },
    });
    await terminal.waitFor(/^… and \d+ more lines/);
    expect(terminal.screen()[2]).toMatch(/^prod: /);
  });

  it('ends where the first look is refused', async () => {
    deployed.faults.add(refused);
    expect(await influxdbTokenRotation('status', '--watch').exitCode()).toBe(2);
  });

  it.each(['--gate', '--json'])('takes no %s', async (option) => {
    const terminal = influxdbTokenRotation('status', '--watch', option);
    expect(await terminal.exitCode()).toBe(2);
    expect(terminal.lines().join(' ')).toContain(`cannot be used with option '${option}'`);
  });
});

describe('--wait', () => {
  it('ends when the older token is switched off, and says how long that may take', async () => {
    const terminal = rotate('--yes', '--wait');
    // A grace period and a lease, then the next run.
    await terminal.waitFor(/waiting until \w+ is switched off, by 2026-01-11 02:00 UTC at the latest/);
    scene.world.clock.advance(DAY + HOUR);
    await scene.run();
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines().join('\n')).toMatch(/✔ ok +telegraf .* off, deleted after/);
  });

  it('ends when the run that should have switched it off is over, and fails', async () => {
    const terminal = rotate('--yes', '--wait');
    await terminal.waitFor('waiting until');
    scene.world.clock.advance(DAY + 3 * HOUR);
    expect(await terminal.exitCode()).toBe(1);
    expect(terminal.lines().join(' ')).toContain(`stopped waiting: ${before} should be switched off by now`);
  });

  it('needs a function that runs by itself', async () => {
    const terminal = rotate('--wait', '--local', '--config', 'demo/rotation.json');
    expect(await terminal.exitCode()).toBe(2);
    expect(terminal.lines().join(' ')).toContain('--wait needs the deployed function');
  });
});

describe('completion', () => {
  it.each([
    ['a command', 'roll', 'rollback'],
    ['an option', 'rotate telegraf --comp', '--compromised'],
  ])('in bash, without more than bash, knows %s', async (_what, typed, whole) => {
    const bash = openTerminal(['bash', '--norc', '--noprofile'], { env: { ...deployed.env, PS1: '$ ' } });
    bash.type(`influxdb-token-rotation() { ${process.execPath} ${PROGRAM_FILE} "$@"; }\r`);
    bash.type('eval "$(influxdb-token-rotation completion bash)"; echo rea""dy\r');
    await bash.waitFor(/^ready/);
    bash.type(`influxdb-token-rotation ${typed}${KEYS.tab}`);
    await bash.waitFor(`${whole} `);
  });

  it.each(['zsh', 'fish'])('has a script for %s', async (shell) => {
    const terminal = influxdbTokenRotation('completion', shell);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines().join('\n')).toContain('influxdb-token-rotation complete --');
  });

  it('names what a word may become, with what it is', async () => {
    const terminal = influxdbTokenRotation('complete', '--', 'rotate', 'telegraf', '--f');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines().map((line) => line.split(/ {2,}/)[0])).toEqual([
      expect.stringMatching(/^--function/),
      expect.stringMatching(/^--force/),
    ]);
  });
});
