import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { clientOf } from './secrets-manager/harness.ts';

const START = fileURLToPath(new URL('../../local/start.ts', import.meta.url));
const children: ChildProcess[] = [];

interface Line {
  readonly influxdb: Record<string, string>;
  readonly secretsManager: Record<string, string>;
  readonly eventBridge: Record<string, string>;
  readonly env: Record<string, string>;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ ...texts, code: code as number | null }));
  const line = async (): Promise<Line> => {
    await Promise.race([once(child.stdout, 'data'), ended]);
    return JSON.parse(texts.stdout) as Line;
  };
  return { child, ended, line, text: () => texts.stdout };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('npm run local', () => {
  it('prints for a shell what programs read of their environment', async () => {
    const { child, text } = start('--shell');
    await once(child.stdout, 'data');
    const sh = spawnSync('sh', ['-c', `${text()}echo "$AWS_DEFAULT_REGION $INFLUX_HOST $INFLUX_TOKEN"`], {
      encoding: 'utf8',
    });
    const [region, url, token] = sh.stdout.trim().split(' ');
    expect(region).toBe('us-east-1');
    const me = await fetch(`${url}/api/v2/me`, { headers: { authorization: `Token ${token}` } });
    expect(await me.json()).toMatchObject({ name: 'admin' });
  });

  it.each(['hashed', 'plain'])('starts the servers with InfluxDB set up for %s tokens', async (tokens) => {
    const { influxdb, secretsManager, eventBridge, env } = await start('--tokens', tokens).line();
    expect(influxdb).toMatchObject({ org: 'acme', bucket: 'telemetry', tokens });
    const response = await fetch(`${influxdb.url}/api/v2/orgs/${influxdb.orgId}`, {
      headers: { authorization: `Token ${influxdb.operatorToken}` },
    });
    expect(await response.json()).toMatchObject({ id: influxdb.orgId, name: 'acme' });
    expect(Object.keys(influxdb)).toEqual([
      'url',
      'org',
      'orgId',
      'userId',
      'bucket',
      'bucketId',
      'operatorToken',
      'tokens',
    ]);
    expect(env).toEqual({
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    expect((await fetch(secretsManager.url ?? '')).status).toBe(404);
    expect((await fetch(eventBridge.url ?? '')).status).toBe(404);
  });

  it('writes each event that a bus takes to stderr, as one line of JSON', async () => {
    const { child, ended, line } = start();
    const { eventBridge } = await line();
    const entry = { Source: 'mine', DetailType: 'Told', Detail: '{"a":1}' };
    await fetch(eventBridge.url ?? '', {
      method: 'POST',
      headers: {
        'x-amz-target': 'AWSEvents.PutEvents',
        'x-amz-date': '20260115T103000Z',
        'content-type': 'application/x-amz-json-1.1',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/events/aws4_request, SignedHeaders=host;x-amz-date, Signature=0f',
      },
      body: JSON.stringify({ Entries: [entry, { ...entry, EventBusName: 'nowhere' }] }),
    });
    child.kill('SIGTERM');
    const { stderr } = await ended;
    expect(
      stderr
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text)),
    ).toMatchObject([{ bus: 'default', source: 'mine', 'detail-type': 'Told', detail: { a: 1 } }]);
  });

  it('leaves InfluxDB without a set-up when asked to', async () => {
    const { influxdb } = await start('--no-setup').line();
    expect(Object.keys(influxdb)).toEqual(['url', 'tokens']);
    const response = await fetch(`${influxdb.url}/api/v2/setup`);
    expect(await response.json()).toMatchObject({ allowed: true });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('closes and ends with 0 at %s', async (signal) => {
    const { child, ended, line } = start();
    await line();
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect([code, stdout.split('\n').length, stderr]).toEqual([0, 2, '']);
  });

  it('shows its options with --help', async () => {
    const { code, stdout } = await start('--help').ended;
    expect(code).toBe(0);
    expect(stdout).toContain('--secrets-manager-port');
  });

  it('lets RotateSecret call the handler that a module exports, with the addresses in its environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-'));
    const [heard, module] = [join(folder, 'heard'), join(folder, 'handler.mjs')];
    const line = `event.Step + ' ' + process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER + '\\n'`;
    writeFileSync(
      module,
      `import { appendFileSync } from 'node:fs';
       export const handler = async (event) => appendFileSync(${JSON.stringify(heard)}, ${line});`,
    );
    const { secretsManager } = await start('--rotation-function', module).line();
    const client = clientOf(secretsManager.url ?? '');
    await client.send(new CreateSecretCommand({ Name: 'a', SecretString: 'value' }));
    const RotationLambdaARN = secretsManager.rotationFunctionArn;
    expect(RotationLambdaARN).toMatch(/^arn:aws:lambda:/);
    await client.send(new RotateSecretCommand({ SecretId: 'a', RotationLambdaARN }));
    client.destroy();
    const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
    await expect
      .poll(() => readFileSync(heard, 'utf8'))
      .toBe(steps.map((step) => `${step} ${secretsManager.url}\n`).join(''));
    rmSync(folder, { recursive: true });
  });

  it.each([
    { title: 'an unknown option', args: ['--ports', '1'], error: "Unknown option '--ports'" },
    {
      title: 'an unknown mode of tokens',
      args: ['--tokens', 'secret'],
      error: "--tokens is 'secret', allowed are hashed, plain, cloud",
    },
    {
      title: 'tokens made by hand where no user can be made',
      args: ['--hand-made', '--tokens', 'cloud'],
      error: '--hand-made needs users: leave --no-setup and --tokens cloud out',
    },
    {
      title: 'a port that is no number',
      args: ['--influxdb-port', 'x'],
      error: "--influxdb-port is 'x', allowed is a whole number from 0 to 65535",
    },
    {
      title: 'a port out of range',
      args: ['--secrets-manager-port', '65536'],
      error: "--secrets-manager-port is '65536', allowed is",
    },
  ])('refuses $title with 2', async ({ args, error }) => {
    const { code, stdout, stderr } = await start(...args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(error);
  });

  it.each(['--influxdb-port', '--secrets-manager-port', '--event-bridge-port'])(
    'ends with 1 when the port of %s is in use',
    async (option) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const { code, stderr } = await start(option, String(port)).ended;
      other.close();
      expect(code).toBe(1);
      expect(stderr).toContain(`cannot listen on port ${port}: it is in use; choose another with ${option}`);
    },
  );
});
