import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Duration } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunMetrics } from '../../infra/metrics.ts';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { BUILD, buildIn, formatParsed, PARSED_FILE } from '../../lambda/config/parsed-form.ts';
import { METRICS } from '../../lambda/log/metrics.ts';
import { bundleHandler, FILE, PART_FILES } from '../../scripts/bundle/bundle.ts';
import { World } from '../../simulation/world.ts';
import { forked } from '../builders/a-forked-bundle.ts';
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

it('the bundle takes the parsed form that was made for it, and the file itself once that is changed', async () => {
  const file = readFileSync(join(folder, 'rotation.json'));
  const build = buildIn(readFileSync(FILE, 'utf8')) ?? '';
  // Something else than the file says, to be told apart.
  const plans = parseConfiguration({ ...JSON.parse(file.toString()), mode: 'plan' });
  writeFileSync(join(folder, PARSED_FILE), formatParsed(plans, { file, build, isEvidenceElsewhere: false }));
  expect((await invoke()).answer).toMatchObject({ mode: 'plan' });
  writeFileSync(join(folder, 'rotation.json'), `${file}\n`);
  expect((await invoke()).answer).toMatchObject({ mode: 'rotate' });
  rmSync(join(folder, PARSED_FILE));
});

it('each build has a name of its own, which is the same for the same code', async () => {
  await bundleHandler(join(folder, 'again'));
  const [built, again] = [FILE, join(folder, 'again', 'index.cjs')].map((path) => readFileSync(path, 'utf8'));
  expect(again).toBe(built);
  expect(buildIn(built ?? '')).not.toBe(BUILD);
});

it('the bundle tells the bus that its environment names, at the endpoint that it names', async () => {
  const { output } = await invoke({ EVENT_BUS: 'default', AWS_ENDPOINT_URL_EVENTBRIDGE: world.eventBridge.url });
  expect(output).toContain('"code":"CONSUMER_TOLD"');
  expect(world.eventBridge.events).toMatchObject([
    { bus: 'default', detail: { consumer: 'telegraf', repeated: true } },
  ]);
});

it('the bundle publishes the metrics, with the dimensions, that the construct watches', async () => {
  const { output } = await invoke({ EVIDENCE: join(folder, 'evidence') });
  const line = output.split('\n').find((text) => text.includes('"_aws"')) ?? '{}';
  const [published] = JSON.parse(line)._aws.CloudWatchMetrics;
  const watched = new RunMetrics(CONFIGURATION.deployment, Duration.hours(1)).metric('RunsSucceeded');
  const names = published.Metrics.map(({ Name }: { readonly Name: string }) => Name);
  expect(names.filter((name: string) => !(name in METRICS))).toEqual([]);
  // What nothing happened for is left out.
  expect(names.toSorted()).toEqual([
    ...['ConsumersBlocked', 'ConsumersWithoutAccess', 'CurrentTokensRefused', 'EvidenceFailed', 'OldestTokenAge'],
    ...['RunsSucceeded', 'TokensOverdue'],
  ]);
  expect(published.Namespace).toBe(watched.namespace);
  expect(published.Dimensions).toEqual([expect.arrayContaining(Object.keys(watched.dimensions ?? {}))]);
  expect(published.Dimensions[0]).toHaveLength(2);
  expect(JSON.parse(line)).toMatchObject(watched.dimensions ?? {});
});

it('the bundle does not point to the source map that stays outside', () => {
  expect(readFileSync(FILE, 'utf8')).not.toContain('sourceMappingURL');
});

it.each([FILE, ...PART_FILES])('%s is as big as the deployment page says, give or take 3 %', (file) => {
  const page = readFileSync('docs/deployment.md', 'utf8');
  const [, size, compressed] = new RegExp(`\`${file}\`[^:]*: (\\d+) kB \\((\\d+) kB compressed\\)`).exec(page) ?? [];
  const bundle = readFileSync(file);
  expect(Math.abs(1 - bundle.length / 1000 / Number(size))).toBeLessThan(0.03);
  expect(Math.abs(1 - gzipSync(bundle).length / 1000 / Number(compressed))).toBeLessThan(0.03);
});

/** One run of the bundle. */
async function invoke(environment: Record<string, string> = {}) {
  const secrets = { AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url };
  const args = [join(folder, 'index.cjs'), '60000'];
  const { message: answer, output } = await forked('test/explore/kills/invoke.cjs', args, {
    ...secrets,
    ...environment,
  });
  return { answer, output };
}
