import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { isCensusDue } from '../../../lambda/evidence/census.ts';
import { configurationHash } from '../../../lambda/evidence/configuration-hash.ts';
import type { Deed } from '../../../lambda/evidence/deed.ts';
import { EvidenceRecord } from '../../../lambda/evidence/record.ts';
import { TOOL } from '../../../lambda/evidence/tool.ts';
import type { EventCode } from '../../../lambda/log/events.ts';
import type { Call } from '../../../local/http/faults.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { pendingVersion, STEPS, serve, stepOf } from '../../builders/a-serviced-secret.ts';
import { EvidenceJudge } from '../../explore/evidence/judge.ts';

const PENDING = '5f0c0000-0000-4000-8000-000000000000';
const DOWN = { fails: new Error('the store is down') };

let scene: Scene;
let store: EvidenceMemory;
let judge: EvidenceJudge;

async function open(...consumers: Parameters<typeof aConsumer>[0][]): Promise<void> {
  store = new EvidenceMemory();
  const all = consumers.map((settings) => aConsumer({ proof: true, ...settings }));
  scene = await Scene.open({ configuration: aConfiguration(all), evidence: store });
  judge = new EvidenceJudge(scene.world, { texts: () => store.texts });
  scene.watch(() => judge.look());
}

beforeEach(() => open({}));
afterEach(async () => {
  judge.judge();
  expect(judge.violations).toEqual([]);
  await scene.close();
});

function records(): EvidenceRecord[] {
  const lines = store.texts.flatMap((text) => text.trimEnd().split('\n'));
  return lines.map((line) => EvidenceRecord.parse(JSON.parse(line)));
}

function deeds(): Deed[] {
  return records().flatMap((record) =>
    record.kind === 'consumer' || record.kind === 'intent' ? (record.deeds ?? []) : [],
  );
}

/** What one run, or what is given instead, put on record: the kinds of the records of each file. */
async function filesOf(act: () => Promise<unknown> = () => scene.run()): Promise<string[][]> {
  const before = store.texts.length;
  await act();
  const kindsIn = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as EvidenceRecord).kind);
  return store.texts.slice(before).map(kindsIn);
}

const later = (ms: number) => scene.world.clock.advance(ms);

describe('a run that does something', () => {
  it('writes one file: what was done, which deletion will follow, and the run', async () => {
    expect(await filesOf()).toEqual([['consumer', 'run']]);
    later(30 * DAY);
    expect(await filesOf()).toEqual([['consumer', 'run']]);
    later(25 * HOUR);
    expect(await filesOf()).toEqual([['consumer', 'intent', 'run']]);
    later(25 * HOUR);
    expect(await filesOf()).toEqual([['consumer', 'run']]);
    expect(deeds().map(({ what }) => what)).toEqual([
      ...['minted', 'stored', 'activated', 'verified', 'promoted'],
      ...['minted', 'stored', 'activated', 'verified', 'promoted'],
      ...['switched-off', 'deleted', 'refused'],
    ]);
    expect(records().at(-1)).toMatchObject({
      asked: { action: 'run' },
      tool: TOOL,
      counts: { deleted: 1 },
      records: 1,
    });
  });

  it('answers with the head of the chain', async () => {
    const lines: unknown[] = [];
    const log = (code: EventCode, fields: object) => void (code === 'EVIDENCE_WRITTEN' && lines.push(fields));
    const { evidence } = await scene.run('run', { log });
    const [written] = lines as { last: number; hash: string }[];
    expect(evidence).toEqual({ result: 'written', head: { number: written?.last, hash: written?.hash } });
  });

  it('puts a deletion that was not announced on record before it, in a file of its own', async () => {
    await scene.run();
    later(HOUR);
    const leaked = { action: 'rotate', consumers: ['telegraf'], reason: 'it was in a log', compromised: true };
    expect(await filesOf(() => scene.run(leaked))).toEqual([['intent'], ['consumer', 'run']]);
    expect(records().at(-1)).toMatchObject({ asked: { action: 'rotate', reason: 'it was in a log' } });
    expect(deeds().findLast(({ what }) => what === 'deleted')).toMatchObject({ reasonCode: 'COMPROMISED' });
  });

  it('puts all deletions that it plans on record at once', async () => {
    await scene.world.close();
    await open({}, { name: 'grafana' });
    await scene.run();
    later(30 * DAY);
    await scene.run();
    later(25 * HOUR);
    // So that the switch-off is not on record.
    store.fault = () => DOWN;
    await scene.run();
    store.fault = undefined;
    later(25 * HOUR);
    expect(await filesOf()).toEqual([
      ['intent', 'intent'],
      ['consumer', 'consumer', 'run'],
    ]);
  });

  it('says which rotation by Secrets Manager it was, step by step', async () => {
    await scene.world.close();
    await open({ rotation: 'secrets-manager' });
    serve(scene);
    await pendingVersion(scene, PENDING);
    for (const each of STEPS) await scene.world.step(stepOf(scene, each, PENDING));
    expect(deeds().map(({ what }) => what)).toEqual(['minted', 'stored', 'activated', 'verified', 'promoted']);
    expect(records().filter(({ kind }) => kind === 'run')).toMatchObject([{ asked: { action: 'step' } }, {}, {}, {}]);
  });

  it('is put on record of a check, too, whose trial is deleted again', async () => {
    await scene.run();
    later(2 * HOUR);
    expect(await filesOf(() => scene.run('check'))).toEqual([['intent'], ['consumer', 'run']]);
    expect(deeds().slice(-2)).toMatchObject([{ what: 'minted' }, { what: 'deleted', found: 'inactive' }]);
  });
});

describe('an idle run', () => {
  it('makes not one call more, except for the census of the day', async () => {
    await scene.run();
    later(4 * HOUR);
    const before = store.calls;
    const files: string[][] = [];
    let callsOfOthers = 0;
    for (let hour = 0; hour < 24; hour += 1) {
      later(HOUR);
      const calls = store.calls;
      const written = await filesOf();
      files.push(...written);
      if (written.length === 0) callsOfOthers += store.calls - calls;
    }
    expect(files).toEqual([['census']]);
    // The run after the census may not know that it was made.
    expect(callsOfOthers).toBeLessThanOrEqual(3);
    expect(store.calls - before).toBeLessThan(10);
  });

  it.each([1, 6, 24, 72])('on a schedule of %i hours makes one census a day, or one a run', async (hours) => {
    await scene.world.close();
    store = new EvidenceMemory();
    const configuration = { ...aConfiguration([aConsumer()]), scheduleMs: hours * HOUR };
    scene = await Scene.open({ configuration, evidence: store });
    judge = EvidenceJudge.of(scene.world);
    for (let passed = 0; passed < 12 * 24; passed += hours) {
      await scene.run();
      later(hours * HOUR + 20_000);
    }
    const days = records().filter(({ kind }) => kind === 'census').length;
    expect(days).toBeGreaterThanOrEqual(12 / Math.max(1, hours / 24) - 1);
    expect(days).toBeLessThanOrEqual(12 / Math.max(1, hours / 24) + 1);
  });

  it('is counted in the census with its owner, its reach, its age and its proofs of life', async () => {
    await scene.world.close();
    await open({ probe: 'daily' });
    await scene.run();
    for (let hour = 0; hour < 30; hour += 1) {
      later(HOUR);
      await scene.run();
    }
    const census = records().findLast(({ kind }) => kind === 'census');
    expect(census).toMatchObject({
      ...{ page: 1, pages: 1, unmanaged: { count: 0, authorizationIds: [], shared: [] } },
      entries: [
        {
          ...{ consumer: 'telegraf', owner: 'svc-telegraf', reach: ['reads telemetry', 'writes telemetry'] },
          ...{ state: 'idle', code: 'NEXT_ROTATION', access: 'works', rotateEveryMs: 30 * DAY },
          ...{ tokens: [{ role: 'current', status: 'active' }], proofs: { count: expect.any(Number) } },
        },
      ],
    });
  });

  it('of a look leaves nothing', async () => {
    await scene.run();
    later(30 * DAY);
    const calls = store.calls;
    for (const action of ['plan', 'status'] as const) expect(await filesOf(() => scene.run(action))).toEqual([]);
    expect(store.calls).toBe(calls);
  });
});

describe('evidence that cannot be written', () => {
  it('stops nothing, and is reconstructed after a week, with the times of the servers', async () => {
    await scene.run();
    judge = new EvidenceJudge(scene.world, { texts: () => store.texts, keepsIntents: false });
    scene.watch(() => judge.look());
    const codes: string[] = [];
    store.fault = () => DOWN;
    later(30 * DAY);
    const began = scene.world.clock.now();
    const { evidence, counts } = await scene.run('run', { log: (code) => codes.push(code) });
    expect([evidence, counts.rotated]).toEqual([{ result: 'failed' }, 1]);
    expect(codes.filter((code) => code === 'EVIDENCE_NOT_WRITTEN')).toHaveLength(1);
    const { authorizationId, id: versionId } = (await scene.value()).rotation;
    later(25 * HOUR);
    await scene.run();
    const off = scene.rows.find(({ status }) => status === 'inactive');
    for (let hour = 0; hour < 6 * 24; hour += 1) {
      later(HOUR);
      await scene.run();
    }
    expect(scene.rows).toHaveLength(1);
    store.fault = undefined;
    for (let hour = 0; hour < 25; hour += 1) {
      later(HOUR);
      await scene.run();
    }
    const found = deeds().filter(({ reconstructed }) => reconstructed);
    const at = new Date(began).toISOString();
    // Its row, which showed when it was switched off, is gone.
    expect(found).toMatchObject([
      {
        what: 'deleted',
        found: 'gone',
        between: ['2026-01-01T00:00:00.000Z', expect.any(String)],
        authorizationId: off?.id,
      },
      { what: 'minted', at, authorizationId, versionId },
      { what: 'activated', at, authorizationId },
      { what: 'stored', at, authorizationId, versionId },
      { what: 'promoted', between: [at, expect.any(String)], authorizationId, versionId },
    ]);
    expect(judge.missing()).toEqual([]);
  });

  it.each([
    ['which was young then', MINUTE],
    ['which was old then', 2 * HOUR],
  ])('leaves nothing out of a token that one killed run made, and another deleted, %s', async (_name, age) => {
    await scene.run();
    judge.look();
    later(30 * DAY);
    await scene.runKilledAt(({ operation }) => operation === 'UpdateSecretVersionStage', 'after');
    const made = scene.rows.at(-1);
    judge.look();
    expect(made).toMatchObject({ status: 'active' });
    later(age);
    const leaked = { action: 'rotate', consumers: ['telegraf'], reason: 'it was in a log', compromised: true };
    const isItsEnd = ({ method, path }: Call) => method === 'DELETE' && path.endsWith(made?.id ?? '-');
    await scene.runKilledAt(isItsEnd, 'after', leaked);
    judge.look();
    expect(scene.rows.map(({ id }) => id)).not.toContain(made?.id);
    for (let hours = 0; hours < 25; hours += 1) {
      later(HOUR);
      await scene.run();
    }
    const ofIt = deeds().filter(({ authorizationId }) => authorizationId === made?.id);
    expect(ofIt).toMatchObject([
      { what: 'minted', reconstructed: true },
      { what: 'activated', reconstructed: true },
      { what: 'noted-compromised', reasonCode: 'REQUESTED' },
      { what: 'deleted', found: 'gone', reconstructed: true, between: [expect.any(String), expect.any(String)] },
    ]);
    expect(judge.missing()).toEqual([]);
  });

  it('leaves nothing out that was young when a run looked, and older than a lease when it told what it saw', async () => {
    await scene.run();
    judge.look();
    later(30 * DAY);
    await scene.runKilledAt(({ operation }) => operation === 'UpdateSecretVersionStage', 'after');
    scene.watch(() => judge.look());
    const { clock, configuration, influxdb } = scene.world;
    const { createdAt } = influxdb.store.storedAuthorizations().at(-1) ?? {};
    later(Date.parse(String(createdAt)) + configuration.limits.leaseMs - 5_000 - clock.now());
    store.fault = ({ operation }) => (operation === 'list' ? { before: () => later(MINUTE) } : undefined);
    const { counts } = await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'a release' });
    expect(counts.rotated).toBe(1);
    store.fault = undefined;
    for (let hours = 0; hours < 30; hours += 1) {
      later(HOUR);
      await scene.run();
    }
    expect(judge.missing()).toEqual([]);
  });

  it('is written at the end by a run whose first looks failed', async () => {
    await scene.run();
    later(30 * DAY);
    const before = store.calls;
    store.fault = ({ number }) => (number === before + 1 ? DOWN : undefined);
    const { evidence } = await scene.run();
    expect(evidence?.result).toBe('written');
  });

  it('delays a run by little where each answer takes long', async () => {
    await scene.run();
    later(30 * DAY);
    store.fault = () => ({ before: () => later(9_000) });
    const startedAt = scene.world.clock.now();
    const { counts } = await scene.run();
    expect(counts.rotated).toBe(1);
    expect(scene.world.clock.now() - startedAt).toBeLessThan(2 * MINUTE);
  });
});

describe('what is on record already', () => {
  it.each([
    ['rotated', { action: 'rotate', consumers: ['telegraf'], reason: 'a release' }],
    ['told that it leaked', { action: 'rotate', consumers: ['telegraf'], reason: 'a log', compromised: true }],
    ['rolled back', { action: 'rollback', consumer: 'telegraf', reason: 'a release' }],
  ])('is not reconstructed, whenever the census comes: %s', async (_name, request) => {
    await scene.run();
    later(3 * HOUR);
    if (request.action === 'rollback') await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'it' });
    for (let hour = 0; hour < 30; hour += 1) {
      later(HOUR);
      await scene.run();
      const { clock, configuration } = scene.world;
      if (![0, 1, 2].some((after) => isCensusDue(configuration, clock.now() + after * HOUR))) continue;
      const restore = scene.world.save();
      later(MINUTE);
      await scene.run(request);
      for (let run = 0; run < 5; run += 1) {
        await scene.run();
        later(HOUR);
      }
      expect([hour, deeds().filter(({ reconstructed }) => reconstructed)]).toEqual([hour, []]);
      judge.judge();
      expect(judge.violations).toEqual([]);
      restore();
      judge = EvidenceJudge.of(scene.world);
    }
  });
});

it('two runs at once put both what they did on record, one after the other', async () => {
  await scene.world.close();
  await open({}, { name: 'grafana' });
  const request = (name: string) => ({ action: 'rotate', consumers: [name], reason: 'a race' });
  await Promise.all([scene.run(request('telegraf')), scene.run(request('grafana'))]);
  const files = store.texts.map((text) => (JSON.parse(text.split('\n')[0] ?? '') as EvidenceRecord).runId);
  expect(new Set(files).size).toBe(2);
  expect(records().map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});

it('without evidence the servers get the very same calls', async () => {
  const callsOf = async () => {
    await scene.run();
    later(30 * DAY);
    await scene.run();
    return [...scene.world.influxdb.calls, ...scene.world.secretsManager.calls].map(({ operation }) => operation);
  };
  const withIt = await callsOf();
  await scene.world.close();
  scene = await Scene.open({ configuration: aConfiguration([aConsumer({ proof: true })]) });
  judge = new EvidenceJudge(scene.world, { texts: () => [], keepsIntents: false });
  expect(await callsOf()).toEqual(withIt);
});

describe('what a record refers to', () => {
  it('is the version of the package', () => {
    const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(TOOL).toBe(`${name.split('/').at(-1)} ${version}`);
  });

  it('is the configuration, however it is written', () => {
    const file = JSON.parse(readFileSync('demo/rotation.json', 'utf8'));
    const turned = Object.fromEntries(Object.entries(file).toReversed());
    const hash = configurationHash(parseConfiguration(file));
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(configurationHash(parseConfiguration(turned))).toBe(hash);
    expect(configurationHash(parseConfiguration({ ...file, schedule: '2h' }))).not.toBe(hash);
  });
});

it('with evidence, the end of each old token is proven, unless the configuration says otherwise', () => {
  const file = JSON.parse(readFileSync('demo/rotation.json', 'utf8')) as { consumers: { proof?: boolean }[] };
  const [consumer] = file.consumers;
  const proofOf = (more: object, proof?: boolean) =>
    parseConfiguration({ ...file, defaults: {}, ...more, consumers: [{ ...consumer, proof }] }).consumers[0]?.proof;
  const evidence = { bucket: 'the-evidence' };
  expect([proofOf({}), proofOf({ evidence }), proofOf({ evidence }, false)]).toEqual([false, true, false]);
});
