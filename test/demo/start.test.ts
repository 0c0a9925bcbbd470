import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../../simulation/world.ts';
import { aConfiguration } from '../builders/a-configuration.ts';

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start -- …`, without npm. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env } };
    execFile(process.execPath, ['cli/start.ts', ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('the demonstration', () => {
  it.each(['hashed', 'plain', 'cloud'])('prints one JSON object that shows the promise kept: %s', async (tokens) => {
    const { code, stdout, stderr } = await start(['--json', '--tokens', tokens]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rotations: 8,
      callsToPromotion: 7,
      callsWholeLife: 14,
      secretsManagerWritesPerRotation: 2,
      // Two of the three may use a bucket in two ways, or two buckets; and for each, the rotator's rights are tried.
      probesPerDay: 8,
      newTokensAccepted: 3,
      oldTokensRefused: 5,
      compromisedEnded: 1,
      rollbacks: 1,
      fourStepRotations: 1,
      oldTokensAccepted: 0,
      failedRequestsOfConsumers: 0,
      violations: [],
    });
    expect(stderr).not.toBe('');
  });

  it('shows a person what happens, and ends with the proof', async () => {
    const { code, stdout } = await start([]);
    expect(code).toBe(0);
    expect(stdout).toContain('telegraf');
    expect(stdout).toMatch(/0 violations|no invariant|violated/i);
    const [, file = ''] = /^all of it as a page: (.+)$/m.exec(stdout) ?? [];
    const page = await readFile(file, 'utf8');
    expect(page).toContain('"deployment":"demo"');
    expect(page).toContain('"isVerified":true,"problems":[]');
    expect(page).toMatch(/"notRefused":\{"value":0,/);
    expect(page.match(/"result":"(?!supported")[a-z-]+"/g)).toBeNull();
  });
});

describe('a command line that cannot be meant ends with 2, and shows nothing', () => {
  const HINT = 'put -- before the options: npm start -s -- --config FILE';
  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['npm kept --config', [], { npm_config_config: 'prod.json' }, `error: npm kept --config to itself; ${HINT}\n`],
    [
      'npm kept two options',
      [],
      { npm_config_config: 'prod.json', npm_config_action: 'plan' },
      `error: npm kept --config and --action to itself; ${HINT}\n`,
    ],
    ['npm kept --request', [], { npm_config_request: '{}' }, `error: npm kept --request to itself; ${HINT}\n`],
    ['npm kept --tokens', [], { npm_config_tokens: 'plain' }, `error: npm kept --tokens to itself; ${HINT}\n`],
    [
      'npm passed on the value alone',
      ['prod.json'],
      {},
      `error: too many arguments. Expected 0 arguments but got 1: prod.json.\n${HINT}\n`,
    ],
    [
      'options of the demonstration stand beside a configuration',
      ['--config', 'prod.json', '--json', '--tokens', 'plain'],
      {},
      'error: --json and --tokens cannot be combined with --config, because the demonstration alone has it. With --config, a script always gets JSON, and the server is the real one\n',
    ],
    [
      'a relative path leads nowhere',
      ['--config', 'nowhere/prod.json'],
      {},
      `nowhere/prod.json cannot be read (ENOENT; it was looked for in ${process.cwd()}): give the path of a configuration, for example prod.json\n`,
    ],
    [
      'an absolute path leads nowhere',
      ['--config', '/nowhere/prod.json'],
      {},
      '/nowhere/prod.json cannot be read (ENOENT): give the path of a configuration, for example prod.json\n',
    ],
  ])('%s', async (_name, args, env, stderr) => {
    expect(await start(args, env)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('but an option behind -- is as good as ever, whatever npm says of another', async () => {
    const { code, stderr } = await start(['--config', '/nowhere/prod.json'], { npm_config_config: 'prod.json' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('/nowhere/prod.json cannot be read')]);
  });
});

describe('one run against the endpoints that a file names', () => {
  let folder: string;
  let world: World;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rotation-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => world?.close());

  async function once(): Promise<Ending> {
    world = await World.create({ configuration: aConfiguration(), startsAt: Date.now() });
    return start(['--config', await configurationFile()], environment());
  }

  async function configurationFile(): Promise<string> {
    const file = join(folder, 'rotation.json');
    const consumer = {
      name: 'telegraf',
      secret: 'influxdb/acme/telegraf',
      owner: 'svc-telegraf',
      write: ['telemetry'],
    };
    const influxdb = { url: world.influxdb.url, org: 'acme', tokenSecret: 'influxdb/rotator' };
    await writeFile(file, JSON.stringify({ deployment: 'prod', influxdb, consumers: [consumer] }));
    return file;
  }

  function environment(): NodeJS.ProcessEnv {
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
  }

  it('prints the report, and exits with 0', async () => {
    const { code, stdout } = await once();
    expect(code).toBe(0);
    expect(stdout).toContain('telegraf');
    expect(world.secretsManager.store.secret('influxdb/acme/telegraf')?.versions.size).toBe(2);
  });

  it('exits with 1 when a consumer failed, and says why', async () => {
    world = await World.create({ configuration: aConfiguration(), startsAt: Date.now() });
    await world.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/acme/telegraf', SecretString: 'plain' }));
    const { code, stdout, stderr } = await start(['--config', await configurationFile()], environment());
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('is not a JSON object');
  });

  it('with --action plan reports what a run would do, and changes nothing', async () => {
    world = await World.create({ configuration: aConfiguration(), startsAt: Date.now() });
    const { code, stdout, stderr } = await start(
      ['--config', await configurationFile(), '--action', 'plan'],
      environment(),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ action: 'plan', mode: 'rotate', counts: { rotated: 0 } });
    expect(stderr.trim().split('\n').at(-1)).toBe(
      '1 of 1 consumer has no working token: telegraf; a run would make one',
    );
    expect(world.secretsManager.store.secret('influxdb/acme/telegraf')?.versions.size).toBe(1);
  });

  it('with --request gives any command, and says what is wrong with one', async () => {
    world = await World.create({ configuration: aConfiguration(), startsAt: Date.now() });
    const file = await configurationFile();
    const ask = (request: object) => start(['--config', file, '--request', JSON.stringify(request)], environment());
    const { code, stdout } = await ask({ action: 'rotate', all: true, reason: 'a release' });
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { action: 'rotate', reason: 'a release', counts: { rotated: 1 } },
    ]);
    const refused = await ask({ action: 'rotate', all: true });
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('reason: is missing: it must be a text');
  });

  it.each([
    ['that does not exist', ['--config', 'prod.json', '--action', 'rotate'], 'run, plan, status'],
    ['for the demonstration', ['--action', 'plan'], 'need --config FILE'],
    ['beside a request', ['--config', 'x', '--action', 'plan', '--request', '{}'], 'exclude each other'],
    ['in a request that is no JSON', ['--config', 'x', '--request', 'rotate'], 'is no JSON object'],
  ])('exits with 2 for an action %s, and says what to do', async (_which, args, said) => {
    const { code, stdout, stderr } = await start(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  it('exits with 2 when the configuration is bad, and names every problem', async () => {
    const file = join(folder, 'bad.json');
    await writeFile(file, '{"deployment":"a b","consumers":[{}]}');
    const { code, stderr } = await start(['--config', file]);
    expect(code).toBe(2);
    for (const path of ['deployment', 'influxdb', 'consumers[0].name']) expect(stderr).toContain(path);
  });

  it('exits with 2 when there is no such file', async () => {
    const { code, stderr } = await start(['--config', join(folder, 'none.json')]);
    expect(code).toBe(2);
    expect(stderr).toContain('none.json');
  });
});
