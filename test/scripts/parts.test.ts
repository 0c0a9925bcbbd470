import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { fileName } from '../../lambda/evidence/file-name.ts';
import { type ConfigServiceServer, startConfigService } from '../../local/aws-config/server.ts';
import { type LogsServer, startLogs } from '../../local/logs/server.ts';
import { type SnsServer, startSns } from '../../local/sns/server.ts';
import { bundleHandler, CLI_FILE, FILE, PART_FILES } from '../../scripts/bundle/bundle.ts';
import { inputsOf } from '../../scripts/bundle/bundled-packages.ts';
import { SHARED } from '../../scripts/bundle/parts.ts';
import { World } from '../../simulation/world.ts';
import { forked } from '../builders/a-forked-bundle.ts';
import { madeIn } from '../builders/a-world.ts';
import { WallClock } from '../explore/kills/wall-clock.ts';

const ACCOUNT = '123456789012';
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotator`;
const GROUP = '/aws/lambda/rotator';
const CONFIGURATION = {
  deployment: 'bundled',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  consumers: [
    { name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc', read: ['telemetry'], write: ['telemetry'] },
  ],
};

let world: World;
let logs: LogsServer;
let config: ConfigServiceServer;
let sns: SnsServer;
let folder: string;
let made: ReadonlyMap<string, Metafile>;
beforeAll(async () => {
  const clock = new WallClock(0);
  world = await World.create({ configuration: parseConfiguration(CONFIGURATION), clock });
  logs = await startLogs({ now: () => Date.now() });
  logs.groups.create(GROUP);
  config = await startConfigService();
  sns = await startSns();
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
  made = await bundleHandler(join(folder, 'again'));
  copyFileSync(FILE, join(folder, 'index.cjs'));
  const influxdb = { ...CONFIGURATION.influxdb, url: world.influxdb.url };
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify({ ...CONFIGURATION, influxdb }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([world.close(), logs.close(), config.close(), sns.close()]);
});
// So that each run has something to do.
beforeEach(async () => {
  for (const { id } of madeIn(world)) await world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
});

const EVIDENCE = () => ({ EVIDENCE: join(folder, 'evidence') });
const NEWS = () => ({
  NEWS_TOPIC: `arn:aws:sns:us-east-1:${ACCOUNT}:people`,
  AWS_LAMBDA_LOG_GROUP_NAME: GROUP,
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
  AWS_ENDPOINT_URL_SNS: sns.url,
});

describe('without the files of what is on', () => {
  it('a token is rotated, and the log and the report say that there is no evidence of it', async () => {
    const { answer, output } = await invoke({ action: 'run' }, EVIDENCE());
    expect(answer).toMatchObject({ counts: { rotated: 1, failed: 0 }, evidence: { result: 'failed' } });
    expect(lines(output, 'EVIDENCE_NOT_WRITTEN')).toMatchObject([
      { errorCode: 'PART_MISSING', error: expect.stringContaining('evidence.cjs') },
    ]);
    expect(output).toContain('"EvidenceFailed":1');
  });

  it('a token is rotated, and the log says that nobody is told of it', async () => {
    const { answer, output } = await invoke({ action: 'run' }, NEWS());
    expect(answer).toMatchObject({ counts: { rotated: 1, failed: 0 } });
    expect(lines(output, 'NEWS_WITHOUT_MEMORY')).toMatchObject([{ reason: expect.stringContaining('news.cjs') }]);
  });

  it('a rule of AWS Config is refused, with what is missing', async () => {
    const { failure } = await invoke(config.ask());
    expect(failure).toMatchObject({ code: 'PART_MISSING', message: expect.stringContaining('config-rule.cjs') });
  });
});

describe('with the files beside it', () => {
  beforeAll(() => {
    for (const file of PART_FILES) copyFileSync(file, join(folder, basename(file)));
  });

  it('evidence is kept', async () => {
    const { answer } = await invoke({ action: 'run' }, EVIDENCE());
    expect(answer).toMatchObject({ evidence: { result: 'written' } });
    expect(readdirSync(join(folder, 'evidence', CONFIGURATION.deployment))).toEqual([fileName(1)]);
  });

  it.each([
    ['denies', 403, 'AccessDenied', 'S3_REFUSED'],
    ['has no such bucket', 404, 'NoSuchBucket', 'S3_REFUSED'],
    ['is busy', 503, 'SlowDown', 'S3_THROTTLED'],
    ['gives no answer', 0, '', 'S3_UNANSWERED'],
  ])(
    'a token is rotated though S3 %s, and the log tells why nothing is on record',
    async (_what, status, exception, code) => {
      const server = createServer((request, response) => {
        if (status === 0) return request.socket.destroy();
        response.writeHead(status, { 'content-type': 'application/xml' });
        response.end(`<Error><Code>${exception}</Code><Message>no</Message></Error>`);
      }).listen(0, '127.0.0.1');
      await new Promise((listening) => server.once('listening', listening));
      const { port } = server.address() as AddressInfo;
      const s3 = { EVIDENCE: 's3://evidence/', AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
      const { answer, output } = await invoke({ action: 'run' }, s3);
      server.closeAllConnections();
      server.close();
      expect(answer).toMatchObject({ counts: { rotated: 1, failed: 0 }, evidence: { result: 'failed' } });
      expect(output).toContain(`"errorCode":"${code}"`);
      expect(output).not.toContain('UNEXPECTED');
    },
  );

  it('a rule of AWS Config is answered', async () => {
    const { answer } = await invoke(config.ask(), { AWS_ENDPOINT_URL_CONFIG_SERVICE: config.url });
    expect(answer).toMatchObject({ rule: 'influxdb-tokens' });
    expect(config.evaluated.size).toBe(1);
  });

  it('news knows an error of the handler by its class', async () => {
    const nowhere = { EVENT_BUS: 'default', AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:1' };
    const { output } = await invoke({ action: 'run' }, { ...NEWS(), ...nowhere });
    const untold = lines(output, 'NEWS_NOT_TOLD');
    expect(untold).not.toEqual([]);
    for (const line of untold) expect(line).toMatchObject({ to: 'bus', errorCode: 'EVENTBRIDGE_UNREACHABLE' });
    expect(lines(output, 'STATES_NOTED')).toHaveLength(1);
    expect(output).not.toContain('UNEXPECTED_ERROR');
  });

  it.each(['run', 'status'])('a %s loads none of them where all is off', async (action) => {
    const { output } = await invoke({ action }, { NODE_DEBUG: 'module,esm' });
    expect(output).toContain('index.cjs');
    for (const file of PART_FILES) expect(output).not.toContain(basename(file));
  });
});

describe('what is in which file', () => {
  const SLOW =
    /^lambda\/(?:config\/(?:(?:file|checks)\/.*|configuration|written|json-text)|requests\/(?:schema|parse-request|request-checks))\.ts$/;
  const OWN = /^(?:node_modules\/@aws-sdk\/client-s3|lambda\/(?:evidence|news|config-rule|logs|s3|sns|security-hub)\/)/;

  it('has nothing of the parts in the handler, and what each part is about in that', () => {
    const own = ([, metafile]: [string, Metafile]) => [...inputsOf(metafile).keys()].filter((path) => OWN.test(path));
    const found = new Map([...made].map((each) => [each[0], own(each)]));
    expect(found.get('index.cjs')).toEqual([]);
    for (const file of PART_FILES) expect(found.get(basename(file))).not.toEqual([]);
  });

  it('sets up nothing of the slow way to read a configuration, or a request, at an ordinary cold start', () => {
    const { inputs } = made.get('index.cjs') as Metafile;
    const reached = new Set<string>();
    const follow = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { path: next, kind } of inputs[path]?.imports ?? []) if (kind !== 'dynamic-import') follow(next);
    };
    follow('lambda/handler.ts');
    expect([...reached]).toContain('lambda/config/parsed-form.ts');
    expect([...reached].filter((path) => SLOW.test(path))).toEqual([]);
    expect(Object.keys(inputs).filter((path) => SLOW.test(path))).not.toEqual([]);
  });

  it('has each class that errors are told apart by in one file', () => {
    const paths = (file: string) =>
      [...inputsOf(made.get(file) as Metafile)].flatMap(([path, bytes]) =>
        bytes > 0 && path.startsWith('lambda/') ? [path] : [],
      );
    const named = (pattern: RegExp, among: readonly string[]) =>
      among.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(pattern)].map(([, name]) => name ?? ''));
    const inHandler = new Set(paths('index.cjs'));
    for (const file of PART_FILES.map((path) => basename(path))) {
      const asked = new Set(named(/instanceof (\w+)/g, paths(file)));
      const twice = paths(file).filter((path) => inHandler.has(path) && !SHARED.has(path));
      expect({ file, twice: named(/class (\w+)/g, twice).filter((name) => asked.has(name)) }).toEqual({
        file,
        twice: ASKED_OF_ITS_OWN[file] ?? [],
      });
    }
  });
});

/** Those that a part both throws and catches: it reads manifests and secrets by itself. */
const ASKED_OF_ITS_OWN: Readonly<Record<string, readonly string[]>> = {
  'scale.cjs': ['ConfigurationError', 'MisdirectedError', 'SecretsManagerError', 'CredentialReasons'],
};

interface Outcome {
  readonly answer?: unknown;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly output: string;
}

async function invoke(event: object, environment: Record<string, string> = {}): Promise<Outcome> {
  const secrets = { AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url };
  const args = [join(folder, 'index.cjs'), JSON.stringify(event), FUNCTION_ARN];
  const { message, output } = await forked('test/scripts/invoke.cjs', args, { ...secrets, ...environment });
  return { ...(message as Omit<Outcome, 'output'> | undefined), output };
}

/** The events of a code in a log. */
function lines(output: string, code: string): unknown[] {
  return output.split('\n').flatMap((line) => (line.includes(`"code":"${code}"`) ? [JSON.parse(line)] : []));
}

it('the program for people knows an error of its part by its class', () => {
  const args = ['verify-evidence', '--evidence', 's3://the-evidence/', '--deployment', 'prod'];
  const { stderr } = spawnSync(process.execPath, [CLI_FILE, ...args], {
    encoding: 'utf8',
    env: {
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      HOME: folder,
    },
  });
  expect(stderr).toContain('no connection');
  expect(stderr).not.toContain('a defect');
});
