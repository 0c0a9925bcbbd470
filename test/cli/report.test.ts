import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FORMATS } from '../../cli/report/format.ts';
import type { Report } from '../../cli/report/model.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, type Seen, type } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { anEvidence, writeEvidence } from '../builders/an-evidence.ts';

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync('report.schema.json', 'utf8')),
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function reportIn({ out }: Seen): Report {
  const report = JSON.parse(out);
  validate(report);
  expect(validate.errors ?? []).toEqual([]);
  return report;
}

describe('of evidence alone, where no function is', () => {
  const NOWHERE = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9', ...fakeCredentials() };
  const END = Date.UTC(2026, 4, 1);
  const evidence = anEvidence({ consumers: 12, days: 120, from: END - 120 * DAY });
  beforeEach(() => writeEvidence(folder, evidence));

  const report = (...args: string[]): Promise<Seen> =>
    type(['report', '--evidence', folder, '--to', '2026-04-30', ...args], NOWHERE, folder);
  const ofProd = (...args: string[]) => report('--deployment', 'prod', ...args);

  it('as JSON, it is what the published schema says, and has the head to note', async () => {
    const seen = await ofProd('--format', 'json');
    expect([seen.code, seen.err]).toEqual([
      0,
      'the function was not asked how everything is now, since the period is over\n',
    ]);
    const { sources, from, to, consumers } = reportIn(seen);
    expect([from, to]).toEqual(['2026-01-31T00:00:00.000Z', '2026-05-01T00:00:00.000Z']);
    expect(sources.evidence).toMatchObject({
      isVerified: true,
      head: { number: evidence.records.length, hash: evidence.hashes.at(-1) },
    });
    expect(consumers).toHaveLength(12);
    expect((await ofProd('--json')).out.replace(/"at": .*\n/, '')).toBe(seen.out.replace(/"at": .*\n/, ''));
  });

  it('as a table, a page and OSCAL, it is written into a file, and over none', async () => {
    for (const [format, begins] of [
      ['csv', '\uFEFF"consumer",'],
      ['html', '<!doctype html>'],
      ['oscal', '{\n  "assessment-results"'],
    ] as const) {
      const file = join(folder, `report.${format}`);
      expect(await ofProd('--format', format, '--output', file)).toMatchObject({ code: 0, out: '' });
      const text = readFileSync(file, 'utf8');
      expect(text.startsWith(begins)).toBe(true);
      const again = await ofProd('--format', format, '--output', file);
      expect([again.code, again.err]).toEqual([
        2,
        `${file} is there already, and is not written over: give another name, or remove it\n`,
      ]);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('a broken chain is told, and fails the command', async () => {
    const [, , third] = evidence.files;
    const file = join(folder, 'prod', third?.name ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('works', 'worms'));
    const seen = await ofProd('--json');
    expect(seen.code).toBe(1);
    expect(seen.err).toMatch(
      /^the chain of records is broken: record \d+ was changed: record \d+ has another hash of it$/m,
    );
    const { sources, figures, controls } = reportIn(seen);
    expect([sources.evidence?.isVerified, figures.chainProblems?.value]).toEqual([false, 1]);
    expect(controls.find(({ number }) => number === 'AU-9')?.result).toBe('not-supported');
  });

  it('with --local, the configuration says where the evidence is, and whose', async () => {
    const influxdb = { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' };
    const consumer = { name: 'telegraf', secret: 'influxdb/telegraf', owner: 'svc-telegraf', read: ['telemetry'] };
    const configuration = { deployment: 'prod', evidence: { folder }, influxdb, consumers: [consumer] };
    const config = join(folder, 'rotation.json');
    writeFileSync(config, JSON.stringify(configuration));
    const seen = await type(['report', '--local', '--config', config, '--to', '2026-04-30', '--json'], NOWHERE, folder);
    expect(seen.code).toBe(0);
    expect(reportIn(seen).consumers).toHaveLength(12);
  });

  it.each([
    ['without the name of the deployment', [], 'say whose evidence is read: --deployment NAME'],
    ['of a day that is none', ['--deployment', 'prod', '--from', '2026-13-01'], '--from 2026-13-01 is no time'],
    ['in another format', ['--deployment', 'prod', '--format', 'pdf'], 'Allowed choices are html, csv, json, oscal'],
    [
      'into a folder that is not there',
      ['--deployment', 'prod', '--output', 'no/r.html'],
      'cannot be written (ENOENT)',
    ],
  ])('%s it is refused', async (_, args, message) => {
    const seen = await report(...args);
    expect([seen.code, seen.out]).toEqual([2, '']);
    expect(seen.err).toContain(message);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });

  it('a place without evidence of the deployment is said to have none', async () => {
    const seen = await report('--deployment', 'other', '--json');
    expect(seen.err).toContain(`${folder} has no evidence of other`);
    expect(reportIn(seen).controls.filter(({ result }) => result === 'supported')).toEqual([]);
  });
});

describe('without evidence', () => {
  let scene: Scene;
  let deployed: DeployedFunction;
  const tokens = new Set<string>();
  beforeEach(async () => {
    const consumers = ['telegraf', 'grafana'].map((name) =>
      aConsumer({ name, rotateEveryMs: 2 * DAY, probe: 'daily', proof: true }),
    );
    scene = await Scene.open({ configuration: aConfiguration(consumers), startsAt: Date.now() - 10 * DAY });
    deployed = await deployedIn(scene.world);
    // Half a day more or less does not matter here.
    while (scene.world.clock.now() + 6 * HOUR <= Date.now()) {
      await deployed.scheduledRun();
      for (const { name } of consumers) {
        scene.secret = `influxdb/acme/${name}`;
        tokens.add((await scene.value()).token);
      }
      scene.world.clock.advance(6 * HOUR);
    }
  });
  afterEach(async () => {
    await deployed.close();
    await scene.close();
  });

  const report = (...args: string[]): Promise<Seen> => type(['report', ...args], deployed.env, folder);

  it('it says what the function and its log know, and what is missing', async () => {
    const seen = await report('--format', 'json');
    expect(seen.code).toBe(0);
    expect(seen.err).toMatch(/^there is no evidence, so owners, .* are not in the report/);
    const { sources, figures, consumers, done, controls } = reportIn(seen);
    expect(Object.keys(sources).toSorted()).toEqual(['log', 'missing', 'status']);
    const rotations = figures.rotations?.value ?? 0;
    expect(rotations).toBeGreaterThanOrEqual(8);
    expect(figures).toMatchObject({ verified: { value: rotations }, consumers: { value: 2 }, unmanaged: { value: 0 } });
    expect(figures.refused?.value).toBe(figures.deleted?.value);
    expect(figures.failures).toBeUndefined();
    expect(done.filter(({ what }) => what === 'promoted')).toHaveLength(rotations);
    for (const { tokens: lives, lastRotationAt, policy } of consumers) {
      expect(lives.filter(({ refusedAt }) => refusedAt !== undefined).length).toBeGreaterThan(1);
      expect(lives.filter(({ role, status }) => role === 'current' && status === 'active')).toHaveLength(1);
      expect(Date.now() - Date.parse(lastRotationAt ?? '')).toBeLessThan(3 * DAY);
      expect(policy).toEqual({ maxTokenAgeMs: 35 * DAY });
    }
    expect(controls.find(({ number }) => number === 'AU-12')?.result).toBe('no-evidence');
  });

  it('no token is in it, in any format', async () => {
    expect(tokens.size).toBeGreaterThan(6);
    for (const format of FORMATS) {
      const { code, out, err } = await report('--format', format);
      expect([format, code]).toEqual([format, 0]);
      expect([...tokens].filter((token) => `${out}${err}`.includes(token.slice(0, 40)))).toEqual([]);
    }
  });
});

describe('of evidence and of the function that writes it', () => {
  let scene: Scene;
  let deployed: DeployedFunction;
  beforeEach(async () => {
    const until = Date.now() + 30 * DAY;
    const exempt = { reason: 'the =plant runs', approvedBy: 'K. Sommer', until };
    const consumers = [
      aConsumer({ name: 'telegraf', rotateEveryMs: 2 * DAY, proof: true }),
      aConsumer({ name: 'grafana', rotateEveryMs: 2 * DAY, maxTokenAgeMs: 4 * DAY, exception: exempt }),
    ];
    const configuration = aConfiguration(consumers, { evidence: { folder } });
    scene = await Scene.open({ configuration, startsAt: Date.now() - 8 * DAY });
    deployed = await deployedIn(scene.world);
    while (scene.world.clock.now() + HOUR <= Date.now()) {
      await deployed.scheduledRun();
      scene.world.clock.advance(HOUR);
    }
  });
  afterEach(async () => {
    await deployed.close();
    await scene.close();
  });

  it('it says how everything is now, and what led to it', async () => {
    const seen = await type(['report', '--evidence', folder, '--json'], deployed.env, folder);
    expect(seen.code).toBe(0);
    expect(seen.err).toMatch(
      /^the evidence begins at \S+, after the period did: what was before is not in the report\n$/,
    );
    const { sources, figures, consumers, deployment } = reportIn(seen);
    expect([deployment, Object.keys(sources).toSorted()]).toEqual(['prod', ['evidence', 'missing', 'status']]);
    expect(sources.evidence?.isVerified).toBe(true);
    const [telegraf, grafana] = ['telegraf', 'grafana'].map((name) =>
      consumers.find(({ consumer }) => consumer === name),
    );
    expect(grafana).toMatchObject({
      ...{ health: 'exempt', isOverdue: false, owner: 'svc-grafana', rotations: 1 },
      exception: { reason: 'the =plant runs', approvedBy: 'K. Sommer', inForce: true },
    });
    expect(telegraf?.rotations).toBeGreaterThanOrEqual(3);
    expect(figures).toMatchObject({ exceptions: { value: 1 }, overdue: { value: 0 }, withoutIntent: { value: 0 } });
    expect(figures.rotations?.value).toBe((telegraf?.rotations ?? 0) + 1);
    expect(telegraf?.tokens.filter(({ refusedWith }) => refusedWith === 401).length).toBeGreaterThan(1);
  });
});

function fakeCredentials(): { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string } {
  return { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
}
