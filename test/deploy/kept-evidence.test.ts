import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli, bundleHandler } from '../../scripts/bundle/bundle.ts';
import { type } from '../builders/a-deployed-function.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { Account } from './account.ts';
import { type AnInfluxdb, startAnInfluxdb } from './an-influxdb.ts';
import { Cdk } from './cdk.ts';
import { type Ministack, startMinistack } from './ministack.ts';

const python = toolOf('test/tools/ministack/install.sh');
const ROTATOR = 'influxdb/rotator';
const SECRET = 'influxdb/acme/telegraf';

// With IAM enforced: the function has the rights of its role and no others.
describe.runIf('program' in python)(`evidence in AWS as MiniStack emulates it${whySkipped(python)}`, () => {
  let folder: string;
  let aws: Ministack;
  let account: Account;
  let influxdb: AnInfluxdb;
  let name = '';

  beforeAll(async () => {
    await Promise.all([bundleHandler(), bundleCli()]);
    folder = mkdtempSync(join(tmpdir(), 'kept-'));
    aws = await startMinistack('program' in python ? python.program : '');
    account = new Account(aws);
    influxdb = await startAnInfluxdb('telemetry', 'svc-all');
    await account.createSecret(ROTATOR, JSON.stringify({ token: influxdb.rotatorToken }));
    await account.createSecret(SECRET, '{}');
    const file = join(folder, 'kept.json');
    const consumer = { name: 'telegraf', secret: SECRET, owner: 'svc-all', write: ['telemetry'] };
    const server = { url: influxdb.url, org: 'acme', tokenSecret: ROTATOR };
    writeFileSync(file, JSON.stringify({ deployment: 'kept', influxdb: server, consumers: [consumer] }));
    const cdk = new Cdk(aws, folder);
    await cdk.bootstrap();
    const app = ['--app=node test/deploy/kept-evidence.ts', '-c', `config=${file}`];
    name = (await cdk.deploy(app)).outputs.FunctionName ?? '';
  });
  afterAll(async () => {
    await influxdb?.stop();
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is written by the function with the rights of its role, and verified by the program', async () => {
    const first = await account.run(name);
    expect(first).toMatchObject({
      error: undefined,
      answer: { counts: { rotated: 1 }, evidence: { result: 'written' } },
    });
    const rotate = { action: 'rotate', consumers: ['telegraf'], reason: 'a test' };
    const second = await account.run(name, rotate);
    expect(second).toMatchObject({ error: undefined, answer: { evidence: { result: 'written' } } });
    const { head } = (second.answer as { readonly evidence: { readonly head: { number: number; hash: string } } })
      .evidence;
    const { code, out, err } = await type(['verify-evidence', '--function', name, '--json'], aws.environment);
    expect([code, err, JSON.parse(out)]).toMatchObject([
      0,
      '',
      {
        place: expect.stringMatching(/^s3:\/\/.+\/influxdb\/$/),
        intact: true,
        head,
        sample: [{ consumer: 'telegraf' }],
      },
    ]);
  });
});
