import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../local/http/faults.ts';
import { aConfiguration, aConsumer } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { Gate, Scene } from '../builders/a-scene.ts';
import { KEYS, openTerminal, type Terminal } from '../builders/a-terminal.ts';

// Ctrl-C, wherever a command is: it says what is true then, and what goes on without it.

let scene: Scene;
let deployed: DeployedFunction;
let gate: Gate;
beforeEach(async () => {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
  await scene.run();
  deployed = await deployedIn(scene.world);
  gate = new Gate();
});
afterEach(async () => {
  gate.open();
  await deployed.close();
  await scene.close();
});

const influxdbTokenRotation = (...args: readonly string[]): Terminal =>
  openTerminal([process.execPath, PROGRAM_FILE, ...args], { env: deployed.env, columns: 200 });

/** Holds up the invocation after so many, and comes back once it is under way. */
async function heldUp(after: number, args: readonly string[]): Promise<Terminal> {
  const invoked = new Promise<void>((settle) => {
    const on = ({ operation }: Call) => operation === 'Invoke';
    const hold = () => {
      settle();
      return gate.opened;
    };
    deployed.faults.add({ on, skip: after, before: hold });
  });
  const terminal = influxdbTokenRotation(...args);
  await invoked;
  return terminal;
}

async function interrupted(terminal: Terminal): Promise<string> {
  terminal.type(KEYS.ctrlC);
  expect(await terminal.exitCode()).toBe(130);
  return terminal.lines().at(-1) ?? '';
}

const WHY = ['--reason', 'a test', '--yes'];
const ACTS = [
  ['run', 'telegraf', '--yes'],
  ['rotate', 'telegraf', ...WHY],
  ['reactivate', 'telegraf', '--for', '2h', ...WHY],
  ['rollback', 'telegraf', ...WHY],
  ['retire', '0a1b2c3d4e5f6071', ...WHY],
  ['resume', 'telegraf', '11111111-2222-4333-8444-555555555555', ...WHY],
  ['check', '--deep'],
];

describe('says', () => {
  it.each(ACTS.map((args) => [args[0], args] as const))('that %s goes on in AWS', async (_name, args) => {
    expect(await interrupted(await heldUp(0, args))).toContain('goes on in AWS by itself');
  });

  it('that nothing was done while it plans', async () => {
    expect(await interrupted(await heldUp(0, ['rotate', 'telegraf', '--reason', 'a test']))).toContain(
      'nothing was done',
    );
  });

  it('that it is done while it looks how everything is then', async () => {
    expect(await interrupted(await heldUp(1, ['rotate', 'telegraf', ...WHY]))).toContain(
      'the function has answered, and only the look after it ended',
    );
  });

  it('that it is done while it waits', async () => {
    const terminal = influxdbTokenRotation('rotate', 'telegraf', ...WHY, '--wait');
    await terminal.waitFor('waiting until');
    expect(await interrupted(terminal)).toContain(
      'it is done, and only the waiting ended: the next runs switch the older tokens off by themselves',
    );
  });
});
