import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHECK } from '../../../cli/check/check.ts';
import { aConfiguration, aConsumer } from '../../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, type } from '../../builders/a-deployed-function.ts';
import { Scene } from '../../builders/a-scene.ts';
import { madeIn, setRotator } from '../../builders/a-world.ts';

let scene: Scene;
let deployed: DeployedFunction;
beforeEach(async () => {
  const consumers = ['telegraf', 'grafana'].map((name) => aConsumer({ name, secret: `influxdb/acme/${name}` }));
  scene = await Scene.open({ configuration: aConfiguration(consumers) });
  deployed = await deployedIn(scene.world);
});
afterEach(async () => {
  await deployed.close();
  await scene.close();
});

const check = (...args: string[]) => type(['check', ...args], deployed.env);

function withoutRight(action: string, resourceType: string): void {
  const row = scene.world.influxdb.store.tables.authorizations.get(scene.world.rotatorId);
  const left = row?.permissions.filter((each) => each.action !== action || each.resource.type !== resourceType);
  setRotator(scene.world, { permissions: left });
}

it('a set-up that is as it should be has no fault, and nothing is made', async () => {
  const seen = await check();
  expect(seen).toMatchObject({ code: 0, err: '' });
  expect(seen.out).toContain('✔ AWS account and Region: us-east-1, account 123456789012');
  expect(seen.out).not.toContain('this looked from here');
  expect(madeIn(scene.world)).toEqual([]);
});

it('what is wrong is told by the function itself, of which no invocation fails, through the alias of those who may only look', async () => {
  withoutRight('write', 'users');
  const seen = await check('--json');
  const { faults } = CHECK.parse(JSON.parse(seen.out));
  expect(faults).toMatchObject([
    { group: 'rotator', code: 'RIGHT_MISSING', consumers: ['telegraf'] },
    { group: 'rotator', code: 'RIGHT_MISSING', consumers: ['grafana'] },
  ]);
  expect(faults.flatMap(({ remedy }) => remedy)).toContainEqual({
    ...{ kind: 'command', command: 'influxdb-token-rotation init --config rotation.json' },
  });
  expect(seen).toMatchObject({ code: 1, err: '' });
  expect(deployed.calls.filter(({ operation }) => operation === 'Invoke')).toHaveLength(1);
});

it('a fault that ends the look is told, and that nothing else is known', async () => {
  await scene.world.influxdb.down();
  const seen = await check('--json');
  await scene.world.influxdb.up();
  const { faults, well, unchecked } = CHECK.parse(JSON.parse(seen.out));
  expect(faults).toMatchObject([{ group: 'influxdb', code: 'INFLUXDB_UNREACHABLE', consumers: [] }]);
  expect(well.map(({ group }) => group)).toEqual(['configuration', 'aws']);
  expect(unchecked[0]?.what).toBe('whatever is not listed');
});

it('what mends several is told once, for people', async () => {
  withoutRight('write', 'users');
  const { out } = await check();
  expect(out.match(/RIGHT_MISSING/g)).toHaveLength(2);
  expect(out.match(/→ influxdb-token-rotation init/g)).toHaveLength(1);
});

it('a command is printed as it is typed where the person is, to the same function', async () => {
  const { world } = scene;
  const consumers = world.configuration.consumers.map((each) => ({ ...each, onMissing: 'report' as const }));
  world.configuration = { ...world.configuration, consumers };
  await scene.run();
  await world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
  withoutRight('write', 'users');
  const { out } = await type(['check', '--function', 'rotator'], { ...deployed.env, npm_command: 'exec' });
  expect(out).toContain('→ npx influxdb-token-rotation rotate telegraf --force --reason "<why>" --function rotator\n');
  expect(out).toContain('→ npx influxdb-token-rotation init --config rotation.json\n');
});

it('only of the consumers that are named', async () => {
  withoutRight('write', 'users');
  const seen = await check('grafana', '--json');
  expect(CHECK.parse(JSON.parse(seen.out)).faults).toMatchObject([{ consumers: ['grafana'] }]);
});

it('with --deep, each next token is made for a trial', async () => {
  scene.world.influxdb.calls.length = 0;
  const seen = await check('--deep', '--json');
  const { faults, unchecked } = CHECK.parse(JSON.parse(seen.out));
  expect(faults).toEqual([]);
  const made = scene.world.influxdb.calls.filter(
    ({ operation, status }) => operation.startsWith('DELETE') && status === 204,
  );
  expect(made).toHaveLength(2);
  expect(unchecked.map(({ what }) => what)).toEqual(['whether the function may write the secrets']);
});
