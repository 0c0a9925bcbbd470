import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../../simulation/world.ts';
import { aConfiguration, aConsumer } from '../builders/a-configuration.ts';
import { openTerminal, type Terminal } from '../builders/a-terminal.ts';
import { madeIn } from '../builders/a-world.ts';
import { CONSUMER, file } from '../lambda/config/a-file.ts';
import { SetUp } from './a-set-up.ts';

let world: World;
const setUp = new SetUp();
beforeAll(async () => {
  world = await World.create({ configuration: aConfiguration([aConsumer()]), startsAt: Date.now() });
  const { name, secret, owner = '' } = aConsumer();
  const consumers = [{ ...CONSUMER, name, secret, owner, write: ['telemetry'] }];
  setUp.write(file({ influxdb: { url: world.influxdb.url }, consumers }));
});
afterAll(async () => {
  setUp.remove();
  await world.close();
});

function start(...args: string[]): Terminal {
  return openTerminal([process.execPath, 'cli/start.ts', '--config', setUp.path, ...args], {
    env: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url,
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    },
  });
}

it('npm start -- --config FILE shows on a terminal its plan, asks, and draws what came of it', async () => {
  const asked = start();
  await asked.waitFor('Go on?');
  expect(asked.screen()[0]).toMatch(/^○ +telegraf +rotate +first token/);
  asked.type('n');
  expect(await asked.exitCode()).toBe(1);
  expect(madeIn(world)).toEqual([]);
  const run = start();
  await run.waitFor('Go on?');
  run.type('y');
  expect(await run.exitCode()).toBe(0);
  expect(run.lines().join('\n')).toMatch(/✔ ok +telegraf/);
  const status = start('--action', 'status');
  expect(await status.exitCode()).toBe(0);
  expect(status.lines()[0]).toMatch(/^prod: telegraf is well/);
});

it('a request is answered in JSON, as it was asked', async () => {
  const status = start('--request', '{"action":"status"}');
  expect(await status.exitCode()).toBe(0);
  expect(status.lines()).toContain('  "action": "status",');
});
