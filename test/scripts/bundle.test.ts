import { fork } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Duration } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunMetrics } from '../../infra/metrics.ts';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { fileName } from '../../lambda/evidence/file-name.ts';
import { METRICS } from '../../lambda/log/metrics.ts';
import { EVIDENCE_FILE, FILE } from '../../scripts/bundle/bundle.ts';
import { World } from '../../simulation/world.ts';
import { madeIn } from '../builders/a-world.ts';
import { WallClock } from '../explore/kills/wall-clock.ts';

const CONFIGURATION = {
  deployment: 'bundled',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  consumers: [
    { name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc', read: ['telemetry'], write: ['telemetry'] },
  ],
};

let world: World;
let folder: string;
beforeAll(async () => {
  world = await World.create({ configuration: parseConfiguration(CONFIGURATION), clock: new WallClock(0) });
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  copyFileSync(FILE, join(folder, 'index.cjs'));
  const influxdb = { ...CONFIGURATION.influxdb, url: world.influxdb.url };
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify({ ...CONFIGURATION, influxdb }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

it('the bundle alone, in a process of its own, rotates a token', async () => {
  const { answer, output } = await invoke();
  expect(answer).toMatchObject({ counts: { rotated: 1, failed: 0 } });
  expect(output).toContain('"TokensRotated":1');
});

it('the bundle tells the bus that its environment names, at the endpoint that it names', async () => {
  const { output } = await invoke({ EVENT_BUS: 'default', AWS_ENDPOINT_URL_EVENTBRIDGE: world.eventBridge.url });
  expect(output).toContain('"code":"CONSUMER_TOLD"');
  expect(world.eventBridge.events).toMatchObject([
    { bus: 'default', detail: { consumer: 'telegraf', repeated: true } },
  ]);
});

it('the bundle rotates though the second one is not beside it, and says that nothing is on record', async () => {
  for (const { id } of madeIn(world)) await world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
  const { answer, output } = await invoke({ EVIDENCE: 's3://evidence/' });
  expect(answer).toMatchObject({ counts: { rotated: 1, failed: 0 }, evidence: { result: 'failed' } });
  expect(output).toContain('"code":"EVIDENCE_NOT_WRITTEN"');
  expect(output).toContain('"EvidenceFailed":1');
});

it.each([
  ['denies', 403, 'AccessDenied', 'S3_REFUSED'],
  ['has no such bucket', 404, 'NoSuchBucket', 'S3_REFUSED'],
  ['is busy', 503, 'SlowDown', 'S3_THROTTLED'],
  ['gives no answer', 0, '', 'S3_UNANSWERED'],
])('the bundle rotates though S3 %s, and tells why nothing is on record', async (_what, status, exception, code) => {
  copyFileSync(EVIDENCE_FILE, join(folder, 'evidence.cjs'));
  for (const { id } of madeIn(world)) await world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
  const server = createServer((request, response) => {
    if (status === 0) return request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${exception}</Code><Message>no</Message></Error>`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { answer, output } = await invoke({
    EVIDENCE: 's3://evidence/',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
  });
  server.closeAllConnections();
  server.close();
  rmSync(join(folder, 'evidence.cjs'));
  expect(answer).toMatchObject({ counts: { rotated: 1, failed: 0 }, evidence: { result: 'failed' } });
  expect(output).toContain(`"errorCode":"${code}"`);
  expect(output).not.toContain('UNEXPECTED');
});

it('the bundle keeps evidence where its environment says, with the second one beside it', async () => {
  copyFileSync(EVIDENCE_FILE, join(folder, 'evidence.cjs'));
  for (const { id } of madeIn(world)) await world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
  const { answer, output } = await invoke({ EVIDENCE: join(folder, 'evidence') });
  expect(answer).toMatchObject({ evidence: { result: 'written', head: { number: expect.any(Number) } } });
  expect(output).toContain('"code":"EVIDENCE_WRITTEN"');
  expect(readdirSync(join(folder, 'evidence', CONFIGURATION.deployment))).toEqual([fileName(1)]);
});

it('the bundle publishes the metrics, with the dimensions, that the construct watches', async () => {
  const { output } = await invoke({ EVIDENCE: join(folder, 'evidence') });
  const line = output.split('\n').find((text) => text.includes('"_aws"')) ?? '{}';
  const [published] = JSON.parse(line)._aws.CloudWatchMetrics;
  const watched = new RunMetrics(CONFIGURATION.deployment, Duration.hours(1)).metric('RunsSucceeded');
  expect(published.Metrics.map(({ Name }: { readonly Name: string }) => Name).toSorted()).toEqual(
    Object.keys(METRICS).toSorted(),
  );
  expect(published.Namespace).toBe(watched.namespace);
  expect(published.Dimensions).toEqual([expect.arrayContaining(Object.keys(watched.dimensions ?? {}))]);
  expect(published.Dimensions[0]).toHaveLength(2);
  expect(JSON.parse(line)).toMatchObject(watched.dimensions ?? {});
});

it('the bundle has nothing of the S3 client, which is in a second one', () => {
  expect(readFileSync(FILE, 'utf8')).not.toContain('ListObjectsV2');
  expect(readFileSync(EVIDENCE_FILE, 'utf8')).toContain('ListObjectsV2');
});

it('the bundle does not point to the source map that stays outside', () => {
  expect(readFileSync(FILE, 'utf8')).not.toContain('sourceMappingURL');
});

it.each([FILE, EVIDENCE_FILE])('%s is as big as the deployment page says, give or take 3 %', (file) => {
  const page = readFileSync('docs/deployment.md', 'utf8');
  const [, size, compressed] = new RegExp(`\`${file}\`[^:]*: (\\d+) kB \\((\\d+) kB compressed\\)`).exec(page) ?? [];
  const bundle = readFileSync(file);
  expect(Math.abs(1 - bundle.length / 1000 / Number(size))).toBeLessThan(0.03);
  expect(Math.abs(1 - gzipSync(bundle).length / 1000 / Number(compressed))).toBeLessThan(0.03);
});

/** One run of the bundle, with nothing around it but the environment that Lambda gives. */
function invoke(
  environment: Record<string, string> = {},
): Promise<{ readonly answer: unknown; readonly output: string }> {
  const child = fork(resolve('test/explore/kills/invoke.cjs'), [join(folder, 'index.cjs'), '60000'], {
    silent: true,
    env: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url,
      ...environment,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  let output = '';
  let answer: unknown;
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  child.on('message', (message) => {
    answer = message;
  });
  return new Promise((settle) => child.on('close', () => settle({ answer, output })));
}
