import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { blocksOf } from '../pages/blocks.ts';
import { Shell } from './runbook/a-shell.ts';

// Does what docs/uninstall.md says, and looks what stays.

const PAGE = 'docs/uninstall.md';
const BLOCKS = blocksOf(PAGE).filter(({ before }) => !before.includes('No test runs'));
const blockUnder = (heading: string, language = 'sh') =>
  BLOCKS.find((block) => block.heading === heading && block.language === language)?.text ?? '';

let scene: Scene;
let deployed: DeployedFunction;
let shell: Shell;
beforeEach(async () => {
  scene = await Scene.open({
    configuration: aConfiguration(['telegraf', 'grafana'].map((name) => aConsumer({ name }))),
  });
  await scene.run();
  scene.world.clock.advance(3 * DAY);
  await scene.run();
  deployed = await deployedIn(scene.world);
  const { influxdb, secretsManager, admin } = scene.world;
  shell = new Shell(PROGRAM_FILE, {
    ...deployed.env,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    ...{ INFLUX_HOST: influxdb.url, INFLUX_TOKEN: admin.operatorToken },
  });
});
afterEach(async () => {
  shell.remove();
  await deployed.close();
  await scene.close();
});

describe('the page about uninstalling', () => {
  it('ends the tokens of one consumer, and keeps its secret', async () => {
    const { retired, ...shown } = JSON.parse(blockUnder('One consumer', 'json'));
    const influxdb = { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' };
    parseConfiguration({ deployment: 'prod', influxdb, consumers: [{ ...shown, retired }] }, PAGE);
    const { configuration } = scene.world;
    const consumers = configuration.consumers.map((each) => (each.name === shown.name ? { ...each, retired } : each));
    scene.world.configuration = { ...configuration, consumers };
    const before = scene.rows.length;
    await scene.run();
    scene.world.clock.advance(2 * DAY);
    await scene.run();
    const { code, screen } = await shell.type(blockUnder('One consumer'));
    expect({ code, screen }).toEqual({ code: 0, screen: expect.stringContaining('telegraf') });
    expect(scene.rows.length).toBe(before - 1);
    expect(await scene.text()).toContain('"rotation"');

    scene.world.configuration = { ...configuration, consumers: consumers.slice(1) };
    const { notices } = await scene.run();
    expect(notices).toEqual([]);
  });

  it('reports the tokens of a consumer that was taken out at once, and leaves them alone', async () => {
    const { configuration } = scene.world;
    scene.world.configuration = { ...configuration, consumers: configuration.consumers.slice(1) };
    const { token } = await scene.value();
    for (let days = 0; days < 40; days += 1) {
      scene.world.clock.advance(DAY);
      const { notices } = await scene.run();
      expect(notices.map(({ code }) => code)).toEqual(['NOT_CONFIGURED']);
    }
    expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
  });

  it("ends the rotator's own token, and no other", async () => {
    const own = scene.world.influxdb.store.authorizations().find(({ description }) => /rotator$/.test(description));
    if (own === undefined) throw new Error('the rotator has no token');
    const { token } = await scene.value();
    const typed = await shell.type(blockUnder('A deployment').replace("<id of the rotator's token>", own.id));
    expect(typed).toMatchObject({ code: 0 });
    expect(scene.world.influxdb.store.authorizations().map(({ id }) => id)).not.toContain(own.id);
    expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
  });

  it('comes back after weeks, and goes on where it stopped', async () => {
    const { token } = await scene.value();
    scene.world.clock.advance(60 * DAY);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(await scene.works()).toBe(true);
    expect([(await scene.value()).token === token, scene.world.influxdb.store.statusOf(token)]).toEqual([
      false,
      'unknown',
    ]);
    expect(scene.rows.length).toBe(2);
  });
});
