import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { Action } from '../../../lambda/requests/request.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function open(): Promise<string> {
  scene = await Scene.open({ configuration: aConfiguration() });
  await scene.run();
  return scene.currentId();
}

const tokensIn = ({ tokens }: ConsumerReport) =>
  tokens.map(({ authorizationId, role, status }) => `${authorizationId} ${role} ${status}`);

describe('the report of a run', () => {
  it('says what was asked for, and whether the configuration only plans', async () => {
    await open();
    const madeBy = async (action: Action) => {
      const { action: asked, mode } = await scene.run(action);
      return [asked, mode];
    };
    for (const mode of ['rotate', 'plan'] as const) {
      scene.world.configuration = { ...scene.world.configuration, mode };
      for (const action of ['run', 'plan', 'status'] as const) expect(await madeBy(action)).toEqual([action, mode]);
    }
  });

  it('shows the tokens as they are after it, in each step of a life', async () => {
    const old = await open();
    scene.world.clock.advance(30 * DAY);
    const rotated = await scene.run();
    const current = await scene.currentId();
    expect(tokensIn(consumerIn(rotated))).toEqual([`${old} superseded active`, `${current} current active`]);
    expect(consumerIn(rotated).tokens[0]?.supersededAt).toBe(new Date(scene.world.clock.now()).toISOString());
    expect(rotated.oldestTokenAgeSeconds).toBe(0);
    scene.world.clock.advance(25 * HOUR);
    expect(tokensIn(await scene.turn())).toEqual([`${current} current active`, `${old} superseded inactive`]);
    scene.world.clock.advance(25 * HOUR);
    expect(tokensIn(await scene.turn())).toEqual([`${current} current active`, `${old} superseded gone`]);
    scene.world.clock.advance(HOUR);
    expect(tokensIn(await scene.turn())).toEqual([`${current} current active`, `${old} superseded gone`]);
  });

  it('counts the first token as current', async () => {
    scene = await Scene.open({ configuration: aConfiguration() });
    const report = consumerIn(await scene.run());
    expect(tokensIn(report)).toEqual([`${await scene.currentId()} current active`]);
    expect(report.access).toBe('works');
  });

  it('says of an older token when it ends, and then ends it', async () => {
    const old = await open();
    scene.world.clock.advance(30 * DAY);
    const endOf = (each: ConsumerReport) =>
      each.tokens.find(({ authorizationId }) => authorizationId === old)?.endsAt ?? '';
    const replaced = endOf(consumerIn(await scene.run()));
    expect(endOf(consumerIn(await scene.run('status')))).toBe(replaced);
    scene.world.clock.advance(Date.parse(replaced) - scene.world.clock.now() - MINUTE);
    await scene.run();
    expect(scene.statusOf(old)).toBe('active');
    scene.world.clock.advance(2 * MINUTE);
    const off = endOf(consumerIn(await scene.run()));
    expect(scene.statusOf(old)).toBe('inactive');
    scene.world.clock.advance(Date.parse(off) - scene.world.clock.now() + MINUTE);
    await scene.run();
    expect(scene.statusOf(old)).toBeUndefined();
  });

  it('does not show as live what was overdue and is switched off by now', async () => {
    const old = await open();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(6 * DAY);
    const report = await scene.run();
    expect(tokensIn(consumerIn(report))).toContain(`${old} superseded inactive`);
    expect(report.counts.overdue).toBe(0);
  });

  it('says that it does not know where a call was not answered', async () => {
    const old = await open();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(25 * HOUR);
    scene.world.influxdb.faults.add({ on: 'PATCH /api/v2/authorizations/{id}', times: 9, loseAnswer: true });
    const codes: string[] = [];
    const report = consumerIn(await scene.run('run', { log: (code) => codes.push(code) }));
    expect(tokensIn(report)).toContain(`${old} superseded unknown`);
    expect(codes).toContain('END_UNANSWERED');
  });

  it('says which two may be current where the promotion was not answered', async () => {
    const old = await open();
    scene.world.clock.advance(30 * DAY);
    const { faults } = scene.world.secretsManager;
    faults.add({ on: 'UpdateSecretVersionStage', times: 9, refuse: true });
    faults.add({ on: 'DescribeSecret', skip: 1, times: 9, refuse: true });
    const report = consumerIn(await scene.run());
    expect(tokensIn(report)).toEqual([`${old} uncertain active`, expect.stringMatching(/ uncertain active$/)]);
    expect(report.access).toBe('unknown');
  });

  it('counts the replacement of a token that could not be restored as a rotation, with its own reason', async () => {
    const old = await open();
    const { rotation } = await scene.value();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(2 * HOUR);
    // The label goes back to a version whose token InfluxDB refuses from now on.
    await scene.moveLabel(rotation.id);
    scene.world.influxdb.faults.add({
      on: 'POST /api/v2/write',
      ...{ status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' },
    });
    const report = await scene.run();
    const { actions } = consumerIn(report);
    expect(actions.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['rotate done']);
    expect(actions[0]?.reasonCode).toBe('ROLLED_BACK_TO_FAILING');
    expect(report.counts.rotated).toBe(1);
    expect(await scene.currentId()).not.toBe(old);
  });
});

describe('a consumer without a working token', () => {
  it.each<[string, (id: string) => Promise<unknown>]>([
    ['switched off', (id) => scene.setStatus(id, 'inactive')],
    [
      'missing, and only reported',
      async (id) => {
        const consumers = [aConsumer({ onMissing: 'report' })];
        scene.world.configuration = { ...scene.world.configuration, consumers };
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
      },
    ],
    [
      'missing, and the mint fails',
      async (id) => {
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
        scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times: 9, status: 500 });
      },
    ],
    [
      'in an empty secret, while another run may be at work',
      async () => {
        await scene.put('{}');
        scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times: 9, status: 500 });
      },
    ],
  ])('is in a figure of its own, whatever its state: %s', async (_name, act) => {
    const id = await open();
    await act(id);
    const report = await scene.run();
    expect(consumerIn(report).access).toBe('none');
    expect(report.counts.withoutAccess).toBe(1);
  });

  it('is none once it has one again', async () => {
    const id = await open();
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    const report = await scene.run();
    expect(report.counts).toMatchObject({ withoutAccess: 0, rotated: 1 });
    expect(consumerIn(report).access).toBe('works');
  });

  it('may be one with a token that is not ours: that is not known', async () => {
    await open();
    await scene.put('{"token":"made-by-somebody-else"}');
    scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times: 9, status: 500 });
    expect((await scene.turn()).access).toBe('unknown');
  });
});

it('a ledger that names the current token itself makes no second one of it', async () => {
  await open();
  const { rotation } = await scene.value();
  const line = { authorizationId: rotation.authorizationId, userId: '0123456789abcdef', since: '2025-12-01T00:00:00Z' };
  await scene.edit({ rotation: { ...rotation, superseded: [line] } });
  expect(tokensIn(await scene.turn())).toEqual([`${rotation.authorizationId} current active`]);
});
