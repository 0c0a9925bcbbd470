import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Call } from '../../../local/http/faults.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS } from '../../builders/a-configuration.ts';
import { consumerIn, notesOf, Scene } from '../../builders/a-scene.ts';

const WRITE = 'POST /api/v2/write';
const NAMES = ['telegraf', 'grafana', 'loader'];

let scene: Scene;
/** Nothing of a canary is ended while its token is refused, or was switched off: it may be all that it has. */
const OUTLIVED = 'telegraf: authorization 1009b60300001007 outlived';
let accepted: string;
beforeEach(async () => {
  accepted = 'nothing';
  scene = await Scene.open({
    configuration: aConfiguration(
      NAMES.map((name) => aConsumer({ name, probe: name === 'telegraf' ? 'daily' : 'never' })),
      { canaries: { consumers: ['telegraf'], soakMs: DAY } },
    ),
  });
  await scene.run();
  scene.auditor.inspect();
});
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations.filter((text) => !text.includes(accepted))).toEqual([]);
  await scene.close();
});

/** The configuration is deployed anew. */
function configure(name: string, settings: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => (each.name === name ? { ...each, ...settings } : each));
  scene.world.configuration = { ...configuration, consumers };
}

/** A run, and a look at the invariants. */
async function run(): Promise<RunReport> {
  const report = await scene.run();
  scene.auditor.inspect();
  return report;
}

const rotatedIn = ({ consumers }: RunReport) =>
  consumers
    .filter(({ actions }) => actions.some(({ kind, outcome }) => kind === 'rotate' && outcome === 'done'))
    .map(({ consumer }) => consumer);
const obstacleIn = (report: RunReport, name = 'grafana') => consumerIn(report, name).obstacle;
const inTime = (ms: number) => new Date(scene.world.clock.now() + ms).toISOString();

/** All tokens are as old as they may be, and the run in which the canary gets its new one. */
async function canaryRotated(): Promise<RunReport> {
  scene.world.clock.advance(30 * DAY);
  return run();
}

/** What is written to the bucket with the token of each consumer: what a run tries. */
function countTries(): () => number {
  let tries = 0;
  scene.world.influxdb.faults.intercept(({ operation }: Call) => {
    if (operation === WRITE) tries += 1;
    return undefined;
  });
  return () => tries;
}

describe('where one consumer rotates first', () => {
  it('the others follow after the soak, and say in each run until when they wait, and for whom', async () => {
    const first = await canaryRotated();
    expect(rotatedIn(first)).toEqual(['telegraf']);
    expect(obstacleIn(first)).toEqual({ code: 'CANARY_FIRST', canary: 'telegraf', state: 'due', until: inTime(DAY) });
    const until = inTime(DAY);
    scene.world.clock.advance(HOUR);
    const second = await run();
    expect(rotatedIn(second)).toEqual([]);
    expect(obstacleIn(second)).toMatchObject({ code: 'CANARY_FIRST', canary: 'telegraf', state: 'soaking' });
    expect(Math.abs(Date.parse(String(obstacleIn(second)?.until)) - Date.parse(until))).toBeLessThan(1000);
    expect(consumerIn(second, 'grafana').state).toBe('waiting');
    scene.world.clock.advance(DAY);
    expect(rotatedIn(await run())).toEqual(['grafana', 'loader']);
  });

  it('it is tried right before the others follow', async () => {
    await canaryRotated();
    scene.world.clock.advance(DAY + HOUR);
    const tries = countTries();
    const report = await run();
    expect(rotatedIn(report)).toEqual(['grafana', 'loader']);
    expect(consumerIn(report).proof).toMatchObject({ result: 'works' });
    // One for the canary, and one for each new token.
    expect(tries()).toBe(3);
  });

  it('and not in runs in which nobody follows', async () => {
    await canaryRotated();
    scene.world.clock.advance(DAY + HOUR);
    await run();
    scene.world.clock.advance(HOUR);
    const tries = countTries();
    let tried = 0;
    for (let hour = 0; hour < 24; hour += 1) {
      scene.world.clock.advance(HOUR);
      if (consumerIn(await run()).proof !== undefined) tried += 1;
    }
    expect([tries(), tried]).toEqual([1, 1]);
  });

  it('the others wait if its new token is refused, and follow before their own get too old', async () => {
    await canaryRotated();
    const user = scene.world.userIds.get('svc-telegraf');
    accepted = OUTLIVED;
    // By its id, so that only a try shows that the user is deactivated.
    configure('telegraf', { owner: user });
    await scene.world.admin.send('PATCH', `/api/v2/users/${user}`, { status: 'inactive' });
    scene.auditor.accept();
    scene.world.clock.advance(DAY + HOUR);
    const report = await run();
    expect(consumerIn(report)).toMatchObject({ state: 'blocked', why: { code: 'CURRENT_REFUSED' } });
    expect(rotatedIn(report)).toEqual([]);
    expect(obstacleIn(report)).toMatchObject({ code: 'CANARY_FIRST', state: 'unwell', why: 'CURRENT_REFUSED' });
    expect(consumerIn(report, 'grafana').state).toBe('waiting');
    const latest = Date.parse(String(obstacleIn(report)?.until));
    let last = report;
    while (rotatedIn(last).length === 0) {
      scene.world.clock.advance(HOUR);
      last = await run();
    }
    expect(latest - scene.world.clock.now()).toBeLessThan(2 * HOUR);
    expect(latest - scene.world.clock.now()).toBeGreaterThanOrEqual(0);
    expect(rotatedIn(last)).toEqual(['grafana', 'loader']);
    expect(notesOf(consumerIn(last, 'grafana'))).toEqual([
      'it is replaced before canary telegraf is known to be well (CURRENT_REFUSED), because its token would get older than "maxTokenAge"',
    ]);
    scene.world.clock.advance(DAY + LIMITS.leaseMs + HOUR);
    expect((await run()).counts.overdue).toBe(0);
  });

  it('the others wait if somebody switched its new token off', async () => {
    await canaryRotated();
    accepted = OUTLIVED;
    await scene.setStatus(await scene.currentId(), 'inactive');
    scene.auditor.accept();
    scene.world.clock.advance(2 * DAY);
    const report = await run();
    expect(obstacleIn(report)).toMatchObject({ code: 'CANARY_FIRST', state: 'unwell', why: 'SWITCHED_OFF_BY_HAND' });
    expect(consumerIn(report, 'grafana').reason).toContain('canary telegraf goes first, and is not well');
    await scene.setStatus(await scene.currentId(), 'active');
    expect(rotatedIn(await run())).toEqual(['grafana', 'loader']);
  });

  it('nobody waits for it once it is retired', async () => {
    await canaryRotated();
    configure('telegraf', { retired: true });
    expect(rotatedIn(await run())).toEqual(['grafana', 'loader']);
  });

  it('the others wait after it was rolled back, until it has been well with its next one', async () => {
    await canaryRotated();
    scene.world.clock.advance(HOUR);
    await scene.run({ action: 'rollback', consumer: 'telegraf', reason: 'the new one may not write' });
    scene.auditor.inspect();
    let rotated: string[] = [];
    let hours = 0;
    for (; rotated.length === 0 && hours < 60; hours += 1) {
      scene.world.clock.advance(HOUR);
      const report = await run();
      rotated = rotatedIn(report);
      expect(obstacleIn(report)).toMatchObject({ code: 'CANARY_FIRST' });
    }
    expect(rotated).toEqual(['telegraf']);
    expect(hours).toBeGreaterThan(23);
    scene.world.clock.advance(DAY);
    expect(rotatedIn(await run())).toEqual(['grafana', 'loader']);
  });

  const nameCanaries = (consumers: readonly string[]) => {
    const { configuration } = scene.world;
    scene.world.configuration = { ...configuration, canaries: { consumers, soakMs: DAY } };
  };

  it('the others follow at once when it is no canary any more', async () => {
    await canaryRotated();
    nameCanaries(['grafana']);
    expect(rotatedIn(await run())).toEqual(['grafana']);
    const { configuration } = scene.world;
    scene.world.configuration = { ...configuration, canaries: undefined };
    expect(rotatedIn(await run())).toEqual(['loader']);
  });

  it('one with another name is another, which must first be well for the soak', async () => {
    await canaryRotated();
    const { secret } = aConsumer({ name: 'renamed' });
    await scene.world.secrets.send(new CreateSecretCommand({ Name: secret, SecretString: '{}' }));
    const [, ...others] = scene.world.configuration.consumers;
    const renamed = aConsumer({ name: 'renamed', owner: 'svc-telegraf' });
    scene.world.configuration = { ...scene.world.configuration, consumers: [renamed, ...others] };
    nameCanaries(['renamed']);
    scene.auditor.accept();
    scene.world.clock.advance(DAY);
    expect(rotatedIn(await run())).toEqual(['renamed']);
    scene.world.clock.advance(DAY - HOUR);
    expect(obstacleIn(await run())).toMatchObject({ code: 'CANARY_FIRST', canary: 'renamed', state: 'soaking' });
    scene.world.clock.advance(HOUR);
    expect(rotatedIn(await run())).toEqual(['grafana', 'loader']);
  });

  it('where all are canaries, none waits for another', async () => {
    nameCanaries(NAMES);
    expect(rotatedIn(await canaryRotated())).toEqual(NAMES);
  });

  it('nobody waits for one that is well and not due', async () => {
    scene.world.clock.advance(10 * DAY);
    configure('grafana', { access: { kind: 'buckets', read: ['telemetry'], write: [] } });
    expect(rotatedIn(await run())).toEqual(['grafana']);
  });

  it('a change for all goes to it first', async () => {
    scene.world.clock.advance(10 * DAY);
    for (const name of NAMES) configure(name, { access: { kind: 'buckets', read: ['telemetry'], write: [] } });
    const report = await run();
    expect(rotatedIn(report)).toEqual(['telegraf']);
    expect(consumerIn(report, 'loader').why.code).toBe('PERMISSIONS_CHANGED');
    scene.world.clock.advance(DAY - 1);
    expect(rotatedIn(await run())).toEqual([]);
    scene.world.clock.advance(1);
    expect(rotatedIn(await run())).toEqual(['grafana', 'loader']);
  });

  it('a token that is missing is replaced meanwhile', async () => {
    await canaryRotated();
    const id = String(consumerIn(await run(), 'loader').tokens[0]?.authorizationId);
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.auditor.accept();
    expect(rotatedIn(await run())).toEqual(['loader']);
  });

  it('a plan says the same, and tries nothing', async () => {
    scene.world.clock.advance(30 * DAY);
    const tries = countTries();
    const report = await scene.run('plan');
    expect(obstacleIn(report)).toMatchObject({ code: 'CANARY_FIRST', canary: 'telegraf', state: 'due' });
    expect(report.consumers.map(({ consumer }) => consumer)).toEqual(NAMES);
    expect(tries()).toBe(0);
  });

  it('when its rotation dies, the others wait on', async () => {
    scene.world.clock.advance(30 * DAY);
    await scene.runKilledAt(({ operation }) => operation === 'PutSecretValue', 'after');
    scene.auditor.inspect();
    scene.world.clock.advance(HOUR);
    const report = await run();
    expect(rotatedIn(report)).toEqual(['telegraf']);
    expect(obstacleIn(report)).toMatchObject({ code: 'CANARY_FIRST', state: 'due' });
  });
});
