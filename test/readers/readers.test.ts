import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../builders/a-configuration.ts';
import { findInfluxd, type Influxd, startInfluxd } from '../builders/a-real-influxd.ts';
import { Stand } from '../influxdb/stand.ts';
import { blocksOf } from '../pages/blocks.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { Application, type Round } from './an-application.ts';

// The code of docs/consumers.md, with InfluxDB's client libraries, against a real influxd, through rotations.

const ROTATIONS = 10;

/** The rotations at which Secrets Manager is out of reach, for these calls. The second hides the value of a version that is known. */
const OUTAGES: Readonly<Record<number, readonly string[]>> = {
  4: ['DescribeSecret', 'GetSecretValue'],
  7: ['GetSecretValue'],
};
const OUTAGE_MS = 5 * SECOND;

/** How long the page's code keeps a value here, in seconds. */
const CACHE = 2;

const source = findInfluxd();
const python = toolOf('test/tools/readers/install-python.sh');
const node = toolOf('test/tools/readers/install-node.sh');
const missing = [source, python, node].find((tool) => 'missing' in tool);
const whyNot = missing === undefined ? '' : whySkipped(missing);

const SDK = 'The SDK, for each request';
const CACHES = { python: "Python with AWS's caching client", js: 'Node with Powertools' };

/** The ways to read a token that the page has code for. */
const READERS = {
  python: { language: 'python', isCached: true },
  node: { language: 'js', isCached: true },
  'python-sdk': { language: 'python', isCached: false },
  'node-sdk': { language: 'js', isCached: false },
} as const;
type Reader = keyof typeof READERS;
const NAMES = Object.keys(READERS) as Reader[];

/** How long anything here may take on a loaded machine. */
const PATIENCE_MS = 3 * MINUTE;

// As short as lets ten tokens end in two minutes: readers have the lease and the grace period. Runs do not overlap here,
// so that the lease need not be as long as one.
const PACE = {
  limits: { leaseMs: 4 * SECOND },
  life: { gracePeriodMs: 4 * SECOND, holdPeriodMs: SECOND, consumerCacheTtlMs: CACHE * SECOND, proof: false },
};

describe.runIf(missing === undefined)(`applications of a real influxd${whyNot}`, () => {
  let folder: string;
  let server: Influxd;
  let stand: Stand;
  const applications = new Map<Reader, Application>();
  const last = new Map<Reader, Round>();

  /** The page's code for this way, with what is configured here instead of its examples. */
  function codeFor(reader: Reader): string {
    const { language, isCached } = READERS[reader];
    const all = blocksOf('docs/consumers.md').filter((block) => block.language === language);
    // How to write is the same in both sections, and stands behind the code for the cache.
    const [cached, ...writing] = all.filter(({ heading }) => heading === CACHES[language]);
    const own = isCached ? [cached] : all.filter(({ heading }) => heading === SDK);
    const blocks = [...own, ...writing].flatMap((block) => block ?? []);
    const replaced: [string | RegExp, string][] = [
      ['https://influxdb.example.com:8086', server.url],
      ['influxdb/acme/loader', stand.secret],
      ...(isCached ? [[/(?<=refresh_interval=|maxAge: )300/, String(CACHE)] as [RegExp, string]] : []),
      [/(?<=['"])telemetry(?=['"])/, stand.bucket],
    ];
    return replaced.reduce(
      (code, [from, to]) => {
        expect(code.split(from)).toHaveLength(2);
        return code.replace(from, to);
      },
      blocks.map(({ text }) => text).join('\n'),
    );
  }

  async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const endsAt = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (Date.now() > endsAt) throw new Error(`not within three minutes: ${what}`, { cause: failure });
      await sleep(200);
    }
  }

  /** Why a run failed. A machine may be too slow for one; the next goes on from there. */
  let failure: unknown;
  const run = (request?: object) =>
    stand.run(request && { request }).catch((error: unknown) => {
      failure = error;
      return undefined;
    });

  const rounds = () => [...applications.values()].map(({ round }) => round);

  const statusOf = async (id: string) => (await stand.rows()).find((row) => row.id === id)?.status ?? 'gone';

  /** Answers nothing but errors for a while. */
  async function outage(operations: readonly string[]): Promise<void> {
    let isOver = false;
    stand.secretsManager.faults.add({
      on: ({ operation }) => !isOver && operations.includes(operation),
      ...{ status: 503, times: Number.POSITIVE_INFINITY },
    });
    await sleep(OUTAGE_MS);
    isOver = true;
  }

  /** Makes a new token current, waits until every application has it, and ends the one before. */
  async function rotate(rotation: number): Promise<void> {
    const before = await stand.current();
    await until('a new token', async () => {
      await run({ action: 'rotate', all: true, reason: 'a test' });
      return (await stand.current()).id !== before.id;
    });
    const operations = OUTAGES[rotation];
    if (operations !== undefined) await outage(operations);
    await until('every application has it', () => rounds().every((round) => round?.clients === 1 + rotation));
    await until('the one before is off', async () => {
      await run();
      return (await statusOf(before.id)) !== 'active';
    });
    // A whole round of those who still use it, before the next run deletes it.
    const isRefused = (round: Round | undefined) => (round?.kept.refused.reads[404] ?? 0) > 1;
    if (rotation === 1) await until('it is refused', () => rounds().every(isRefused));
  }

  beforeAll(async () => {
    if ('missing' in python || 'missing' in node) return;
    server = await startInfluxd(source, 'hashed');
    stand = await Stand.create(server.url, PACE);
    await until('the first token', async () => (await run())?.counts.rotated === 1);
    folder = mkdtempSync(join(tmpdir(), 'readers-'));
    symlinkSync(join(node.program, 'node_modules'), join(folder, 'node_modules'));
    const env = {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: stand.secretsManager.url,
      ...{ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' },
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      // So that an outage shows at once.
      AWS_MAX_ATTEMPTS: '1',
    };
    for (const name of NAMES) {
      const [program, extension] = READERS[name].language === 'js' ? [process.execPath, 'mjs'] : [python.program, 'py'];
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, `influx.${extension}`), codeFor(name));
      const file = join(folder, name, `reader.${extension}`);
      cpSync(join('test/readers', `reader.${extension}`), file);
      applications.set(name, new Application(program, [file, name, stand.bucket, stand.secret, server.url], env));
    }
    await until('every application is at work', () => rounds().every((round) => round !== undefined));
    for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) await rotate(rotation);
    for (const [name, application] of applications) last.set(name, await application.end());
  });
  afterAll(async () => {
    for (const application of applications.values()) application.kill();
    await stand?.close();
    await server?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  /** The points that the server has of this reader. */
  async function pointsOf(reader: string): Promise<number> {
    const query = `from(bucket: "${stand.bucket}") |> range(start: -1h) |> filter(fn: (r) => r.reader == "${reader}") |> group() |> count()`;
    const response = await fetch(`${server.url}/api/v2/query?org=${stand.admin.orgId}`, {
      method: 'POST',
      headers: {
        authorization: `Token ${stand.admin.operatorToken}`,
        'content-type': 'application/json',
        accept: 'application/csv',
      },
      body: JSON.stringify({ query, type: 'flux' }),
    });
    const [header = [], values = []] = (await response.text())
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    return Number(values[header.indexOf('_value')]);
  }

  it.each(NAMES)(
    `by the page, the one called %s has no request refused in ${ROTATIONS} rotations, and every point is there`,
    async (name) => {
      const { clients, page, said = [] } = last.get(name) as Round;
      expect(page.refused).toEqual({ writes: {}, reads: {} });
      expect(said.filter((line) => line.includes('were not written'))).toEqual([]);
      expect(clients).toBe(1 + ROTATIONS);
      expect(page.written).toBeGreaterThan(100);
      expect(await pointsOf(name)).toBe(page.written);
    },
  );

  it('by the page, each went on with the token that it had while Secrets Manager did not answer', () => {
    const unanswered = stand.secretsManager.calls.filter(({ status }) => status === 503);
    const operations = new Set(unanswered.map(({ operation }) => operation));
    expect([...operations].toSorted()).toEqual(['DescribeSecret', 'GetSecretValue']);
  });

  it('with the client that it made first, one in Python is refused as soon as the first token is off', () => {
    const { kept } = last.get('python') as Round;
    expect(Object.keys(kept.refused.writes)).toEqual(['401', '403']);
    expect(Object.keys(kept.refused.reads)).toEqual(['401', '404']);
  });

  it('with the client that it made first, one in Node loses points, and its writer says nothing of it', async () => {
    const { kept } = last.get('node') as Round;
    expect(kept.refused.writes).toEqual({});
    expect(Object.keys(kept.refused.reads)).toEqual(['401', '404']);
    expect(await pointsOf('node-kept')).toBeLessThan(kept.written / 2);
  });
});
