import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, MINUTE } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE, type } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { openServiced, pendingVersion } from '../builders/a-serviced-secret.ts';
import { openTerminal } from '../builders/a-terminal.ts';
import { setRotator } from '../builders/a-world.ts';

const ACT = ['--reason', 'a test', '--yes'];
const NOBODY = '0a1b2c3d4e5f6071';
const VERSION = '11111111-2222-4333-8444-555555555555';

/** `INFLUX_HOST` stands for the server. */
const WHERE = ['--url', 'INFLUX_HOST', '--org', 'acme'];

/** Every command of `--help`, as a script types it about the consumer `c0`. */
const TYPED = {
  status: [['status'], ['status', 'c0'], ['status', '--gate']],
  plan: [['plan'], ['plan', 'c0']],
  run: [['run', 'c0', '--yes']],
  rollback: [['rollback', 'c0', ...ACT]],
  reactivate: [['reactivate', 'c0', '--for', '2h', ...ACT]],
  rotate: [
    ['rotate', 'c0', ...ACT],
    ['rotate', 'c0', '--compromised', ...ACT],
  ],
  retire: [['retire', NOBODY, ...ACT]],
  resume: [['resume', 'c0', VERSION, ...ACT]],
  permissions: [['permissions'], ['permissions', '--user', NOBODY]],
  check: [['check'], ['check', 'c0'], ['check', '--deep']],
  'verify-evidence': [['verify-evidence'], ['verify-evidence', '--evidence', '.', '--deployment', 'prod']],
  report: [['report'], ['report', '--evidence', 'no-evidence']],
  init: [['init', ...WHERE, '--consumer', 'new,write=telemetry,owner=svc-all', '--yes']],
  discover: [
    ['discover', ...WHERE],
    ['discover', '--config', 'rotation.json'],
  ],
};

let folder: string;
let scene: Scene;
let deployed: DeployedFunction;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'json-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await deployed.close();
  await scene.close();
});

/** So many consumers, each with its first token if it `isServed`. */
async function open(count: number, isServed = true): Promise<void> {
  const consumers = Array.from({ length: count }, (_, index) => aConsumer({ name: `c${index}`, owner: 'svc-all' }));
  scene = await Scene.open({ configuration: aConfiguration(consumers) });
  if (isServed) await scene.run();
  deployed = await deployedIn(scene.world);
}

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync('cli.schema.json', 'utf8')),
);

/** Types it, and looks that what is printed is what the schema says. @returns the exit code, and what was printed. */
async function json(...args: string[]): Promise<{ code: number; answer: unknown; err: string }> {
  const { influxdb, secretsManager, admin } = scene.world;
  const words = args.map((word) => (word === 'INFLUX_HOST' ? influxdb.url : word));
  const { code, out, err } = await type(
    [...words, '--json'],
    { ...deployed.env, AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url, INFLUX_TOKEN: admin.operatorToken },
    folder,
  );
  if (code === 2) {
    expect([args, out]).toEqual([args, '']);
    expect(err).not.toBe('');
    return { code, err, answer: undefined };
  }
  expect(out, args.join(' ')).not.toBe('');
  const answer: unknown = JSON.parse(out);
  validate(answer);
  expect([args, validate.errors ?? []]).toEqual([args, []]);
  // A script that reads stdout alone sees that something failed.
  const { failure, faults, problems } = answer as { [key: string]: readonly unknown[] | undefined };
  if (code === 1) expect([args, (failure ?? faults ?? problems ?? '').length > 0]).toEqual([args, true]);
  return { code, answer, err };
}

/** What `permissions` prints, which InfluxDB itself takes: a request is sent, and a list is put into one. */
async function permissions(...args: string[]): Promise<number> {
  const { code, out } = await type(args, deployed.env);
  const { admin } = scene.world;
  if (out !== '') {
    const printed = JSON.parse(out);
    const body = Array.isArray(printed) ? { orgID: admin.orgId, permissions: printed, description: 'a test' } : printed;
    await admin.send('POST', '/api/v2/authorizations', { ...body, userID: admin.userId });
  }
  return code;
}

/** Types each command, or each of its ways, in order. @returns the exit codes. */
async function all(ways = false): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  for (const args of Object.values<string[][]>(TYPED).flatMap((each) => (ways ? each : each.slice(0, 1))))
    codes[args.filter((word) => !ACT.includes(word)).join(' ')] =
      args[0] === 'permissions' ? await permissions(...args) : (await json(...args)).code;
  return codes;
}

it('every command of --help is tried here', async () => {
  await open(1);
  const { out } = await type(['--help'], deployed.env);
  const [, commands = ''] = /\nCommands:\n([\s\S]*?)\n\n/.exec(out) ?? [];
  const names = [...commands.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
  // Neither has anything to say in JSON.
  expect(names.filter((name) => name !== 'help' && name !== 'completion').toSorted()).toEqual(
    Object.keys(TYPED).toSorted(),
  );
});

describe('what every command prints for scripts is as it was published', () => {
  it('where nothing is configured', async () => {
    await open(0);
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 0,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 1,
        "permissions": 1,
        "plan": 0,
        "reactivate c0 --for 2h": 2,
        "report": 0,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 2,
        "rotate c0": 2,
        "run c0": 2,
        "status": 0,
        "verify-evidence": 2,
      }
    `);
  });

  it('with one consumer', async () => {
    await open(1);
    scene.world.clock.advance(9 * DAY);
    expect(await all(true)).toMatchInlineSnapshot(`
      {
        "check": 0,
        "check --deep": 0,
        "check c0": 0,
        "discover --config rotation.json": 0,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 0,
        "permissions": 0,
        "permissions --user 0a1b2c3d4e5f6071": 0,
        "plan": 0,
        "plan c0": 0,
        "reactivate c0 --for 2h": 1,
        "report": 0,
        "report --evidence no-evidence": 0,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 1,
        "rotate c0": 0,
        "rotate c0 --compromised": 0,
        "run c0": 0,
        "status": 0,
        "status --gate": 0,
        "status c0": 0,
        "verify-evidence": 2,
        "verify-evidence --evidence . --deployment prod": 0,
      }
    `);
  });

  it('with 500 consumers, of whom most have no token yet', async () => {
    await open(500, false);
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 0,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 0,
        "permissions": 0,
        "plan": 0,
        "reactivate c0 --for 2h": 1,
        "report": 0,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 1,
        "rotate c0": 0,
        "run c0": 0,
        "status": 0,
        "verify-evidence": 2,
      }
    `);
  });

  it('where a consumer has no access', async () => {
    await open(1);
    scene.world.clock.advance(9 * DAY);
    await scene.setStatus(await scene.currentId(), 'inactive');
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 1,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 0,
        "permissions": 0,
        "plan": 0,
        "reactivate c0 --for 2h": 1,
        "report": 0,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 1,
        "rotate c0": 1,
        "run c0": 0,
        "status": 0,
        "verify-evidence": 2,
      }
    `);
  });

  it("where InfluxDB refuses the rotator's token, so that nobody can be looked at", async () => {
    await open(1);
    setRotator(scene.world, { status: 'inactive' });
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 1,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 0,
        "permissions": 1,
        "plan": 1,
        "reactivate c0 --for 2h": 1,
        "report": 1,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 1,
        "rotate c0": 1,
        "run c0": 1,
        "status": 1,
        "verify-evidence": 1,
      }
    `);
  });

  it('where InfluxDB does not answer', async () => {
    await open(1);
    scene.world.influxdb.faults.intercept(() => ({ refuse: true }));
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 1,
        "discover --url INFLUX_HOST --org acme": 1,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 1,
        "permissions": 1,
        "plan": 1,
        "reactivate c0 --for 2h": 1,
        "report": 1,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 1,
        "rotate c0": 1,
        "run c0": 1,
        "status": 1,
        "verify-evidence": 1,
      }
    `);
  });

  it('where AWS Lambda fails', async () => {
    await open(1);
    deployed.faults.intercept(({ operation }) => (operation === 'Invoke' ? { status: 500 } : undefined));
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 1,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 0,
        "permissions": 1,
        "plan": 1,
        "reactivate c0 --for 2h": 1,
        "report": 1,
        "resume c0 11111111-2222-4333-8444-555555555555": 1,
        "retire 0a1b2c3d4e5f6071": 1,
        "rollback c0": 1,
        "rotate c0": 1,
        "run c0": 1,
        "status": 1,
        "verify-evidence": 1,
      }
    `);
  });

  it('where AWS Lambda refuses', async () => {
    await open(1);
    const headers = { 'x-amzn-errortype': 'ExpiredTokenException' };
    deployed.faults.intercept(() => ({ status: 403, headers }));
    expect(await all()).toMatchInlineSnapshot(`
      {
        "check": 2,
        "discover --url INFLUX_HOST --org acme": 0,
        "init --url INFLUX_HOST --org acme --consumer new,write=telemetry,owner=svc-all": 0,
        "permissions": 2,
        "plan": 2,
        "reactivate c0 --for 2h": 2,
        "report": 2,
        "resume c0 11111111-2222-4333-8444-555555555555": 2,
        "retire 0a1b2c3d4e5f6071": 2,
        "rollback c0": 2,
        "rotate c0": 2,
        "run c0": 2,
        "status": 2,
        "verify-evidence": 2,
      }
    `);
  });
});

it('so is an act to which somebody said no', async () => {
  await open(1);
  const columns = 400;
  const act = ['rotate', 'c0', '--reason', 'a test', '--json'];
  const terminal = openTerminal([process.execPath, PROGRAM_FILE, ...act], { columns, env: deployed.env });
  await terminal.waitFor('Go on?');
  terminal.type('n');
  expect(await terminal.exitCode()).toBe(1);
  const screen = terminal.lines().join('\n');
  expect(JSON.parse(screen.slice(screen.indexOf('{')))).toEqual({ failure: 'nothing was done' });
});

describe('so is an act that is done', () => {
  it('reactivate, and rollback', async () => {
    await open(1);
    scene.world.clock.advance(9 * DAY);
    expect(await json('rotate', 'c0', ...ACT)).toMatchObject({ code: 0, answer: { deeds: [{ kind: 'rotate' }] } });
    scene.world.clock.advance(10 * MINUTE);
    expect(await json('reactivate', 'c0', '--for', '2h', ...ACT)).toMatchObject({ code: 0 });
    expect(await json('rollback', 'c0', ...ACT)).toMatchObject({ code: 0, answer: { deeds: [{}, {}] } });
  });

  it('retire', async () => {
    await open(2);
    const { configuration } = scene.world;
    const id = await scene.currentId();
    scene.world.configuration = { ...configuration, consumers: configuration.consumers.slice(1) };
    scene.world.clock.advance(9 * DAY);
    expect(await json('status')).toMatchObject({
      code: 0,
      answer: { others: [{ kind: 'stray', authorizationId: id }] },
    });
    expect(await json('retire', id, ...ACT)).toMatchObject({ code: 0, answer: { deeds: [{ authorizationId: id }] } });
  });

  it('resume', async () => {
    scene = await openServiced({ name: 'c0' });
    const versionId = await pendingVersion(scene);
    deployed = await deployedIn(scene.world);
    scene.world.clock.advance(2 * DAY);
    expect(await json('status')).toMatchObject({ answer: { consumers: [{ code: 'ROTATION_HANGS' }] } });
    expect(await json('resume', 'c0', versionId, ...ACT)).toMatchObject({ code: 0, answer: { status: {} } });
  });
});
