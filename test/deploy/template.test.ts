import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleHandler } from '../../scripts/bundle/bundle.ts';
import { makeRelease, RELEASE_FOLDER } from '../../scripts/release/release.ts';
import { blocksOf } from '../pages/blocks.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { Account } from './account.ts';
import { type AnInfluxdb, startAnInfluxdb } from './an-influxdb.ts';
import { type Ministack, startMinistack } from './ministack.ts';

const python = toolOf('test/tools/ministack/install.sh');
const cli = toolOf('test/tools/aws-cli/install.sh');
const SECRET = 'influxdb/acme/telegraf';
const skipped = 'missing' in python ? whySkipped(python) : whySkipped(cli);

// With IAM enforced: the function has the rights of the template's role and no others.
describe.runIf('program' in python && 'program' in cli)(`the release in AWS as MiniStack emulates it${skipped}`, () => {
  let folder: string;
  let aws: Ministack;
  let account: Account;
  let influxdb: AnInfluxdb;

  beforeAll(async () => {
    await bundleHandler();
    folder = mkdtempSync(join(tmpdir(), 'released-'));
    makeRelease(join(folder, RELEASE_FOLDER));
    aws = await startMinistack('program' in python ? python.program : '');
    account = new Account(aws);
    influxdb = await startAnInfluxdb('telemetry', 'svc-all');
    await account.createSecret('influxdb/rotator', JSON.stringify({ token: influxdb.rotatorToken }));
    await account.createSecret(SECRET, '{"url":"http://kept"}');
    const configuration = {
      deployment: 'prod',
      schedule: '1m',
      influxdb: { url: influxdb.url, org: 'acme', tokenSecret: 'influxdb/rotator' },
      consumers: [{ name: 'telegraf', secret: SECRET, owner: 'svc-all', read: ['telemetry'], write: ['telemetry'] }],
    };
    writeFileSync(join(folder, 'rotation.json'), JSON.stringify(configuration));
    await typed('aws s3 mb s3://my-code');
  });
  afterAll(async () => {
    await influxdb?.stop();
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a command prints, in the folder that holds what the clone does. */
  async function typed(command: string): Promise<string> {
    const tools = 'program' in cli ? dirname(cli.program) : '';
    const PATH = [tools, process.env.PATH].join(delimiter);
    const env = { ...aws.environment, AWS_DEFAULT_REGION: aws.client.region, PATH, HOME: folder };
    const args = ['--norc', '-euo', 'pipefail', '-c', command];
    const { stdout } = await promisify(execFile)('bash', args, { cwd: folder, env });
    return stdout;
  }

  async function described<T>(command: string): Promise<T> {
    return JSON.parse(await typed(`${command} --output json`));
  }

  it('is deployed by the commands of its page, in their order', async () => {
    const blocks = blocksOf('docs/without-cdk.md').filter(
      ({ language, heading }) => language === 'sh' && ['Make the zip', 'CloudFormation'].includes(heading),
    );
    expect(blocks).toHaveLength(2);
    const here = blocks
      .map(({ text }) => text)
      .join('\n')
      .replaceAll('eu-central-1:123456789012', 'us-east-1:000000000000')
      .replace('Deployment=prod', 'Deployment=prod Schedule=1m');
    await typed(here);
  });

  it('rotates a token when its schedule runs it', async () => {
    const query = "--stack-name influxdb-token-rotation-prod --query 'Stacks[0].Outputs'";
    const outputs = await described<{ OutputKey: string; OutputValue: string }[]>(
      `aws cloudformation describe-stacks ${query}`,
    );
    const logGroup = outputs.find(({ OutputKey }) => OutputKey === 'LogGroupName')?.OutputValue;
    const finished = async () => (await account.events(logGroup)).find(({ code }) => code === 'RUN_FINISHED');
    const run = await vi.waitUntil(finished, { timeout: 300_000, interval: 1000 });
    expect(run).toMatchObject({ action: 'run', rotated: 1, failed: 0 });
    const { token = '', ...rest } = await account.secret(SECRET);
    expect(await influxdb.accepts(token)).toBe(true);
    expect(rest).toMatchObject({ url: 'http://kept' });
  });

  it('has its alarms, in the words of its deployment', async () => {
    const query = "--query 'MetricAlarms[].[AlarmDescription,Period]'";
    const alarms = await described<[string, number][]>(`aws cloudwatch describe-alarms ${query}`);
    expect(alarms).toHaveLength(8);
    expect(alarms.filter(([text]) => text.startsWith('InfluxDB tokens of prod: '))).toHaveLength(8);
    expect(alarms.map(([, period]) => period).toSorted()).toEqual([60, 60, 60, 60, 60, 60, 300, 300].toSorted());
  });
});
