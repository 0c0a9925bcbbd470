import { parseArgs } from 'node:util';
import { systemClock } from '../../lambda/calls/clock.ts';
import { createHandler } from '../../lambda/handler.ts';
import { handleAtScale } from '../../lambda/scale/open.ts';
import type { ScaleParts } from '../../lambda/scale/parts.ts';
import { startS3 } from '../../local/s3/server.ts';
import { callsOf } from '../servers/options.ts';
import { Servers } from '../servers/servers.ts';

// One run of a deployment in batches, against the embedded servers: how long it takes, and that no rate is passed. The
// state machine itself runs in test/scale; here its states are asked for directly, as many at once as it would.

const { values } = parseArgs({
  options: {
    consumers: { type: 'string', default: '10000' },
    /** All tokens are due; otherwise none. */
    due: { type: 'boolean', default: false },
    batch: { type: 'string', default: '1000' },
    concurrency: { type: 'string', default: '4' },
    /** Of secret writes a second, as the configuration says. The server takes a quarter more, as AWS does of the default. */
    rate: { type: 'string', default: '40' },
  },
});
const [consumers, batchSize, maxConcurrency, rate] = [
  values.consumers,
  values.batch,
  values.concurrency,
  values.rate,
].map(Number) as [number, number, number, number];

const WORK = 'work';
const MANIFEST = { bucket: 'manifests', key: 'consumers.jsonl' };
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

const servers = await Servers.open({ consumers, due: values.due, writeQuota: rate * 1.25 });
const s3 = await startS3({ buckets: [WORK, MANIFEST.bucket] });
try {
  await run();
} finally {
  await s3.close();
  await servers.close();
}

async function run(): Promise<void> {
  const parts = partsOf();
  const invoke = (event: object) => {
    const endsAt = Date.now() + 900_000;
    return handleAtScale(parts, event, { getRemainingTimeInMillis: () => endsAt - Date.now() });
  };
  const execution = 'measured';
  const { took: planned, result } = await timed(() => invoke({ scale: 'plan', execution }));
  tell('plan', planned);
  const { batches } = result as { readonly batches: number };
  for (const scale of ['look', 'rotate']) {
    const longest = { ms: 0 };
    const { took } = await timed(() =>
      inBatches(batches, async (batch) => {
        const each = await timed(() => invoke({ scale, execution, batch }));
        longest.ms = Math.max(longest.ms, each.took);
      }),
    );
    const { operations, throttled } = await seen();
    tell(`${scale}, ${batches} batches, the longest ${seconds(longest.ms)}`, took);
    const writes = (operations.PutSecretValue ?? 0) + (operations.UpdateSecretVersionStage ?? 0);
    console.log(`  calls: ${callsOf({ operations, throttled, atOnce: 0, busy: 0 })}`);
    if (writes > 0)
      console.log(
        `  secret writes: ${writes}, ${((writes * 1000) / took).toFixed(1)} a second of ${rate}; refused as too many: ${throttled}`,
      );
  }
  const { took: summed, result: sum } = await timed(() => invoke({ scale: 'sum-up', execution }));
  tell('sum up', summed);
  console.log(JSON.stringify((sum as { readonly counts: object }).counts));
  console.log(`peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

async function seen() {
  const { operations, throttled } = await servers.take();
  return { operations, throttled };
}

function partsOf(): ScaleParts {
  const { consumers: lines, ...common } = servers.configuration;
  s3.objects.set(`${MANIFEST.bucket}/${MANIFEST.key}`, lines.map((line) => JSON.stringify(line)).join('\n'));
  const rates = { secretsManagerWritesPerSecond: rate, influxdbCallsPerSecond: 100_000 };
  // For lists of so many rows, on a machine with other work.
  const base = { ...common, limits: { ...rates, callTimeout: '2m' } };
  const region = 'us-east-1';
  const secretsManager = { endpoint: servers.secretsManagerUrl, region, credentials: CREDENTIALS };
  const log = () => {};
  return {
    ...{ base, clock: systemClock, secretsManager, events: undefined, environment: {} },
    settings: { manifest: MANIFEST, work: WORK, batchSize, maxConcurrency, longestMs: 86_400_000 },
    s3: { endpoint: s3.url, region, credentials: CREDENTIALS, forcePathStyle: true },
    createHandler: (options) => createHandler({ publishMetrics: () => {}, secretsManager, log, ...options }),
    createLog: () => log,
    publishAll: () => {},
  };
}

/** As the map does: the next begins when one has ended. */
async function inBatches(batches: number, act: (batch: number) => Promise<void>): Promise<void> {
  const next = [...Array(batches).keys()].values();
  const work = async () => {
    for (const batch of next) await act(batch);
  };
  await Promise.all(Array.from({ length: maxConcurrency }, work));
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly took: number; readonly result: T }> {
  const begin = performance.now();
  const result = await act();
  return { took: performance.now() - begin, result };
}

function tell(what: string, ms: number): void {
  console.log(`${what}: ${seconds(ms)}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
