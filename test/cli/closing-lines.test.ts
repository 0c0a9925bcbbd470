import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Action } from '../../lambda/requests/request.ts';
import { World } from '../../simulation/world.ts';
import { aConfiguration, aConsumer } from '../builders/a-configuration.ts';
import { madeIn, put, setRotator } from '../builders/a-world.ts';
import { CONSUMER, file, type Json } from '../lambda/config/a-file.ts';
import { type Ending, SetUp } from './a-set-up.ts';

let world: World;
let setUp: SetUp;
let restore: () => void;
const CONSUMERS = ['telegraf', 'grafana'].map((name) => aConsumer({ name }));
beforeAll(async () => {
  setUp = new SetUp();
  world = await World.create({ configuration: aConfiguration(CONSUMERS), startsAt: Date.now() });
  restore = world.save();
});
beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', world.secretsManager.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
  restore();
});
afterAll(async () => {
  setUp.remove();
  await world.close();
});

/** `npm start -- --config FILE --action ACTION`, for both consumers. */
function start(action?: Action | object, { more = {}, ...rest }: { more?: Json } & Json = {}): Promise<Ending> {
  const consumers = CONSUMERS.map(({ name, secret, owner = '' }) => ({
    ...CONSUMER,
    ...{ name, secret, owner, write: ['telemetry'] },
    ...(name === 'telegraf' ? more : {}),
  }));
  return setUp.start(file({ influxdb: { url: world.influxdb.url }, consumers, ...rest }), action);
}

/** What a person sees after the log. */
const lastLines = ({ stderr }: Ending) => stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));

async function switchOff(consumer: string): Promise<string> {
  const { id = '' } = madeIn(world).find(({ description }) => description.includes(`/${consumer}/`)) ?? {};
  await world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { status: 'inactive' });
  return id;
}

describe('the last lines of npm start -- --config FILE', () => {
  it('say what was done, if all is well', async () => {
    const ending = await start();
    expect([ending.code, lastLines(ending)]).toEqual([
      0,
      ['2 consumers, of which none failed or is blocked: 2 rotated; tokens switched off: 0, deleted: 0'],
    ]);
  });

  it('name who is blocked and who has no working token, and what to do, though the exit code is 0', async () => {
    await start();
    const id = await switchOff('telegraf');
    const ending = await start();
    expect([ending.code, lastLines(ending)]).toEqual([
      0,
      [
        `1 of 2 consumers is blocked, and needs a person: telegraf: the current authorization ${id} is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id ${id})`,
        '1 of 2 consumers has no working token: telegraf; what to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#no-access',
      ],
    ]);
  });

  const UNCHECKED = "a run would try to make one, but whether the rotator's token may was not checked";
  it.each<[string, Action | undefined, Json, string]>([
    ['a plan', 'plan', {}, 'a run would make one'],
    ['a status', 'status', {}, UNCHECKED],
    ['a run with mode "plan"', undefined, { mode: 'plan' }, 'a run would make one'],
  ])('say of %s what a run would do, and that nothing was changed', async (_what, action, rest, would) => {
    const ending = await start(action, rest);
    expect([ending.code, lastLines(ending)]).toEqual([
      0,
      [`2 of 2 consumers have no working token: telegraf; grafana; ${would}`],
    ]);
    expect(madeIn(world)).toEqual([]);
    restore();
    await start();
    expect(lastLines(await start(action, rest))).toEqual([
      'nothing was changed: a run would act for 0 of 2 consumers, and none has failed or is blocked',
    ]);
  });

  it('name who failed once: a status does not fail for them, and the error of a run or a plan has them', async () => {
    await put(world, 'influxdb/acme/telegraf', '"plain-token-of-somebody-else"');
    const [status, plan, run] = [await start('status'), await start('plan'), await start()];
    const failed = /^1 of 2 consumers failed: telegraf: /;
    expect([status.code, plan.code, run.code]).toEqual([0, 1, 1]);
    for (const ending of [status, plan, run])
      expect(lastLines(ending).filter((line) => failed.test(line))).toHaveLength(1);
    expect(lastLines(run).at(-1)).toMatch(failed);
  });

  it('of a check say that all is well, or who was not tried, or who failed, and then end with 1', async () => {
    await start();
    const nothing = 'nothing was changed: a run would act for 0 of 2 consumers, and none has failed or is blocked';
    const well = await start('check');
    expect([well.code, lastLines(well)]).toEqual([0, [nothing]]);
    const untried = await start('check', { mode: 'plan' });
    expect([untried.code, lastLines(untried)]).toEqual([
      0,
      [expect.stringMatching(/^2 of 2 consumers were not tried: telegraf: "mode" is "plan".*; grafana: /)],
    ]);
    const { rotatorId, influxdb } = world;
    const row = influxdb.store.tables.authorizations.get(rotatorId);
    const permissions = row?.permissions.filter(({ action }) => action === 'read') ?? [];
    setRotator(world, { permissions });
    const failed = await start('check');
    expect([failed.code, lastLines(failed)]).toEqual([
      1,
      [expect.stringMatching(/^2 of 2 consumers failed: telegraf: .*, but the rotator's token lacks /)],
    ]);
  });

  it('say who is blocked beside a failure, too', async () => {
    await start();
    await switchOff('grafana');
    const ending = await start(undefined, { more: { write: ['nosuch'] } });
    expect(ending.code).toBe(1);
    expect(lastLines(ending)[0]).toMatch(/^1 of 2 consumers is blocked, and needs a person: grafana: /);
    expect(lastLines(ending).at(-1)).toMatch(/^1 of 2 consumers failed: telegraf: bucket "nosuch"/);
  });
});

describe('the line about who has no working token', () => {
  it.each<[string, Json, string]>([
    ['a name is wrong', { write: ['nosuch'] }, 'NAME_UNRESOLVED'],
    ['the secret does not exist', { secret: 'influxdb/nothing' }, 'SECRET_NOT_FOUND'],
  ])('leads to what keeps a run from making one, where %s', async (_what, more, code) => {
    const ending = await start('plan', { more });
    expect(lastLines(ending)).toContain(
      `1 of 2 consumers has no working token: telegraf (${code}); a run makes one once that is mended: what to do is said with each failure, and in docs/codes.md`,
    );
  });
});

describe('the last lines after a command', () => {
  const why = { reason: 'a test' };
  const currentOf = ({ stdout }: Ending) => JSON.parse(stdout).consumers[0].tokens[0].authorizationId;

  it.each<[string, object, string]>([
    ['rotate', { action: 'rotate', all: true }, 'rotate: done for telegraf (rotate); grafana (rotate)'],
    [
      'rotate, compromised',
      { action: 'rotate', consumers: ['grafana'], compromised: true },
      'rotate: done for grafana (note-compromised, rotate, delete)',
    ],
    ['rotate, all too young', { action: 'rotate', all: true, minAge: '1h' }, 'rotate: nothing was changed'],
  ])('say what it did: %s', async (_name, request, line) => {
    await start();
    const ending = await start({ ...request, ...why });
    expect([ending.code, lastLines(ending)]).toEqual([0, [line]]);
  });

  it('say that nothing was done with "mode": "plan", and that what leaked still works', async () => {
    const id = currentOf(await start());
    const undone = 'nothing was done: "mode" is "plan", so this deployment only says what it would do';
    const leak = { action: 'rotate', consumers: ['telegraf'], compromised: true };
    const leaked = await start({ ...leak, ...why }, { mode: 'plan' });
    expect([leaked.code, lastLines(leaked)]).toEqual([
      1,
      ['rotate: nothing was changed', expect.stringContaining(undone)],
    ]);
    expect(lastLines(leaked).at(-1)).toContain(
      `WHAT LEAKED STILL WORKS: if a deployment takes too long, delete it in InfluxDB (influx auth delete --id ${id})`,
    );
    const retire = await start({ action: 'retire', authorizationId: '0a1b2c3d4e5f6071', ...why }, { mode: 'plan' });
    expect([retire.code, lastLines(retire).at(-1)]).toEqual([1, expect.stringContaining(undone)]);
    expect((await start(undefined, { mode: 'plan' })).code).toBe(0);
  });

  it('say what a rollback did', async () => {
    await start();
    await start({ action: 'rotate', consumers: ['telegraf'], ...why });
    const ending = await start({ action: 'rollback', consumer: 'telegraf', ...why });
    expect(lastLines(ending)).toEqual(['rollback: done for telegraf (reactivate, copy-forward)']);
  });

  it('say for whom it was not done, and that it waits', async () => {
    await start();
    const freezes = [{ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z', reason: 'over' }];
    const now = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const more = { freezes: [{ ...now, reason: 'release' }] };
    const ending = await start({ action: 'rotate', all: true, ...why }, { more, freezes });
    const [done, undone, ...rest] = lastLines(ending);
    expect([ending.code, done, rest]).toEqual([1, 'rotate: done for grafana (rotate)', []]);
    expect(undone).toMatch(
      /^not done for 1 of 2 consumers: telegraf: requested: a test, but frozen \("release"\) until /,
    );
  });

  it('say that the end of a token that is in use was refused, and that nothing was changed', async () => {
    const id = currentOf(await start());
    const ending = await start({ action: 'retire', authorizationId: id, ...why });
    const [done, failed] = lastLines(ending);
    expect([ending.code, done]).toEqual([1, 'retire: nothing was changed']);
    expect(failed).toContain(
      `authorization ${id} is not retired: the secret of consumer telegraf holds it: what is in use is replaced (rotate), or ended with its consumer ("retired": true)`,
    );
  });

  it('say when a token that a run may be at work on can be ended', async () => {
    const id = currentOf(await start());
    const { name, secret, owner = '' } = CONSUMERS[1] ?? aConsumer();
    const consumers = [{ ...CONSUMER, name, secret, owner, write: ['telemetry'] }];
    const ending = await setUp.start(file({ influxdb: { url: world.influxdb.url }, consumers }), {
      ...{ action: 'retire', authorizationId: id },
      ...why,
    });
    expect(lastLines(ending).at(-1)).toMatch(/younger than the lease until 20\S+Z: .* so ask again then$/);
  });

  it('say of a plan of one that the command would act', async () => {
    await start();
    const command = { action: 'rotate', consumers: ['telegraf'], ...why };
    const ending = await start({ action: 'plan', command });
    expect(lastLines(ending)[0]).toMatch(/^nothing was changed: the command would act for 1 of 1 consumer/);
  });

  const versionId = '5f0c0000-0000-4000-8000-00000000abcd';
  it('say why a rotation by Secrets Manager is not resumed, and end with 1', async () => {
    const more = { rotation: 'secrets-manager', maxTokenAge: '40d' };
    const ending = await start({ action: 'resume', consumer: 'telegraf', versionId, ...why }, { more });
    expect(ending.code).toBe(1);
    expect(lastLines(ending)).toEqual([expect.stringMatching(/^createSecret is refused: .*RotationEnabled/)]);
  });

  it('say that nothing of a consumer that the schedule rotates can hang', async () => {
    const ending = await start({ action: 'resume', consumer: 'telegraf', versionId, ...why });
    expect([ending.code, lastLines(ending)[1]]).toEqual([
      2,
      '  consumer: has "rotation": "schedule", so Secrets Manager makes no rotation that could hang (found "telegraf")',
    ]);
  });
});
