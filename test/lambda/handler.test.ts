import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler, type Handler } from '../../lambda/handler.ts';
import { ruleEvent } from '../../local/aws-config/rule-event.ts';
import { World } from '../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, LIMITS } from '../builders/a-configuration.ts';
import { printed } from '../builders/printed.ts';

let world: World;
beforeEach(async () => {
  const consumers = ['telegraf', 'grafana'].map((name) => aConsumer({ name }));
  world = await World.create({ configuration: aConfiguration(consumers) });
});
afterEach(() => world.close());

const CONTEXT = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => LIMITS.functionTimeoutMs };

function aHandler(configuration = world.configuration): Handler {
  return createHandler({
    configuration,
    secretsManager: world.secretsManagerConfig,
    clock: world.clock,
  });
}

describe('events', () => {
  it.each([
    [
      'a scheduled event of EventBridge',
      { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} },
      'run',
      2,
    ],
    ['a run', { action: 'run' }, 'run', 2],
    ['a plan', { action: 'plan' }, 'plan', 0],
    ['the status', { action: 'status' }, 'status', 0],
    ['a check', { action: 'check' }, 'check', 0],
  ])('%s is understood', async (_name, event, action, rotated) => {
    let rotations: number | undefined;
    const lines = await printed(async () => {
      rotations = (await aHandler()(event, CONTEXT)).counts.rotated;
    });
    expect(rotations).toBe(rotated);
    expect(lines[0]).toMatchObject({ code: 'RUN_STARTED', action, consumers: 2 });
    expect(lines.filter(({ code }) => code === 'RUN_FINISHED')).toMatchObject([{ action, rotated }]);
  });

  it.each([
    [{ action: 'run' }],
    [{ action: 'check' }],
    [{ action: 'rotate', all: true, reason: 'x' }],
    [{ action: 'retire', authorizationId: '0123456789abcdef', reason: 'x' }],
    [{ 'detail-type': 'Scheduled Event' }],
    [{ action: 'run', consumers: ['telegraf'] }],
    [{ action: 'rollback', consumer: 'telegraf', reason: 'x' }],
    [{ action: 'reactivate', consumer: 'telegraf', for: '1h', reason: 'x' }],
    [{ action: 'resume', consumer: 'telegraf', versionId: '0'.repeat(36), reason: 'x' }],
    [
      ruleEvent({
        ...{ region: 'eu-central-1', accountId: '123456789012' },
        ...{ now: Date.UTC(2026, 0, 1), resultToken: 'made up' },
      }),
    ],
    [
      {
        ...{ Step: 'createSecret', ClientRequestToken: '0'.repeat(36) },
        SecretId: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf',
      },
    ],
  ])('%j is refused through the alias of those who may only look', async (event) => {
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:rotation:read-only';
    // What Secrets Manager rotates can be asked for a resume.
    const consumers = world.configuration.consumers.map((each) => ({ ...each, rotation: 'secrets-manager' as const }));
    const handler = aHandler({ ...world.configuration, consumers });
    await expect(handler(event, { ...CONTEXT, invokedFunctionArn: arn })).rejects.toThrow(
      'through the alias "read-only" only "plan" and "status" are answered',
    );
    expect(world.calls).toBe(0);
  });

  it.each([undefined, null, 'run', {}, { action: 'turn' }, { action: 7 }, []])('%j is refused', async (event) => {
    await expect(aHandler()(event, CONTEXT)).rejects.toThrow(
      'the event is not understood: send {"action": …} with one of "run", "plan"',
    );
    expect(world.calls).toBe(0);
  });
});

describe('a dry run', () => {
  // It asks for what InfluxDB cannot make, to see which rights are missing, and is refused.
  const writes = () =>
    [...world.influxdb.calls, ...world.secretsManager.calls].filter(
      ({ operation, method, status }) =>
        ['PutSecretValue', 'UpdateSecretVersionStage', 'CreateSecret'].includes(operation) ||
        (operation.includes('/api/') && method !== 'GET' && status !== 403),
    );

  it.each(['plan', 'status'] as const)('%s says what would be done, and writes nothing', async (action) => {
    const report = await world.run(action);
    expect(report.consumers.map(({ actions }) => actions.map(({ kind, outcome }) => [kind, outcome]))).toEqual([
      [['rotate', 'planned']],
      [['rotate', 'planned']],
    ]);
    expect(writes()).toEqual([]);
  });

  it('is what every run is while the configuration says mode "plan"', async () => {
    world.configuration = { ...world.configuration, mode: 'plan' };
    const report = await world.run();
    expect(report.counts.rotated).toBe(0);
    expect(writes()).toEqual([]);
  });

  it('writes nothing where tokens are due, to be switched off, or to be deleted', async () => {
    await world.run();
    world.clock.advance(30 * DAY);
    await world.run();
    const done = writes().length;
    for (let day = 0; day < 40; day += 1) {
      world.clock.advance(DAY);
      await world.run('plan');
      await world.run('status');
    }
    expect(writes().length).toBe(done);
  });

  it.each([
    ['plan', 'rotate'],
    ['status', 'rotate'],
    ['run', 'plan'],
  ] as const)('of action %s and mode %s logs what is due, and nothing as done', async (action, mode) => {
    world.configuration = { ...world.configuration, mode };
    const lines = await printed(() => aHandler()({ action }, CONTEXT));
    const ofConsumer = lines.filter(({ consumer, code }) => consumer === 'telegraf' && code !== 'CONSUMER_NOTE');
    expect(ofConsumer).toMatchObject([{ code: 'CONSUMER_DUE', level: 'INFO', reason: 'first token' }]);
  });

  it('of the status fails because of no consumer', async () => {
    await world.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/acme/telegraf', SecretString: 'plain' }));
    const report = await world.run('status');
    expect(report.consumers[0]?.state).toBe('failed');
    await expect(world.run('plan')).rejects.toThrow('1 of 2 consumers failed');
  });
});

describe('what is printed', () => {
  it('are log lines with their codes, in the order of what was done, and one line of metrics', async () => {
    const lines = await printed(() => aHandler()({ action: 'run' }, CONTEXT));
    const codes = lines.filter(({ consumer }) => consumer === 'telegraf').map(({ code }) => code);
    expect(codes).toEqual([
      'ACTION_STARTED',
      'TOKEN_MINTED',
      'TOKEN_STORED',
      'TOKEN_ACTIVATED',
      'TOKEN_VERIFIED',
      'TOKEN_PROMOTED',
      'CONSUMER_DONE',
    ]);
    expect(lines.find(({ code }) => code === 'TOKEN_PROMOTED')).toMatchObject({
      level: 'INFO',
      service: 'influxdb-token-rotation',
      message: 'TOKEN_PROMOTED',
      authorizationId: expect.stringMatching(/^[0-9a-f]{16}$/),
      versionId: expect.any(String),
    });
    const metrics = lines.filter((line) => '_aws' in line);
    expect(metrics).toHaveLength(1);
    expect(metrics[0]).toMatchObject({
      deployment: 'prod',
      TokensRotated: 2,
      ConsumersBlocked: 0,
      ConsumersWithoutAccess: 0,
      CurrentTokensRefused: 0,
      TokensOverdue: 0,
      RunsSucceeded: 1,
    });
    for (const name of ['TokensSwitchedOff', 'TokensDeleted', 'ConsumersFailed', 'RunsFailed', 'TokensUnmanaged'])
      expect(metrics[0]).not.toHaveProperty(name);
    expect(metrics[0]?._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: 'InfluxdbTokenRotation' }] });
  });

  it('tells in every line of whom and of which invocation it is', async () => {
    const lines = await printed(() => aHandler()({ action: 'run' }, CONTEXT));
    const logged = lines.filter((line) => !('_aws' in line));
    expect(logged.length).toBeGreaterThan(10);
    for (const line of logged) expect(line).toMatchObject({ deployment: 'prod', requestId: 'request-1' });
  });

  it('leaves the gauges out where a run ended before it saw anything: zeros would end their alarms', async () => {
    const gauges = ['ConsumersBlocked', 'TokensOverdue', 'OldestTokenAge'];
    const published = async () => {
      const lines = await printed(() => aHandler()({ action: 'run' }, CONTEXT).catch(() => undefined));
      return lines.find((line) => '_aws' in line) ?? {};
    };
    await published();
    expect(await published()).toMatchObject(Object.fromEntries(gauges.map((name) => [name, expect.any(Number)])));
    world.secretsManager.faults.add({ on: 'BatchGetSecretValue', status: 400 });
    const line = await published();
    expect(line).toMatchObject({ RunsFailed: 1, RunsSucceeded: 0, ConsumersFailed: 2 });
    expect(gauges.filter((name) => name in line)).toEqual([]);
  });

  it.each([
    { action: 'run', consumers: ['telegraf'] },
    { action: 'rotate', consumers: ['telegraf'], reason: 'a release' },
  ])('%j: its metrics say what was done, and not how all consumers are', async (request) => {
    const [metrics] = (await printed(() => aHandler()(request, CONTEXT))).filter((line) => '_aws' in line);
    expect(metrics).toMatchObject({ TokensRotated: 1 });
    for (const name of ['ConsumersBlocked', 'OldestTokenAge', 'RunsSucceeded'])
      expect(metrics).not.toHaveProperty(name);
  });

  it('holds no token, neither after success nor after failure', async () => {
    const { influxdb, secretsManager } = world;
    const before = await printed(() => aHandler()({ action: 'run' }, CONTEXT));
    world.clock.advance(31 * DAY);
    influxdb.faults.add({ on: 'POST /api/v2/write', status: 400, body: `{"message":"${'canary'.repeat(20)}"}` });
    secretsManager.faults.add({ on: 'PutSecretValue', status: 500 });
    const after = await printed(() => aHandler()({ action: 'run' }, CONTEXT).catch(() => undefined));
    const text = JSON.stringify([...before, ...after]).replaceAll(/sha256:[0-9a-f]{64}/g, '');
    expect(text).not.toMatch(/[A-Za-z0-9_-]{43}/);
    expect(text).not.toContain(world.rotatorToken);
  });
});

it('throws one summary that names the first five of the consumers that failed', async () => {
  await world.close();
  const consumers = Array.from({ length: 7 }, (_, index) => aConsumer({ name: `c${index}` }));
  world = await World.create({ configuration: aConfiguration(consumers), initialValue: () => 'plain' });
  await expect(world.run()).rejects.toThrow(/^7 of 7 consumers failed: c0: .*; c4: .*; and 2 more$/);
});

it('counts a live token that is older than its maxTokenAge, superseded or not, as overdue', async () => {
  await world.run();
  world.clock.advance(36 * DAY);
  const { counts, oldestTokenAgeSeconds } = await world.run('status');
  expect(counts.overdue).toBe(2);
  expect(oldestTokenAgeSeconds).toBe((36 * DAY) / 1000);
});
