import { fork } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { FILE, PART_FILES } from '../../../scripts/bundle/bundle.ts';
import { Auditor } from '../../../simulation/auditor.ts';
import { World } from '../../../simulation/world.ts';
import { EvidenceJudge } from '../evidence/judge.ts';
import type { Request } from '../model/commands.ts';
import { Mints } from '../model/mints.ts';
import { Promises } from '../model/promises.ts';
import { count } from '../spread.ts';
import { WallClock } from './wall-clock.ts';

// npm run explore:kills: the bundle in a process of its own, killed at random moments, while the servers live on. Half
// of the invocations are commands. --kills N: how many (default 200).

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' } } });
const KILLS = count('kills', values.kills);
const CONSUMERS = 20;
/** Consumers that were served once, and are configured no longer: `retire` ends their tokens. */
const GONE = 6;

const CONFIGURATION = {
  deployment: 'killed',
  schedule: '1m',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  defaults: { gracePeriod: '2s', holdPeriod: '1s', rotateEvery: '14s', maxTokenAge: '60d', consumerCacheTtl: '1s' },
  limits: { functionTimeout: '4s', callTimeout: '1s', requestLife: '3s', clockTolerance: '2s', lease: '10s' },
  consumers: Array.from({ length: CONSUMERS }, (_, index) => ({
    name: `c${index}`,
    secret: `influxdb/acme/c${index}`,
    owner: 'svc-all',
    read: ['telemetry'],
    write: ['telemetry'],
    // At different times, so that nearly every run has something to do.
    rotateEvery: `${14 + index}s`,
  })),
};

/** What a run may take that must be able to finish, however slow the machine is. */
const PATIENT_MS = 10_000;

const AT_FIRST = {
  ...CONFIGURATION,
  consumers: [
    ...CONFIGURATION.consumers,
    ...Array.from({ length: GONE }, (_, index) => ({
      name: `gone${index}`,
      secret: `influxdb/acme/gone${index}`,
      owner: 'svc-all',
      read: ['telemetry'],
      write: [],
      rotateEvery: '30d',
    })),
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'handler-'));
const configuration = parseConfiguration(CONFIGURATION, 'the test');
const world = await World.create({ configuration: parseConfiguration(AT_FIRST, 'the test'), clock: new WallClock(0) });
const auditor = new Auditor(world, { healthy: false, maxLive: Number.POSITIVE_INFINITY, commandsKeep: false });
const promises = new Promises(world, auditor.violations);
const mints = new Mints(world, auditor.violations);
const evidence = new EvidenceJudge(world, { texts: evidenceTexts });
/** Told of every call that arrives. */
let onCall = () => {};
for (const server of [world.influxdb, world.secretsManager])
  server.faults.intercept(() => {
    auditor.inspect();
    promises.look();
    mints.look();
    evidence.look();
    onCall();
    return undefined;
  });
const bundle = join(folder, 'index.cjs');
copyFileSync(FILE, bundle);
for (const file of PART_FILES) copyFileSync(file, join(folder, basename(file)));
let killed = 0;
let killedAfterWrite = 0;
let killedCommands = 0;
let finished = 0;
try {
  configure(patient(AT_FIRST));
  await invoke(undefined, undefined, PATIENT_MS);
  if (workingConsumers(AT_FIRST) < AT_FIRST.consumers.length) throw new Error('the first run did not serve everybody');
  configure(CONFIGURATION);
  world.configuration = { ...world.configuration, consumers: configuration.consumers };
  auditor.accept();
  mints.accept();
  evidence.accept();
  // About as long as a run takes from its first call on; it follows the machine's mood.
  let typicalMs = 200;
  while (killed < KILLS) {
    const writesBefore = writes();
    const request = aRequest();
    const { wasKilled, workedMs } = await invoke(request, Math.random() * typicalMs);
    if (!wasKilled) finished += 1;
    else killed += 1;
    if (wasKilled && writes() > writesBefore) {
      killedAfterWrite += 1;
      if (request !== undefined) killedCommands += 1;
    }
    typicalMs = wasKilled ? typicalMs * 1.05 : (typicalMs + workedMs) / 2;
    auditor.inspect();
  }
  // After one clean run everybody has access, after three, each after lease, grace and hold, all is tidy.
  configure(patient(CONFIGURATION));
  for (const authorizationId of goneIds()) await invoke(retire(authorizationId), undefined, PATIENT_MS);
  const working: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    await sleep(18_000);
    await invoke(undefined, undefined, PATIENT_MS);
    auditor.inspect();
    promises.look();
    working.push(workingConsumers());
  }
  const tokens = world.influxdb.store.authorizations().filter(({ description }) => parseMarker(description)).length;
  evidence.judge();
  const violations = [...auditor.violations, ...evidence.violations, ...evidence.missing()];
  process.stdout.write(
    `${[...violations, ''].join('\n')}${evidenceTexts().length} files of evidence; ${killed} runs killed, ${killedAfterWrite} of them after a write (${killedCommands} commands), ${finished} finished first; ` +
      `${violations.length} violations; of ${CONSUMERS} consumers ${working[0]} have access after one clean run, ` +
      `${working[2]} after three, with ${tokens} tokens left\n`,
  );
  const good = violations.length === 0 && tokens === CONSUMERS && working.every((number) => number === CONSUMERS);
  process.exitCode = good ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
  await world.close();
}

function workingConsumers({ consumers }: Pick<typeof CONFIGURATION, 'consumers'> = CONFIGURATION): number {
  const current = consumers.map(({ secret }) => {
    const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
    return versions.find(({ stages }) => stages.has('AWSCURRENT'))?.value ?? '{}';
  });
  const tokens = current.map((text) => (JSON.parse(text) as { token?: string }).token ?? '');
  return tokens.filter((token) => world.influxdb.store.statusOf(token) === 'active').length;
}

/** Calls so far that can have changed something. */
function writes(): number {
  const { influxdb, secretsManager } = world;
  const reads = /^(GET|HEAD) |^POST \/api\/v2\/write|^(BatchGet|Get|Describe)/;
  return [...influxdb.calls, ...secretsManager.calls].filter(({ operation }) => !reads.test(operation)).length;
}

/** Puts the configuration beside the bundle, where the handler looks for it. */
function configure(file: typeof CONFIGURATION): void {
  const influxdb = { ...file.influxdb, url: world.influxdb.url };
  const whole = { ...file, influxdb, evidence: { folder: join(folder, 'evidence') } };
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify(whole));
}

/** Nothing becomes due, and a run has all the time that it needs. */
function patient(file: typeof CONFIGURATION): typeof CONFIGURATION {
  const limits = { ...file.limits, functionTimeout: `${PATIENT_MS / 1000}s`, lease: '16s' };
  return { ...file, limits, consumers: file.consumers.map((consumer) => ({ ...consumer, rotateEvery: '30d' })) };
}

/** Half of them are undefined, for an ordinary run. */
function aRequest(): Request | undefined {
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(Math.random() * from.length)];
  const consumer = pick(configuration.consumers)?.name ?? '';
  const older = pick(configuration.consumers.filter(({ name }) => rowsOf(name) > 1))?.name ?? consumer;
  const gone = pick(goneIds());
  const reason = 'a test';
  const commands: readonly Request[] = [
    { action: 'rotate', consumers: [consumer], reason },
    { action: 'rotate', compromised: true, consumers: [consumer], reason },
    { action: 'reactivate', for: '5s', consumer: older, reason },
    { action: 'rollback', consumer: older, reason },
    { action: 'check' },
    ...(gone === undefined ? [] : [retire(gone)]),
  ];
  return Math.random() < 0.5 ? undefined : pick(commands);
}

/** The oldest first. */
function evidenceTexts(): string[] {
  const at = join(folder, 'evidence', CONFIGURATION.deployment);
  try {
    const names = readdirSync(at).filter((name) => name.endsWith('.jsonl'));
    return names
      .sort()
      .reverse()
      .map((name) => readFileSync(join(at, name), 'utf8'));
  } catch {
    return [];
  }
}

function rowsOf(consumer: string): number {
  const all = world.influxdb.store.authorizations();
  return all.filter(({ description }) => parseMarker(description)?.consumer === consumer).length;
}

function retire(authorizationId: string): Request {
  return { action: 'retire', authorizationId, reason: 'a test' };
}

/** The authorizations of consumers that are gone, and were not switched off yet. */
function goneIds(): string[] {
  return world.influxdb.store
    .authorizations()
    .filter(({ status, description }) => status === 'active' && parseMarker(description)?.consumer.startsWith('gone'))
    .map(({ id }) => id);
}

/** One invocation in a new process, ended by SIGKILL `killAfterMs` after its first call, if it lives that long. */
function invoke(
  request?: Request,
  killAfterMs?: number,
  timeoutMs = 4000,
): Promise<{ readonly wasKilled: boolean; readonly workedMs: number }> {
  if (request?.authorizationId !== undefined) auditor.mayEnd(request.authorizationId);
  return new Promise((settle) => {
    const event = JSON.stringify(request ?? { action: 'run' });
    const child = fork(resolve('test/explore/kills/invoke.cjs'), [bundle, String(timeoutMs), event], {
      silent: true,
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    let timer: NodeJS.Timeout | undefined;
    let beganAt = performance.now();
    onCall = () => {
      onCall = () => {};
      // Only now: what the process before this one had sent has arrived.
      mints.begin();
      if (request !== undefined) mints.ask(request);
      mints.look();
      beganAt = performance.now();
      if (killAfterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    };
    child.on('message', (report) => promises.judge(report as RunReport, request, killAfterMs === undefined));
    child.on('exit', (_code, signal) => {
      clearTimeout(timer);
      settle({ wasKilled: signal === 'SIGKILL', workedMs: performance.now() - beganAt });
    });
  });
}
