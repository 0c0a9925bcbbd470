import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Auditor } from '../../demo/auditor.ts';
import { World } from '../../demo/world.ts';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { parseMarker } from '../../lambda/engine/marker.ts';
import { WallClock } from './wall-clock.ts';

// npm run test:kill: the bundle in a process of its own, killed at random moments, while the servers live on.

const KILLS = Number(process.argv[2] ?? 200);
const CONSUMERS = 12;
const BUNDLE = 'dist/handler';

const FILE = {
  deployment: 'killed',
  schedule: '1s',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  defaults: { gracePeriod: '2s', holdPeriod: '1s', rotateEvery: '12s', maxTokenAge: '60s', consumerCacheTtl: '1s' },
  limits: { functionTimeout: '3s', callTimeout: '1s', requestLife: '2s', clockTolerance: '2s', lease: '8s' },
  consumers: Array.from({ length: CONSUMERS }, (_, index) => ({
    name: `c${index}`,
    secret: `influxdb/acme/c${index}`,
    owner: 'svc-all',
    read: ['telemetry'],
    write: ['telemetry'],
  })),
};

const configuration = parseConfiguration(FILE, 'the test');
const world = await World.create({ configuration, clock: new WallClock(0) });
const auditor = new Auditor(world, { healthy: false, maxLive: 3 });
for (const server of [world.influxdb, world.secretsManager])
  server.faults.intercept(() => {
    auditor.inspect();
    return undefined;
  });
const folder = mkdtempSync(join(tmpdir(), 'handler-'));
cpSync(BUNDLE, folder, { recursive: true });
let killed = 0;
let finished = 0;
try {
  configure('12s');
  const longest = await timeOf(invoke);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const outcome = await invoke(Math.random() * 1.2 * longest);
    if (outcome === 'killed') killed += 1;
    else finished += 1;
    auditor.inspect();
  }
  // Nothing becomes due any more: what is left is only to be tidied up.
  configure('30d');
  const clean: unknown[] = [];
  for (let run = 0; run < 4; run += 1) {
    await new Promise((wake) => setTimeout(wake, 11_000));
    clean.push(await invoke());
    auditor.inspect();
  }
  const rows = world.influxdb.store
    .authorizations()
    .filter(({ description }) => parseMarker(description) !== undefined);
  const working = configuration.consumers.filter(({ secret }) => {
    const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
    const current = versions.find(({ stages }) => stages.has('AWSCURRENT'))?.value ?? '{}';
    return world.influxdb.store.statusOf((JSON.parse(current) as { token?: string }).token ?? '') === 'active';
  });
  const result = {
    killed,
    finished,
    calls: world.calls,
    consumers: CONSUMERS,
    workingInTheEnd: working.length,
    tokensInTheEnd: rows.length,
    lastRun: clean.at(-1),
    violations: auditor.violations,
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  const good =
    auditor.violations.length === 0 && rows.length === CONSUMERS && working.length === CONSUMERS && killed > 0;
  process.exitCode = good ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
  await world.close();
}

/** Puts the configuration beside the bundle, where the handler looks for it. */
function configure(rotateEvery: string): void {
  const defaults = { ...FILE.defaults, rotateEvery, maxTokenAge: '60d' };
  const file = { ...FILE, defaults, influxdb: { ...FILE.influxdb, url: world.influxdb.url } };
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify(file));
}

/** One invocation in a new process; `killed` if it was ended by SIGKILL after `killAfterMs`. */
function invoke(killAfterMs?: number): Promise<unknown> {
  return new Promise((settle) => {
    const child = fork(resolve('test/processes/invoke.cjs'), [join(folder, 'index.cjs'), '3000'], {
      silent: true,
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    let answer: unknown;
    child.on('message', (message) => {
      answer = message;
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('exit', (_code, signal) => {
      clearTimeout(timer);
      settle(signal === 'SIGKILL' ? 'killed' : answer);
    });
  });
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}
