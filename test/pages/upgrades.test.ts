import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenHash } from '../../lambda/engine/document/document.ts';
import { formatMarker, parseMarker } from '../../lambda/engine/document/marker.ts';
import { aConfiguration, aConsumer, DAY } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { consumerIn, Scene } from '../builders/a-scene.ts';
import { Shell } from '../cli/runbook/a-shell.ts';
import { blocksOf } from './blocks.ts';

// What docs/upgrades.md promises, as far as one version alone can show it. The logical ids are in
// test/infra/token-rotation.test.ts, and the codes in test/pages/runbook.test.ts.

const PAGE = 'docs/upgrades.md';

describe('between versions', () => {
  let scene: Scene;
  let deployed: DeployedFunction;
  beforeEach(async () => {
    scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
    await scene.run();
    scene.world.clock.advance(31 * DAY);
    await scene.run();
    deployed = await deployedIn(scene.world);
  });
  afterEach(async () => {
    expect(scene.auditor.violations).toEqual([]);
    await deployed.close();
    await scene.close();
  });

  /** The document as another version would have written it, in the version of the secret that is current. */
  async function rewritten(change: (rotation: Record<string, unknown>) => object): Promise<void> {
    const { world, secret } = scene;
    const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
    const current = versions.find(({ stages }) => stages.has('AWSCURRENT'));
    if (current?.value === undefined) throw new Error('no value');
    const { rotation, ...rest } = JSON.parse(current.value);
    Object.assign(current, { value: JSON.stringify({ ...rest, rotation: change(rotation) }) });
  }

  it.each<[string, (rotation: Record<string, unknown>) => object]>([
    ['a newer version, with members that this one does not know', (rotation) => ({ ...rotation, moon: ['full'] })],
    [
      'an older version, without the members that came later',
      ({ copiedAt: _copied, changes: _changes, replaces: _replaces, superseded, ...rotation }) => ({
        ...rotation,
        superseded: (superseded as object[]).map((entry) => ({ ...entry, orgId: undefined, tokenHash: undefined })),
      }),
    ],
  ])('a document of %s is read, and its older token ends', async (_name, change) => {
    await rewritten(change);
    expect(consumerIn(await scene.run())).toMatchObject({ access: 'works' });
    expect(scene.rows).toHaveLength(2);
    await scene.runFor(4 * DAY);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  });

  it('drops what it does not know when it next writes', async () => {
    await rewritten((rotation) => ({ ...rotation, moon: ['full'] }));
    scene.world.clock.advance(31 * DAY);
    await scene.runFor(2 * DAY);
    expect((await scene.value()).rotation).not.toHaveProperty('moon');
  });

  it('types what the page says to type after an upgrade', async () => {
    const { influxdb, secretsManager } = scene.world;
    const shell = new Shell(PROGRAM_FILE, {
      ...deployed.env,
      ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url, INFLUX_HOST: influxdb.url },
    });
    const block = blocksOf(PAGE).find(({ text }) => text.startsWith('npx influxdb-token-rotation'));
    const typed = await shell.type(block?.text ?? '');
    shell.remove();
    expect(typed).toMatchObject({ code: 0, screen: expect.stringContaining('telegraf') });
  });
});

it('a marker is known with notes behind it that a newer version may add', () => {
  const identity = { deployment: 'prod', consumer: 'telegraf', fingerprint: '0a1b2c3d' };
  const marker = formatMarker(identity, '5f0c2a1e-7c1b-4f6a-9a55-3f1f5f8f0c11', {
    tokenHash: tokenHash('a').slice(7, 39),
  });
  expect(parseMarker(`${marker} moon=full`)).toEqual(parseMarker(marker));
  expect(parseMarker(marker)).toMatchObject(identity);
});

it('the numbers of the formats are those that the page names', () => {
  const numbers = ['report', 'evidence', 'events'].flatMap((name) => {
    const found: unknown[] = [];
    JSON.parse(readFileSync(`${name}.schema.json`, 'utf8'), (key, value) => {
      if (key === 'version') found.push((value as { const?: unknown }).const);
      return value;
    });
    return found.filter((number) => number !== undefined);
  });
  expect(new Set(numbers)).toEqual(new Set([1]));
  expect(readFileSync(PAGE, 'utf8').match(/`version`, which is 1/g)).toHaveLength(2);
});
