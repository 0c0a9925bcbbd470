import { afterEach, beforeEach, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { openTerminal } from '../builders/a-terminal.ts';
import { blocksOf } from './blocks.ts';

// What README.md shows of the status: one consumer without access, one that was just rotated, and one that is well.

const COMMAND = '$ npx influxdb-token-rotation status';
const [SHOWN] = blocksOf('README.md').filter(({ text }) => text.startsWith(COMMAND));

let scene: Scene;
let deployed: DeployedFunction;
beforeEach(async () => {
  const consumers = ['telegraf', 'grafana', 'ci'].map((name) => aConsumer({ name, secret: `influxdb/acme/${name}` }));
  scene = await Scene.open({ configuration: aConfiguration(consumers) });
  const { configuration } = scene.world;
  scene.world.configuration = { ...configuration, consumers: configuration.consumers.slice(0, 2) };
  await scene.run();
  scene.world.clock.advance(22 * DAY);
  scene.world.configuration = configuration;
  await scene.run();
  scene.world.clock.advance(9 * DAY - 2 * HOUR);
  scene.secret = 'influxdb/acme/grafana';
  await scene.world.admin.send('PATCH', `/api/v2/authorizations/${await scene.currentId()}`, { status: 'inactive' });
  scene.world.clock.advance(2 * HOUR);
  await scene.run();
  deployed = await deployedIn(scene.world);
});
afterEach(async () => {
  await deployed.close();
  await scene.close();
});

it('the README shows the status as it is', async () => {
  const terminal = openTerminal([process.execPath, PROGRAM_FILE, 'status'], { env: deployed.env, columns: 80 });
  expect(await terminal.exitCode()).toBe(0);
  const masked = (text = '') => text.replaceAll(/\b[0-9a-f]{16}\b/g, 'ID').trimEnd();
  expect(masked(SHOWN?.text)).toBe(`${COMMAND}\n${masked(terminal.lines().join('\n'))}`);
});
