import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { type S3Server, startS3 } from '../../local/s3/server.ts';
import { FILE } from '../../scripts/bundle/bundle.ts';
import { World } from '../../simulation/world.ts';
import { forked } from '../builders/a-forked-bundle.ts';
import { WallClock } from '../explore/kills/wall-clock.ts';

const COMMON = {
  deployment: 'bundled',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  defaults: { owner: 'svc' },
};
const CONSUMERS = ['telegraf', 'grafana'].map((name) => ({
  name,
  secret: `influxdb/acme/${name}`,
  read: ['telemetry'],
}));
const MANIFEST = { bucket: 'manifests', key: 'consumers.jsonl' };
const SCALE = JSON.stringify({
  ...{ manifest: MANIFEST, work: 'work', batchSize: 1, maxConcurrency: 2, longestMs: 86_400_000 },
});

let world: World;
let s3: S3Server;
let folder: string;
beforeAll(async () => {
  const configuration = parseConfiguration({ ...COMMON, consumers: CONSUMERS });
  world = await World.create({ configuration, clock: new WallClock(0) });
  s3 = await startS3({ buckets: [MANIFEST.bucket, 'work'] });
  const lines = CONSUMERS.map((consumer) => JSON.stringify(consumer)).join('\n');
  s3.objects.set(`${MANIFEST.bucket}/${MANIFEST.key}`, lines);
  folder = mkdtempSync(join(tmpdir(), 'scale-part-'));
  for (const file of [FILE, join(dirname(FILE), 'scale.cjs')]) copyFileSync(file, join(folder, basename(file)));
  const influxdb = { ...COMMON.influxdb, url: world.influxdb.url };
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify({ ...COMMON, influxdb }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([world.close(), s3.close()]);
});

async function invoke(event: object) {
  const environment = {
    SCALE,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url,
  };
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:worker';
  const { message, output } = await forked(
    'test/scripts/invoke.cjs',
    [join(folder, 'index.cjs'), JSON.stringify(event), arn],
    environment,
  );
  return { ...(message as { readonly answer?: unknown; readonly failure?: { readonly message: string } }), output };
}

it('the bundle takes each state of a run in batches, and publishes the figures of all of them once', async () => {
  const execution = 'bundled';
  expect((await invoke({ scale: 'plan', execution })).answer).toEqual({ batches: 2 });
  const outputs: string[] = [];
  for (const scale of ['look', 'rotate'])
    for (const batch of [0, 1]) outputs.push((await invoke({ scale, execution, batch })).output);
  expect(outputs.join('')).not.toContain('"RunsSucceeded"');
  const { answer, output } = await invoke({ scale: 'sum-up', execution });
  expect(answer).toMatchObject({ consumers: 2, counts: { rotated: 2, failed: 0 } });
  expect(output).toMatch(/"RunsSucceeded":1/);
  expect(output).not.toContain('TokensUnmanaged');
});

it('the bundle says what is wrong with a manifest', async () => {
  s3.objects.set(`${MANIFEST.bucket}/${MANIFEST.key}`, '{"name":"a"}');
  const { failure } = await invoke({ scale: 'plan', execution: 'wrong' });
  expect(failure?.message).toContain('line 1.secret');
});
