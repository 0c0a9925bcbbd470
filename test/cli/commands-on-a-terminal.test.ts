import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE, type } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { openServiced, pendingVersion } from '../builders/a-serviced-secret.ts';
import { openTerminal, type Terminal } from '../builders/a-terminal.ts';

// Every command as a person sits before it: what it draws, and what it asks. The two of the beginning are in
// setup-on-a-terminal.test.ts.

let scene: Scene;
let deployed: DeployedFunction;
afterEach(async () => {
  await deployed.close();
  await scene.close();
});

/** Two consumers, of whom `grafana` has been rotated. */
async function open(): Promise<void> {
  const consumers = [aConsumer(), aConsumer({ name: 'grafana', owner: 'svc-all' })];
  scene = await Scene.open({ configuration: aConfiguration(consumers) });
  await scene.run();
  scene.world.clock.advance(9 * DAY);
  await scene.run({ action: 'rotate', consumers: ['grafana'], reason: 'a test' });
  deployed = await deployedIn(scene.world);
}

const influxdbTokenRotation = (...args: readonly string[]): Terminal =>
  openTerminal([process.execPath, PROGRAM_FILE, ...args], { env: deployed.env, columns: 120 });

const DRAWN = {
  status: [['status'], /^prod: 2 consumers, all are well/],
  plan: [['plan'], /^there is nothing to do/],
  check: [['check'], /^✔ The rotator's own token: has every right/],
  permissions: [['permissions'], /^\[$/],
  completion: [['completion', 'bash'], /^complete -o default/],
  help: [['help'], /^Usage: influxdb-token-rotation/],
} as const;

describe('draws', () => {
  beforeEach(open);
  it.each(Object.entries(DRAWN))('%s', async (_name, [args, line]) => {
    const terminal = influxdbTokenRotation(...args);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines()).toContainEqual(expect.stringMatching(line));
  });
});

/** What was run is on record. */
const OF_EVIDENCE = {
  report: [['report', '--format', 'csv'], /^"telegraf"/],
  'verify-evidence': [['verify-evidence'], /^The chain is whole/],
} as const;

describe('draws of the evidence', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drawn-'));
    scene = await Scene.open({ configuration: { ...aConfiguration([aConsumer()]), evidence: { folder } } });
    deployed = await deployedIn(scene.world);
    await deployed.scheduledRun();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  it.each(Object.entries(OF_EVIDENCE))('%s', async (_name, [args, line]) => {
    const terminal = influxdbTokenRotation(...args);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.lines()).toContainEqual(expect.stringMatching(line));
  });
});

const WHY = ['--reason', 'a test'];

interface Asked {
  /** Makes it necessary. @returns what is typed. */
  readonly typed: () => Promise<readonly string[]>;
  /** What stands above the question. */
  readonly shows: RegExp;
  /** What is drawn after a yes. */
  readonly draws: RegExp;
}

const ASKED: Readonly<Record<string, Asked>> = {
  run: {
    typed: async () => {
      await open();
      scene.world.clock.advance(22 * DAY);
      return ['run', 'telegraf'];
    },
    shows: /^○ +telegraf +rotate/,
    draws: /^✔ +telegraf +rotate/,
  },
  rotate: {
    typed: async () => {
      await open();
      return ['rotate', 'telegraf', ...WHY];
    },
    shows: /^○ +telegraf +rotate +requested: a test/,
    draws: /^✔ +telegraf +rotate +\w{16} +requested: a test/,
  },
  reactivate: {
    typed: async () => {
      await open();
      return ['reactivate', 'grafana', '--for', '2h', ...WHY];
    },
    shows: /^○ +grafana +reactivate/,
    draws: /^✔ +grafana +reactivate/,
  },
  rollback: {
    typed: async () => {
      await open();
      return ['rollback', 'grafana', ...WHY];
    },
    shows: /^○ +grafana +reactivate/,
    draws: /^✔ +grafana +copy-forward/,
  },
  retire: {
    typed: async () => {
      await open();
      const stray = await scene.currentId();
      await deployed.close();
      const { configuration } = scene.world;
      const consumers = configuration.consumers.filter(({ name }) => name !== 'telegraf');
      deployed = await deployedIn(scene.world, { configuration: { ...configuration, consumers } });
      // The token works no more then, and that grafana's older one does is none of its business.
      return ['retire', stray, '--wait', ...WHY];
    },
    shows: /^○ +switch-off/,
    draws: /^✔ +switch-off/,
  },
  resume: {
    typed: async () => {
      scene = await openServiced();
      deployed = await deployedIn(scene.world);
      return ['resume', 'telegraf', await pendingVersion(scene), ...WHY];
    },
    shows: /^the rotation of telegraf by Secrets Manager is taken to its end/,
    draws: /^✔ ok +telegraf/,
  },
};

describe('shows what it would do, asks, and does it after a yes:', () => {
  it.each(Object.entries(ASKED))('%s', async (_name, { typed, shows, draws }) => {
    const args = await typed();
    const before = await scene.text();
    const refused = influxdbTokenRotation(...args);
    await refused.waitFor('Go on?');
    expect(refused.lines()).toContainEqual(expect.stringMatching(shows));
    refused.type('n');
    expect(await refused.exitCode()).toBe(1);
    expect(refused.lines().at(-1)).toBe('nothing was done');
    expect(await scene.text()).toBe(before);
    const agreed = influxdbTokenRotation(...args);
    await agreed.waitFor('Go on?');
    agreed.type('y');
    expect(await agreed.exitCode()).toBe(0);
    expect(agreed.lines()).toContainEqual(expect.stringMatching(draws));
  });
});

it('every command of --help was sat before', async () => {
  await open();
  const { out } = await type(['--help'], deployed.env);
  const [, commands = ''] = /\nCommands:\n([\s\S]*?)\n\n/.exec(out) ?? [];
  const names = [...commands.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
  const tried = [...Object.keys({ ...DRAWN, ...OF_EVIDENCE, ...ASKED }), 'init', 'discover'];
  expect(tried.toSorted()).toEqual(names.toSorted());
});
