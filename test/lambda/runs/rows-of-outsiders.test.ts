import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { aConfiguration, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

const GET = 'GET /api/v2/authorizations/{id}';

let scene: Scene;
afterEach(() => scene.close());

/** Live rows of an outsider with our marker copied onto them, old enough to be ended; the rotation is due. */
async function openBesieged(rows: number): Promise<string[]> {
  scene = await Scene.open({ configuration: aConfiguration() });
  const { world } = scene;
  await world.secrets.send(
    new PutSecretValueCommand({
      SecretId: 'influxdb/rotator',
      SecretString: JSON.stringify({ token: world.admin.operatorToken }),
    }),
  );
  await scene.run();
  const userID = await world.admin.createUser('mallory');
  const { description = '' } = scene.rows[0] ?? {};
  const copied = description.replace(/ sha256=.*/, '');
  const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: world.admin.orgId } }];
  const ids: string[] = [];
  for (let row = 0; row < rows; row += 1)
    ids.push((await world.admin.createAuthorization({ userID, description: copied, permissions })).id);
  world.clock.advance(30 * DAY);
  return ids;
}

describe('rows that an outsider made with a copy of our marker do not put a due rotation off', () => {
  it('where the rotator may not write them', async () => {
    const ids = await openBesieged(1);
    scene.world.influxdb.faults.add({
      on: ({ method, path }) => method === 'PATCH' && ids.some((id) => path.endsWith(id)),
      ...{
        times: 99,
        status: 401,
        body: '{"code":"unauthorized","message":"write:users/0000000000000abc is unauthorized"}',
      },
    });
    const report = await scene.run();
    expect(report.counts).toMatchObject({ rotated: 1, failed: 0 });
    expect(consumerIn(report).actions.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'rotate done',
      'switch-off failed',
    ]);
  });

  it('where the outsider changes them between the plan and the look', async () => {
    const [id = ''] = await openBesieged(1);
    let changed = false;
    scene.world.influxdb.faults.intercept(async (call) => {
      if (changed || call.operation !== GET || !call.path.endsWith(id)) return undefined;
      changed = true;
      await scene.setStatus(id, 'inactive');
      return undefined;
    });
    const report = await scene.run();
    expect(report.counts).toMatchObject({ rotated: 1, failed: 0 });
    expect(consumerIn(report).state).toBe('acting');
  });

  it('where there are hundreds: a run ends some of them after the rotation, and the next ones the rest', async () => {
    const ids = await openBesieged(50);
    const report = await scene.run();
    const { actions } = consumerIn(report);
    expect(actions[0]).toMatchObject({ kind: 'rotate', outcome: 'done' });
    expect(actions).toHaveLength(21);
    await scene.runFor(3 * DAY, HOUR);
    const left = scene.world.influxdb.store.authorizations().filter((row) => ids.includes(row.id));
    expect(left).toEqual([]);
  });
});
