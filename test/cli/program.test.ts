import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUTCOME } from '../../cli/status/outcome.ts';
import { STATUS } from '../../cli/status/status.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE, type Seen, type } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { put, setRotator } from '../builders/a-world.ts';

let scene: Scene;
let deployed: DeployedFunction;
beforeEach(async () => {
  const consumers = ['telegraf', 'grafana', 'ci'].map((name) => aConsumer({ name, secret: `influxdb/acme/${name}` }));
  scene = await Scene.open({ configuration: aConfiguration(consumers) });
  await scene.run();
  scene.world.clock.advance(9 * DAY);
  deployed = await deployedIn(scene.world);
});
afterEach(async () => {
  await deployed.close();
  await scene.close();
});

const influxdbTokenRotation = (...args: string[]): Promise<Seen> => type(args, deployed.env);
const lines = ({ out }: Seen) => out.trimEnd().split('\n');

describe('status', () => {
  it('has a line a consumer, and ends with 0', async () => {
    const seen = await influxdbTokenRotation('status');
    expect(seen.err).toBe('');
    expect(lines(seen)).toMatchInlineSnapshot(`
      [
        "prod: 3 consumers, all are well  2026-01-10 00:00 UTC",
        "",
        "STATE  CONSUMER  AGE                     NEXT",
        "✔ ok   telegraf  ██░░░░░░░░ 9d, max 35d  in 21d",
        "✔ ok   grafana   ██░░░░░░░░ 9d, max 35d  in 21d",
        "✔ ok   ci        ██░░░░░░░░ 9d, max 35d  in 21d",
      ]
    `);
    expect(seen.code).toBe(0);
  });

  it('shows the worst first, with what is wrong and the next command, and ends with 3 for a gate', async () => {
    scene.secret = 'influxdb/acme/grafana';
    await scene.world.admin.send('PATCH', `/api/v2/authorizations/${await scene.currentId()}`, { status: 'inactive' });
    const seen = await influxdbTokenRotation('status', '--gate');
    expect(lines(seen)[4]).toMatch(/^✘ no access {2}grafana/);
    expect(seen.out).toContain('→ influxdb-token-rotation rotate grafana --force --reason "…"');
    expect(seen.code).toBe(3);
    const typed = await influxdbTokenRotation('rotate', 'grafana', '--force', '--reason', 'a test', '--yes');
    expect(typed.code).toBe(0);
    expect((await influxdbTokenRotation('status', '--gate')).code).toBe(0);
  });

  it('shows who is exempt, and ends with 3 for a gate once an exception is over', async () => {
    const { world } = scene;
    const until = world.clock.now() + 30 * DAY;
    const [first, ...others] = world.configuration.consumers;
    if (first === undefined) throw new Error('there are consumers');
    const exception = { reason: 'a repair', approvedBy: 'ada', until };
    world.configuration = { ...world.configuration, consumers: [{ ...first, exception }, ...others] };
    const exempt = await influxdbTokenRotation('status', '--gate');
    expect(exempt.code).toBe(0);
    expect(lines(exempt).find((line) => line.includes('telegraf'))).toMatch(/^• exempt +telegraf/);
    world.clock.advance(30 * DAY);
    await scene.run();
    world.clock.advance(3 * DAY);
    await scene.run();
    const over = await influxdbTokenRotation('status', '--gate');
    expect(over.out).toMatch(/✘ exception expired +telegraf[\s\S]*EXCEPTION_EXPIRED/);
    expect(over.code).toBe(3);
  });

  it('says of an older token how long it still works', async () => {
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    const seen = await influxdbTokenRotation('status', 'telegraf');
    expect(seen.out).toContain('works until 2026-01-11 00:30 (1d)');
    expect(seen.out).toMatch(
      /superseded, active\n +made 2026-01-01 00:00, replaced 2026-01-10 00:00, works until 2026-01-11 00:30\n/,
    );
  });

  it('has a row for each token of no consumer, with the next command', async () => {
    const { id } = await scene.tokenByHand('made by Jörg', 'svc-grafana');
    const { world } = scene;
    const strayId = await scene.currentId();
    await deployed.close();
    const consumers = world.configuration.consumers.filter(({ name }) => name !== 'telegraf');
    const shared = await scene.tokenByHand('shared');
    for (const { secret } of consumers) await put(world, secret, JSON.stringify({ token: shared.token }));
    deployed = await deployedIn(world, { configuration: { ...world.configuration, consumers } });
    const seen = await influxdbTokenRotation('status');
    expect(seen.out.slice(seen.out.indexOf('Of no consumer')).replaceAll(/ {2,}/g, '  ')).toBe(
      [
        'Of no consumer',
        'shared  one token for grafana, ci',
        '  → influxdb-token-rotation run grafana ci',
        `stray  ${strayId}  of telegraf, which is not configured any more`,
        `  → influxdb-token-rotation retire ${strayId} --reason "…"`,
        `unmanaged  ${id}  "made by Jörg", made 2026-01-10`,
        '  → influxdb-token-rotation discover --config rotation.json',
        '',
      ].join('\n'),
    );
    const { others } = STATUS.parse(JSON.parse((await influxdbTokenRotation('status', '--json')).out));
    expect(others.map(({ kind }) => kind)).toEqual(['shared', 'stray', 'unmanaged']);
  });

  it('leads from a token of another secret of a configured consumer to a look, and not to its end', async () => {
    const strayId = await scene.currentId();
    const [telegraf, ...others] = scene.world.configuration.consumers;
    if (telegraf === undefined) throw new Error('there are consumers');
    const misspelt = { ...telegraf, secret: 'influxdb/acme/telegarf', createSecret: true };
    scene.world.configuration = { ...scene.world.configuration, consumers: [misspelt, ...others] };
    await scene.world.run();
    const seen = await influxdbTokenRotation('status');
    expect(seen.out.slice(seen.out.indexOf('Of no consumer')).replaceAll(/ {2,}/g, '  ')).toBe(
      [
        'Of no consumer',
        `stray  ${strayId}  of telegraf, but not made for its present secret: do its readers read that one?`,
        '  → influxdb-token-rotation status telegraf',
        '',
      ].join('\n'),
    );
  });

  it('is JSON by its schema', async () => {
    const seen = await influxdbTokenRotation('status', '--json');
    expect(STATUS.parse(JSON.parse(seen.out))).toMatchObject({ outOfPolicy: 0, consumers: [{ health: 'ok' }, {}, {}] });
  });
});

it('a plan that fails for one consumer shows how the others are', async () => {
  const owner = scene.world.userIds.get('svc-telegraf');
  await scene.world.admin.send('PATCH', `/api/v2/users/${owner}`, { status: 'inactive' });
  const seen = await influxdbTokenRotation('plan');
  expect(seen.err).toMatch(/^1 of 3 consumers failed: telegraf: owner "svc-telegraf" is deactivated/);
  expect(lines(seen)).toEqual(expect.arrayContaining([expect.stringMatching(/^✘ no access +telegraf/)]));
  expect(lines(seen)).toEqual(expect.arrayContaining([expect.stringMatching(/^✔ ok +grafana/)]));
  expect(seen.code).toBe(1);
});

describe('an act', () => {
  it('is done only if somebody was asked, or with --yes', async () => {
    const before = await scene.currentId();
    const refused = await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test');
    expect(refused.err).toContain('nobody can be asked here whether this is meant: give --yes');
    expect(refused.err).toMatch(/○ +telegraf +rotate/);
    expect(refused.code).toBe(2);
    expect(await scene.currentId()).toBe(before);
    const done = await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    expect(done.out).toMatch(/✔ +telegraf +rotate/);
    expect(done.code).toBe(0);
    expect(await scene.currentId()).not.toBe(before);
  });

  it('for a leaked token says before the question that older tokens are deleted at once', async () => {
    const seen = await influxdbTokenRotation('rotate', 'telegraf', '--compromised', '--reason', 'a test');
    expect(seen.err).toContain('all older ones are deleted, without a grace period');
    expect(seen.code).toBe(2);
  });

  it('gives an older token back, and makes it current again', async () => {
    const before = await scene.currentId();
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    scene.world.clock.advance(HOUR);
    const back = await influxdbTokenRotation('reactivate', 'telegraf', '--for', '2h', '--reason', 'missed', '--yes');
    expect(back.code).toBe(0);
    const rolled = await influxdbTokenRotation('rollback', 'telegraf', '--reason', 'wrong', '--yes', '--json');
    expect(JSON.parse(rolled.out)).toMatchObject({
      deeds: [{ kind: 'reactivate' }, { kind: 'copy-forward', outcome: 'done' }],
    });
    expect(await scene.currentId()).toBe(before);
  });

  it('for which there is nothing to do ends there, but a run takes place', async () => {
    const acts = () => deployed.calls.splice(0).filter(({ operation }) => operation === 'Invoke').length;
    acts();
    const young = ['rotate', 'telegraf', '--min-age', '20d', '--reason', 'a test'];
    expect(await influxdbTokenRotation(...young)).toMatchObject({ code: 0, out: '' });
    expect(acts()).toBe(1);
    const seen = await influxdbTokenRotation('run');
    expect(seen.out).toContain('there is nothing to do now\n\nprod: 3 consumers, all are well');
    // A plan, the run, and the status after it.
    expect([seen.code, acts()]).toEqual([0, 3]);
  });

  it('that leaves something undone ends with 1, and says what', async () => {
    const seen = await influxdbTokenRotation('rollback', 'telegraf', '--reason', 'wrong', '--yes');
    expect(seen.code).toBe(1);
    expect(seen.err).toContain('names no older token');
  });
});

describe('an act with "mode": "plan"', () => {
  const undone = 'nothing was done: "mode" is "plan", so this deployment only says what it would do';
  const acts = [
    ['run'],
    ['rotate', 'telegraf', '--reason', 'a test'],
    ['rotate', 'telegraf', '--compromised', '--reason', 'a test'],
    ['reactivate', 'telegraf', '--for', '2h', '--reason', 'a test'],
    ['rollback', 'telegraf', '--reason', 'a test'],
  ].map((typed) => ({ name: typed.slice(0, 3).join(' '), typed }));
  beforeEach(async () => {
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    scene.world.clock.advance(HOUR);
    scene.world.configuration = { ...scene.world.configuration, mode: 'plan' };
  });

  it.each(acts)('is not asked about: $name', async ({ typed }) => {
    const seen = await influxdbTokenRotation(...typed);
    expect(seen.err.trimEnd().split('\n').at(-1)).toContain(undone);
    expect([seen.code, seen.out]).toEqual([1, '']);
    const { failure } = JSON.parse((await influxdbTokenRotation(...typed, '--json')).out);
    expect(failure).toContain(undone);
  });

  it.each(acts)('is not done with --yes: $name', async ({ typed }) => {
    const seen = await influxdbTokenRotation(...typed, '--yes');
    expect(seen.err).toContain(undone);
    expect(seen.err.trimEnd().split('\n').at(-1)).toMatch(/^nothing was done/);
    expect(seen.code).toBe(1);
  });

  it('says that the token which leaked still works, and how to end it', async () => {
    const id = await scene.currentId();
    const seen = await influxdbTokenRotation('rotate', 'telegraf', '--compromised', '--reason', 'a test');
    expect(seen.err).toMatch(new RegExp(`WHAT LEAKED STILL WORKS.*influx auth delete --id ${id}`));
  });
});

describe('permissions', () => {
  it('are what the rotator needs, or the whole request that makes its token', async () => {
    const seen = await influxdbTokenRotation('permissions');
    expect(seen).toMatchObject({ code: 0, err: '' });
    const needed = JSON.parse(seen.out);
    expect(needed).toContainEqual({ action: 'write', resource: { type: 'authorizations', orgID: expect.any(String) } });
    const body = JSON.parse((await influxdbTokenRotation('permissions', '--user', '0a1b2c3d4e5f6071')).out);
    expect(body).toMatchObject({ orgID: needed[0].resource.orgID, userID: '0a1b2c3d4e5f6071', permissions: needed });
    // A token with nothing else does the work.
    const made = await scene.world.admin.send('POST', '/api/v2/authorizations', {
      ...body,
      userID: scene.world.admin.userId,
    });
    await put(scene.world, 'influxdb/rotator', (made as { token: string }).token);
    expect((await influxdbTokenRotation('rotate', '--all', '--reason', 'a test', '--yes')).code).toBe(0);
  });

  it('that the present token lacks are told', async () => {
    const { rotatorId } = scene.world;
    const row = scene.world.influxdb.store.tables.authorizations.get(rotatorId);
    const permissions = row?.permissions.filter(
      ({ action, resource }) => action !== 'write' || resource.type !== 'users',
    );
    setRotator(scene.world, { permissions });
    const seen = await influxdbTokenRotation('permissions');
    expect(seen.err).toContain('telegraf');
    expect(seen.err).toContain('lacks {"action":"write","resource":{"type":"users"');
    expect(JSON.parse(seen.out)).toContainEqual({
      action: 'write',
      resource: expect.objectContaining({ type: 'users' }),
    });
  });
});

describe('after an act', () => {
  it('that failed, nothing is waited for', async () => {
    await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes');
    await influxdbTokenRotation('rollback', 'telegraf', '--reason', 'wrong', '--yes');
    const seen = await influxdbTokenRotation('rollback', 'telegraf', '--reason', 'wrong', '--yes', '--wait');
    expect(seen.code).toBe(1);
    expect(seen.err).not.toContain('waiting until');
  });

  it('that cannot be looked at any more, what was done is printed', async () => {
    const headers = { 'x-amzn-errortype': 'ExpiredTokenException' };
    deployed.faults.add({ on: 'Invoke', skip: 1, status: 403, headers });
    const seen = await influxdbTokenRotation('rotate', 'telegraf', '--reason', 'a test', '--yes', '--json');
    expect(OUTCOME.parse(JSON.parse(seen.out))).toMatchObject({ deeds: [{ kind: 'rotate', outcome: 'done' }] });
    expect(seen.err).toContain('how everything is now could not be seen');
    expect(seen.code).toBe(1);
  });
});

it('goes on, and ends with its own exit code, where nobody reads on', async () => {
  const args = [PROGRAM_FILE, 'rollback', 'telegraf', '--reason', 'wrong', '--yes'];
  const child = spawn(process.execPath, args, { env: { ...deployed.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  child.stderr.destroy();
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(deployed.calls.filter(({ operation }) => operation === 'Invoke')).toHaveLength(2);
});

describe('the function', () => {
  it('is found by itself, by its name, or by its stack', async () => {
    expect((await influxdbTokenRotation('status', '--function', 'rotator')).code).toBe(0);
    expect((await influxdbTokenRotation('status', '--stack', 'Rotation')).code).toBe(0);
    const wrong = await influxdbTokenRotation('status', '--stack', 'Other');
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.err).toContain('Region us-east-1, stack Other, has no function of this program');
    const nearly = await influxdbTokenRotation('status', '--stack', 'Rotatio');
    expect(nearly.err).toContain('did you mean --stack Rotation?');
    const typo = await influxdbTokenRotation('status', '--function', 'rotatr');
    expect(typo).toMatchObject({ code: 2, out: '' });
    expect(typo.err).toBe('Region us-east-1 has no function rotatr: did you mean --function rotator?\n');
  });

  it('is asked for looks through the alias of those who may do nothing else', async () => {
    deployed.calls.length = 0;
    await influxdbTokenRotation('plan');
    expect(deployed.calls.map(({ operation }) => operation)).toEqual(['ListFunctions', 'Invoke']);
  });

  it('may be named with its version or alias', async () => {
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:rotator';
    for (const name of ['rotator:read-only', arn, `${arn}:read-only`, 'rotator:$LATEST'])
      expect(await influxdbTokenRotation('status', '--function', name)).toMatchObject({ code: 0, err: '' });
  });

  it('refuses what it is asked for by name, all at once', async () => {
    const seen = await influxdbTokenRotation('status', 'telegraff');
    expect(seen.err).toContain('consumer: is no consumer of this deployment: did you mean "telegraf"?');
    expect(seen.code).toBe(2);
  });

  it('refuses in the words of the command line', async () => {
    const why = ['--reason', 'a test', '--yes'];
    const long = await influxdbTokenRotation('reactivate', 'telegraf', '--for', '900d', ...why);
    expect(long.err).toContain("  --for: must not be longer than the consumer's rotateEvery");
    const plan = await influxdbTokenRotation('rotate', 'telegraff', '--min-age', '1', '--reason', 'x');
    expect(plan.err).toMatch(/^ {2}--min-age: must be a duration/m);
    expect(plan.err).not.toContain('command.');
  });
});

it.each([
  [['statsu'], 'Did you mean status?'],
  [['nothing-like-it'], '--help lists the commands'],
  [['status', '--gaet'], 'Did you mean --gate?'],
  [['rotate', 'telegraf'], "required option '--reason <text>' not specified"],
  [['rotate', '--reason', 'x'], 'name the consumers whose tokens are to be replaced, or give --all'],
  [
    ['rotate', '--all', '--compromised', '--min-age', '1d', '--reason', 'x'],
    "cannot be used with option '--compromised'",
  ],
  [['status', '--local'], '--local needs --config FILE'],
  [['permissions', '--json'], "unknown option '--json'"],
])('%j is wrong usage', async (args, says) => {
  const seen = await influxdbTokenRotation(...args);
  expect(seen.err).toContain(says);
  expect(seen.code).toBe(2);
});
