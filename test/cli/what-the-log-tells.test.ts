import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventIn } from '../../cli/log/log-event.ts';
import { STATUS } from '../../cli/status/status.ts';
import { createLog } from '../../lambda/telemetry/lines.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, LOG_GROUP, type Seen, type } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { CONSUMER, file } from '../lambda/config/a-file.ts';
import { SetUp } from './a-set-up.ts';

// Ten days of the life of three consumers, which ends now: the log is read by the clock on the wall.

let scene: Scene;
let deployed: DeployedFunction;
beforeEach(async () => {
  const consumers = [
    aConsumer({ name: 'telegraf', probe: 'daily' }),
    aConsumer({ name: 'grafana', probe: 'daily' }),
    aConsumer({ name: 'ci', probe: 'never' }),
  ];
  const startsAt = Date.now() - 10 * DAY;
  scene = await Scene.open({ configuration: aConfiguration(consumers), startsAt });
  // Many pages, of which most have nothing.
  deployed = await deployedIn(scene.world, { scan: 50 });
  await deployed.scheduledRun();
  scene.world.clock.advance(7 * DAY);
});
afterEach(async () => {
  await deployed.close();
  await scene.close();
});

const influxdbTokenRotation = (...args: string[]): Promise<Seen> => type(args, deployed.env);

/** Runs once an hour until now. */
async function runUntilNow(): Promise<void> {
  const { clock } = scene.world;
  while (clock.now() + HOUR <= Date.now()) {
    clock.advance(HOUR);
    await deployed.scheduledRun();
  }
}

async function statusOf(...args: string[]) {
  const seen = await influxdbTokenRotation('status', '--json', ...args);
  const { consumers } = STATUS.parse(JSON.parse(seen.out));
  return { ...seen, provenAt: Object.fromEntries(consumers.map(({ consumer, provenAt }) => [consumer, provenAt])) };
}

const DENIED = JSON.stringify({
  __type: 'AccessDeniedException',
  Message: 'User: arn:aws:iam::123456789012:user/a is not authorized to perform: logs:FilterLogEvents',
});

describe('since when a consumer is so', () => {
  it('is since the first of the runs in a row that said so', async () => {
    const { world } = scene;
    const { clock, configuration } = world;
    const [telegraf, ...others] = configuration.consumers;
    const misspelt = { ...(telegraf ?? aConsumer()), owner: 'svc-telegraff' };
    const failing = { ...configuration, consumers: [misspelt, ...others] };
    const runs = async (count: number) => {
      for (let run = 0; run < count; run += 1) {
        clock.advance(HOUR);
        await deployed.scheduledRun();
      }
    };
    clock.advance(3 * DAY - 9 * HOUR - 30 * MINUTE);
    world.configuration = failing;
    await runs(2);
    world.configuration = configuration;
    await runs(3);
    world.configuration = failing;
    const from = clock.now();
    await runUntilNow();
    const seen = await influxdbTokenRotation('status', 'telegraf', '--json');
    const [status] = STATUS.parse(JSON.parse(seen.out)).consumers;
    expect(status?.health).toBe('failed');
    expect(Date.parse(status?.since ?? '')).toBeCloseTo(from + HOUR, -5);
    expect((await influxdbTokenRotation('status', 'telegraf')).out).toMatch(/✘ failed +telegraf +[34]h /);
  });
});

describe('the last proof of life', () => {
  it('is that of the day, of those whose tokens are tried', async () => {
    await runUntilNow();
    const { provenAt, err } = await statusOf();
    expect(err).toBe('');
    for (const name of ['telegraf', 'grafana'])
      expect(Date.now() - Date.parse(provenAt[name] ?? '')).toBeLessThan(DAY + 2 * HOUR);
    expect(provenAt.ci).toBeUndefined();
    const { out } = await influxdbTokenRotation('status');
    expect(out).toMatch(/ok +telegraf .* max 35d +\d+[mh] ago +in 20d/);
    expect(out).toMatch(/ok +ci .* max 35d +in 20d/);
  });

  it('is missing after two days without one, and the status says so', async () => {
    scene.world.clock.advance(3 * DAY);
    const { provenAt } = await statusOf();
    expect(provenAt).toEqual({ telegraf: null, grafana: null, ci: undefined });
    expect((await influxdbTokenRotation('status')).out).toMatch(/ok +telegraf .*\n {4}not seen to work for two days\n/);
  });

  it('of a token that is new is its own, not that of the one before', async () => {
    await runUntilNow();
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    const { provenAt } = await statusOf();
    expect(Date.now() - Date.parse(provenAt.telegraf ?? '')).toBeLessThan(2 * HOUR);
  });

  it('is not known by the log of another deployment in the same group', async () => {
    scene.world.clock.advance(3 * DAY);
    const authorizationId = await scene.currentId();
    const line = { code: 'TOKEN_ALIVE', deployment: 'test', consumer: 'telegraf', authorizationId };
    deployed.logs.groups.write(LOG_GROUP, 'another', JSON.stringify(line));
    expect((await statusOf()).provenAt.telegraf).toBeNull();
  });

  it('is read for a function that is named, too', async () => {
    await runUntilNow();
    for (const name of ['rotator', 'rotator:read-only', 'arn:aws:lambda:us-east-1:123456789012:function:rotator'])
      expect((await statusOf('--function', name)).provenAt.telegraf).toBeTypeOf('string');
  });
});

describe('where the log cannot be read', () => {
  it.each<[string, string, string[], string]>([
    ['FilterLogEvents', 'logs', [], `the right logs:FilterLogEvents on ${LOG_GROUP} is missing`],
    [
      'GetFunctionConfiguration',
      'lambda',
      ['--function', 'rotator'],
      'the right lambda:GetFunctionConfiguration on rotator is missing',
    ],
  ])('for want of the right to %s, the rest is shown', async (on, which, args, says) => {
    const { faults } = which === 'logs' ? deployed.logs : deployed;
    const headers = { 'x-amzn-errortype': 'AccessDeniedException' };
    faults.add({ on, times: Number.POSITIVE_INFINITY, status: 400, body: DENIED, headers });
    const { code, err, provenAt } = await statusOf(...args);
    expect({ code, err }).toEqual({ code: 0, err: `the log of the function could not be read: ${says}\n` });
    expect(provenAt).toEqual({ telegraf: undefined, grafana: undefined, ci: undefined });
  });

  it('because there is none, nothing is said that may be wrong', async () => {
    deployed.logs.faults.add({
      ...{ on: 'FilterLogEvents', times: 9 },
      status: 400,
      body: '{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}',
    });
    const { code, out, err, provenAt } = await statusOf('telegraf');
    expect(code).toBe(0);
    expect(out).not.toContain('"events"');
    expect(err).toBe('the log of the function could not be read: The specified log group does not exist.\n');
    expect(provenAt.telegraf).toBeUndefined();
  });

  it('in time, the rest is shown without it', async () => {
    deployed.logs.faults.add({ on: 'FilterLogEvents', before: () => new Promise(() => {}) });
    const { code, err, provenAt } = await statusOf();
    expect(code).toBe(0);
    expect(err).toBe('the log takes too long to read: some of it is not shown\n');
    expect(provenAt.telegraf).toBeUndefined();
  });
});

describe('status of one', () => {
  it('has the lives of its tokens, and its last events in plain words', async () => {
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'first', '--yes');
    await runUntilNow();
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'second', '--yes');
    const { out, err } = await influxdbTokenRotation('status', 'telegraf');
    expect(err).toBe('');
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d`;
    const life = (is: string, ...stages: string[]) =>
      new RegExp(`  [0-9a-f]{16}  ${is}\n    ${stages.map((stage) => `${stage} ${time}`).join(', ')}\n`);
    expect(out).toMatch(life('deleted', 'made', 'current since', 'off since', 'deleted'));
    expect(out).toMatch(life('superseded, active', 'made', 'current since', 'replaced', 'works until'));
    expect(out).toMatch(life('current, active', 'made', 'current since', 'seen to work', 'too old from'));
    const events = out.slice(out.indexOf('Last events')).trimEnd().split('\n').slice(1);
    expect(events).toHaveLength(10);
    expect(events.map((line) => line.replace(new RegExp(`^ {4}${time}  `), '').replace(/[0-9a-f]{16}/, 'ID'))).toEqual([
      'switch-off begins: superseded, and its grace period is over',
      'token ID is switched off',
      'delete begins: superseded, switched off, and held long enough',
      'token ID is deleted',
      'rotate begins: requested: second',
      'a new token is made, ID, and does not work yet',
      'the new token is in the secret, but not current yet',
      'the new token is switched on',
      'the new token works',
      'the new token is current: ID',
    ]);
  });

  it('has the events in its JSON, by its schema', async () => {
    const { out } = await influxdbTokenRotation('status', 'telegraf', '--json');
    const [telegraf] = STATUS.parse(JSON.parse(out)).consumers;
    expect(telegraf?.events?.at(-1)).toMatchObject({ code: 'TOKEN_PROMOTED', times: 1 });
  });

  it('shows no control characters of a log that others write, and no event of others', async () => {
    const line = { code: 'ACTION_FAILED', deployment: 'prod', consumer: 'telegraf', action: 'rotate' };
    const write = (more: object) => deployed.logs.groups.write(LOG_GROUP, 'a', JSON.stringify({ ...line, ...more }));
    write({ error: 'red \u001B[31malert\u001B[0m\r\n\u0007\u202Eend' });
    write({ deployment: 'test', error: 'of another deployment' });
    write({ code: 'TOKEN_PROMOTED', consumer: 'grafana', authorizationId: '0a1b2c3d4e5f6071' });
    const { out } = await influxdbTokenRotation('status', 'telegraf');
    expect(out).toContain('rotate failed: red alert end\n');
    expect(out).not.toMatch(/of another deployment|0a1b2c3d4e5f6071/);
  });

  it('tells what a run found done, unless the one that did it told it, too', async () => {
    const line = { code: 'TOKEN_SWITCHED_OFF', deployment: 'prod', consumer: 'telegraf', authorizationId: 'a1' };
    const write = (more: object) => deployed.logs.groups.write(LOG_GROUP, 'a', JSON.stringify({ ...line, ...more }));
    scene.world.clock.set(Date.now() - 6 * DAY);
    write({ reason: 'superseded' });
    scene.world.clock.advance(HOUR);
    write({ found: true });
    scene.world.clock.set(Date.now());
    write({ found: true });
    const { out } = await influxdbTokenRotation('status', 'telegraf', '--json');
    const events = STATUS.parse(JSON.parse(out)).consumers[0]?.events ?? [];
    expect(events.slice(-2).map(({ text }) => text)).toEqual([
      'token a1 is switched off',
      'token a1 is switched off: it was so before this run began',
    ]);
  });

  it('counts what comes again and again', async () => {
    const line = { code: 'CONSUMER_BLOCKED', deployment: 'prod', consumer: 'telegraf', reason: 'ask a person' };
    for (let hour = 0; hour < 30; hour += 1) deployed.logs.groups.write(LOG_GROUP, 'a', JSON.stringify(line));
    const { out } = await influxdbTokenRotation('status', 'telegraf');
    expect(out).toContain('blocked: ask a person (30 times)\n');
  });
});

describe('while an act is at work', () => {
  it('its steps are told as they come into the log', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // What another run does at the same time is not of this act.
    const begun = { code: 'RUN_STARTED', deployment: 'prod', action: 'run', requestId: 'another' };
    const other = { code: 'TOKEN_PROMOTED', consumer: 'ci', authorizationId: '0a1b2c3d4e5f6071', requestId: 'another' };
    scene.world.secretsManager.faults.add({
      on: 'UpdateSecretVersionStage',
      before: () => {
        for (const line of [begun, other]) deployed.logs.groups.write(LOG_GROUP, 'a', JSON.stringify(line));
        return held;
      },
    });
    // The function's lines are told by when they come, however late the program starts here.
    scene.world.clock.set(Date.now() + 5 * MINUTE);
    deployed.logs.calls.length = 0;
    const acting = influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    await vi.waitUntil(() => deployed.logs.calls.length >= 3, { timeout: 60_000 });
    release();
    const { code, err } = await acting;
    expect(code).toBe(0);
    expect(err.replaceAll(/[0-9a-f]{16}/g, 'ID').split('\n')).toEqual([
      'asked, and waiting for the answer …',
      'telegraf: rotate begins: requested: a test',
      'telegraf: a new token is made, ID, and does not work yet',
      'telegraf: the new token is in the secret, but not current yet',
      'telegraf: the new token is switched on',
      'telegraf: the new token works',
      '',
    ]);
  });

  it('the log delays no answer', async () => {
    deployed.logs.faults.add({ on: 'FilterLogEvents', before: () => new Promise(() => {}), times: 9 });
    scene.world.secretsManager.faults.add({
      on: 'UpdateSecretVersionStage',
      before: async () => {
        await vi.waitUntil(() => deployed.logs.calls.length > 0, { timeout: 60_000 });
      },
    });
    const { code, err } = await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    expect({ code, err }).toEqual({ code: 0, err: 'asked, and waiting for the answer …\n' });
  });
});

describe('with --local', () => {
  let setUp: SetUp;
  beforeEach(() => {
    setUp = new SetUp();
    const telegraf = { ...CONSUMER, name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc-telegraf' };
    const consumers = [{ ...telegraf, write: ['telemetry'] }];
    setUp.write(file({ deployment: 'prod', influxdb: { url: scene.world.influxdb.url }, consumers }));
    scene.world.clock.set(Date.now());
  });
  afterEach(() => setUp.remove());

  const locally = (...args: string[]) =>
    type([...args, '--local', '--config', setUp.path], {
      ...deployed.env,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: scene.world.secretsManager.url,
    });

  it('the steps of an act are told by the handler itself', async () => {
    deployed.logs.calls.length = 0;
    const { code, err } = await locally('rotate', 'telegraf', '--reason', 'a test', '--yes');
    expect(code).toBe(0);
    expect(err).toMatch(/^telegraf: the new token works\ntelegraf: the new token is current: [0-9a-f]{16}$/m);
    expect(deployed.logs.calls).toEqual([]);
  });

  it('a rollback says before the question what follows, and then that the token before is current again', async () => {
    const before = await scene.currentId();
    await locally('rotate', 'telegraf', '--reason', 'a test', '--yes');
    const asked = await locally('rollback', 'telegraf', '--reason', 'it fails');
    expect(asked.err).toMatch(/○ +telegraf +reactivate[\s\S]*it becomes current again, in a new version of the secret/);
    const { code, err } = await locally('rollback', 'telegraf', '--reason', 'it fails', '--yes');
    const told = err.split('\n').filter((line) => /current|works/.test(line));
    expect([code, ...told]).toEqual([
      0,
      `telegraf: token ${before} still works, and is to be current again`,
      `telegraf: token ${before} is current, in a new version of the secret`,
      'telegraf: the token before is current again: requested: it fails',
    ]);
  });

  it('nothing is said of any consumer where InfluxDB is down', async () => {
    await scene.world.influxdb.close();
    const { code, out, err } = await locally('status');
    expect(out).toMatch(/^prod: nothing is known of the consumers, because nothing could be looked at .* UTC\n/);
    expect(out + err).toContain('InfluxDB');
    expect(out + err).not.toMatch(/telegraf|the function/i);
    expect(code).toBe(1);
  });

  it('nothing is said of proofs and events, since no log is known', async () => {
    const { code, out, err } = await locally('status', 'telegraf');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toMatch(/ALIVE|not seen to work|Last events/);
    expect(deployed.logs.calls).toEqual([]);
  });
});

it('a line that the function writes is an event, and one of the runtime is none', () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  createLog('prod', 'a-request')('TOKEN_SWITCHED_OFF', { consumer: 'ci', authorizationId: 'a1', found: true });
  write.mockRestore();
  expect(eventIn(lines[0] ?? '', 'an-id', 0)).toMatchObject({
    ...{ id: 'an-id', at: '1970-01-01T00:00:00.000Z', code: 'TOKEN_SWITCHED_OFF' },
    fields: { deployment: 'prod', requestId: 'a-request', consumer: 'ci', authorizationId: 'a1', found: 'true' },
  });
  for (const line of ['START RequestId: a-request', '{"_aws":{}}', 'null', '"code"'])
    expect(eventIn(line, 'an-id', 0)).toBeUndefined();
});
