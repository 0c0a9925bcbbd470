import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { PARSED_FILE } from '../../lambda/config/parsed-form.ts';
import { handlerZip } from '../../scripts/release/handler-zip.ts';
import { CHECKSUMS, HANDLER_ZIP, makeRelease } from '../../scripts/release/release.ts';
import { World } from '../../simulation/world.ts';
import { forked } from '../builders/a-forked-bundle.ts';
import { aRotation, aStack, TOPIC_ARN } from '../builders/a-rotation.ts';
import { WallClock } from '../explore/kills/wall-clock.ts';

let folder: string;
let release: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  release = join(folder, 'release');
  makeRelease(release);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the zip is the same bytes again, in another time zone, too', () => {
  const zip = readFileSync(join(release, HANDLER_ZIP));
  expect(Buffer.from(handlerZip()).equals(zip)).toBe(true);
  const { href } = new URL('../../scripts/release/handler-zip.ts', import.meta.url);
  const script = `import(${JSON.stringify(href)}).then(({ handlerZip }) => process.stdout.write(handlerZip()))`;
  const env = { PATH: process.env.PATH, TZ: 'Pacific/Kiritimati' };
  const elsewhere = execFileSync(resolve('node_modules/.bin/node'), ['-e', script], { env, maxBuffer: 10_000_000 });
  expect(elsewhere.equals(zip)).toBe(true);
});

it('the zip has what the construct uploads with all its parts, except the configuration', () => {
  const stack = aStack();
  const newsTopic = Topic.fromTopicArn(stack, 'Topic', TOPIC_ARN);
  const rotation = aRotation({ evidence: true, configRule: true, newsTopic }, stack);
  const asset = join((Stage.of(rotation) as Stage).outdir, `handler.${rotation.node.addr}`);
  const files = unzipped();
  expect(Object.keys(files).toSorted()).toEqual(
    readdirSync(asset)
      .filter((name) => name !== 'rotation.json' && name !== PARSED_FILE)
      .toSorted(),
  );
  for (const [name, content] of Object.entries(files))
    expect(Buffer.from(content).equals(readFileSync(join(asset, name))), name).toBe(true);
});

it('the zip with a rotation.json added rotates a token', async () => {
  const file = {
    deployment: 'released',
    influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
    consumers: [{ name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc', write: ['telemetry'] }],
  };
  const world = await World.create({ configuration: parseConfiguration(file), clock: new WallClock(0) });
  const code = mkdtempSync(join(folder, 'code-'));
  for (const [name, content] of Object.entries(unzipped())) writeFileSync(join(code, name), content);
  const influxdb = { ...file.influxdb, url: world.influxdb.url };
  writeFileSync(join(code, 'rotation.json'), JSON.stringify({ ...file, influxdb }));
  const environment = { AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url };
  const run = await forked('test/explore/kills/invoke.cjs', [join(code, 'index.js'), '60000'], environment);
  await world.close();
  expect(run.message).toMatchObject({ counts: { rotated: 1, failed: 0 } });
});

it('every file of the release has its checksum', () => {
  const sums = readFileSync(join(release, CHECKSUMS), 'utf8').trimEnd().split('\n');
  const listed = sums.map((line) => line.split('  ') as [hash: string, name: string]);
  const there = readdirSync(release, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = there.map(({ parentPath, name }) => join(parentPath, name).slice(release.length + 1));
  expect(listed.map(([, name]) => name)).toEqual(names.filter((name) => name !== CHECKSUMS).toSorted());
  for (const [hash, name] of listed)
    expect(
      createHash('sha256')
        .update(readFileSync(join(release, name)))
        .digest('hex'),
    ).toBe(hash);
});

function unzipped(): Readonly<Record<string, Uint8Array>> {
  return unzipSync(readFileSync(join(release, HANDLER_ZIP)));
}
