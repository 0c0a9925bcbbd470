import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Eavesdropper } from '../../simulation/eavesdropper.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { Account } from './account.ts';
import { type AnInfluxdb, startACountingInfluxdb, startAnInfluxdb } from './an-influxdb.ts';
import { Cdk, type Outputs } from './cdk.ts';
import { type Ministack, startMinistack } from './ministack.ts';
import { writeProfiles } from './profiles.ts';

const ROTATOR = 'influxdb/rotator';
const BUCKET = 'telemetry';
const OWNER = 'svc-all';

interface Consumer {
  readonly name: string;
  readonly secret: string;
}

const python = toolOf('test/tools/ministack/install.sh');

// The tests of a deployment follow one another, as the commands of a user do. What this emulator does not have, or has
// otherwise, is asserted of the template instead, in test/infra: the metrics that CloudWatch makes of the log, the
// alarms on them, the schedule's window and dead-letter queue, a failed run of the schedule itself, reserved
// concurrency, the architecture, VPC and KMS, secrets that the function creates, and rotation by Secrets Manager: it
// deploys no rotation schedule, and its RotateSecret calls no function.
describe.runIf('program' in python)(`AWS as MiniStack emulates it${whySkipped(python)}`, () => {
  let folder: string;
  let aws: Ministack;
  let account: Account;
  let influxdb: AnInfluxdb;
  let cdk: Cdk;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploy-'));
    aws = await startMinistack('program' in python ? python.program : '');
    account = new Account(aws);
    influxdb = await startAnInfluxdb(BUCKET, OWNER);
    await account.createSecret(ROTATOR, JSON.stringify({ token: influxdb.rotatorToken }));
    cdk = new Cdk(aws, folder);
    await cdk.bootstrap();
  });

  afterAll(async () => {
    await influxdb?.stop();
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  /** The options of the CDK app for a configuration with these consumers. */
  function configured(deployment: string, consumers: readonly Consumer[], { url } = influxdb, tokenSecret = ROTATOR) {
    const file = join(folder, `${deployment}.json`);
    const configuration = {
      deployment,
      schedule: '1m',
      influxdb: { url, org: 'acme', tokenSecret },
      limits: { functionTimeout: '1m' },
      defaults: { owner: OWNER },
      consumers: consumers.map((consumer) => ({ ...consumer, read: [BUCKET], write: [BUCKET] })),
    };
    writeFileSync(file, JSON.stringify(configuration));
    // The embedded InfluxDB is on this machine, as the emulator is.
    return ['-c', `config=${file}`, '-c', 'allowLoopback=true'];
  }

  describe('the app, deployed by its configuration', () => {
    const consumer = { name: 'telegraf', secret: 'influxdb/acme/telegraf' };
    let app: string[];
    let stack: Outputs;
    beforeAll(async () => {
      await account.createSecret(consumer.secret, '{"url":"http://kept"}');
      app = configured('prod', [consumer]);
    });

    it('is deployed, and then there is no difference', async () => {
      stack = (await cdk.deploy(app)).outputs;
      await cdk.assertNoDifference(app);
      expect((await cdk.deploy(app)).said).toContain('(no changes)');
    });

    it('rotates a token when its schedule runs it, and has the events and metrics in its log', async () => {
      const events = () => account.events(stack.LogGroupName);
      const run = await vi.waitUntil(async () => (await events()).find(({ code }) => code === 'RUN_FINISHED'), {
        timeout: 300_000,
        interval: 1000,
      });
      expect(run).toMatchObject({ action: 'run', rotated: 1, failed: 0 });
      const { token = '', ...rest } = await account.secret(consumer.secret);
      expect(await influxdb.accepts(token)).toBe(true);
      expect(rest).toMatchObject({ url: 'http://kept' });
      const lines = await events();
      const metrics = lines.find((line) => '_aws' in line);
      expect(metrics).toMatchObject({ deployment: 'prod', TokensRotated: 1, RunsSucceeded: 1 });
      const eavesdropper = new Eavesdropper();
      eavesdropper.hear(JSON.stringify(lines));
      expect(eavesdropper.leaks([influxdb.rotatorToken])).toEqual([]);
    });

    it('answers a run by hand', async () => {
      expect(await account.runtimeOf(stack.FunctionName)).toBe('nodejs24.x');
      const outcome = await account.run(stack.FunctionName);
      expect(outcome).toMatchObject({ error: undefined, answer: { counts: { rotated: 0, failed: 0 } } });
    });

    it('can do nothing with the permissions of another role', async () => {
      const other = 'cdk-hnb659fds-file-publishing-role-000000000000-us-east-1';
      expect(await account.runAs(other, stack.FunctionName)).toMatchObject({
        error: 'Unhandled',
        answer: { errorMessage: expect.stringContaining('is not authorized to perform') },
      });
    });

    it('tells of a failed run in its queue', async () => {
      await account.putSecret(ROTATOR, JSON.stringify({ token: 'no-token-of-this-server' }));
      await account.runLater(stack.FunctionName);
      expect(await account.receive(stack.FailedRunsUrl)).toMatchObject({
        requestPayload: { action: 'run' },
        responsePayload: { errorMessage: expect.stringContaining("InfluxDB refuses the rotator's own token") },
      });
      await account.putSecret(ROTATOR, JSON.stringify({ token: influxdb.rotatorToken }));
    });

    it('leaves the secret and its token when it is destroyed', async () => {
      const { token = '' } = await account.secret(consumer.secret);
      await cdk.destroy(app);
      await expect(account.run(stack.FunctionName)).rejects.toThrow('not found');
      expect(await account.secret(consumer.secret)).toMatchObject({ token });
      expect(await influxdb.accepts(token)).toBe(true);
    });
  });

  it('keeps the secrets that a stack created when their consumers are removed, and the stack', async () => {
    const first = { name: 'grafana', secret: 'influxdb/acme/grafana' };
    const second = { name: 'collector', secret: 'influxdb/acme/collector' };
    const app = (...consumers: Consumer[]) => [
      '--app=node test/deploy/created-secrets.ts',
      ...configured('created', consumers),
    ];
    const tokens: Record<string, string> = {};
    const assertKept = async () => {
      for (const [secret, token] of Object.entries(tokens)) {
        expect(await account.secret(secret)).toMatchObject({ token });
        expect(await influxdb.accepts(token)).toBe(true);
      }
    };
    for (const consumers of [[first], [first, second]]) {
      const { outputs } = await cdk.deploy(app(...consumers));
      // CloudFormation leaves such a secret without a value; the emulator gives it an empty one.
      const [newest = first] = consumers.slice(-1);
      await account.putSecret(newest.secret, '{}');
      const outcome = await account.run(outputs.FunctionName);
      expect(outcome).toMatchObject({ error: undefined, answer: { counts: { rotated: 1, failed: 0 } } });
      await assertKept();
      for (const { secret } of consumers) tokens[secret] = (await account.secret(secret)).token ?? '';
    }
    await cdk.deploy(app(first));
    await assertKept();
    await cdk.destroy(app(first));
    await assertKept();
    expect(Object.keys(tokens)).toEqual([first.secret, second.secret]);
  });

  describe('a role with grantStatus or grantOperate', () => {
    const consumer = { name: 'audited', secret: 'influxdb/acme/audited' };
    const rotator = `${ROTATOR}-of-the-audited`;
    const rotate = { action: 'rotate', consumers: [consumer.name], reason: 'a test' };
    let server: Awaited<ReturnType<typeof startACountingInfluxdb>>;
    let app: string[];
    let name: string;
    let alias: string;
    let auditor: Account;
    let operator: Account;

    beforeAll(async () => {
      server = await startACountingInfluxdb(BUCKET, OWNER);
      await account.createSecret(rotator, JSON.stringify({ token: server.rotatorToken }));
      await account.createSecret(consumer.secret, '{}');
      app = ['--app=node test/deploy/granted-roles.ts', ...configured('audited', [consumer], server, rotator)];
      const { FunctionName = '', AuditorArn, OperatorArn } = (await cdk.deploy(app)).outputs;
      [name, alias] = [FunctionName, `${FunctionName}:read-only`];
      const environment = writeProfiles(folder, aws, { auditor: AuditorArn, operator: OperatorArn });
      for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
      [auditor, operator] = [new Account(aws, 'auditor'), new Account(aws, 'operator')];
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await server?.stop();
    });

    /** The versions of the secrets, since the emulator counts no calls, and the mutating calls that InfluxDB received. */
    const state = async () => ({
      secrets: [await account.stateOf(consumer.secret), await account.stateOf(rotator)],
      writes: server.calls.map(({ operation }) => operation).filter((operation) => !operation.startsWith('GET ')),
    });

    it('can act with grantOperate', async () => {
      const first = await operator.run(name);
      expect(first).toMatchObject({ error: undefined, answer: { counts: { rotated: 1, failed: 0 } } });
      const { token } = await account.secret(consumer.secret);
      const second = await operator.run(name, rotate);
      expect(second).toMatchObject({ error: undefined, answer: { counts: { rotated: 1, failed: 0 } } });
      expect((await account.secret(consumer.secret)).token).not.toBe(token);
    });

    it('can look through the alias with grantStatus, and that writes nothing', async () => {
      const before = await state();
      for (const action of ['plan', 'status'])
        expect(await auditor.run(alias, { action })).toMatchObject({ error: undefined, answer: { action } });
      const { secrets, writes } = await state();
      expect(secrets).toEqual(before.secrets);
      // A plan asks for authorizations that InfluxDB cannot make.
      expect(writes.slice(before.writes.length)).toEqual(['POST /api/v2/authorizations']);
    });

    it('is refused all but looks through the alias, whatever it may do, and that writes nothing', async () => {
      const before = await state();
      for (const request of [{ action: 'run' }, rotate])
        for (const person of [auditor, operator])
          expect(await person.run(alias, request)).toMatchObject({
            error: 'Unhandled',
            answer: { errorMessage: expect.stringContaining('through the alias "read-only" only "plan" and "status"') },
          });
      expect(await state()).toEqual(before);
    });

    it('is denied the function itself by IAM with grantStatus alone', async () => {
      const before = await state();
      for (const target of [name, `${name}:$LATEST`])
        for (const request of [{ action: 'status' }, { action: 'run' }, rotate])
          await expect(auditor.run(target, request)).rejects.toThrow(
            'not authorized to perform: lambda:InvokeFunction',
          );
      expect(await state()).toEqual(before);
    });
  });
});
