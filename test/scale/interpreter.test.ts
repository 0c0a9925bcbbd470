import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../local/http/server.ts';
import type { LambdaFunction } from '../../local/lambda/server.ts';
import { startLambda } from '../../local/lambda/server.ts';
import { DAY } from '../builders/a-configuration.ts';
import { aDistributed, definitionOf } from '../builders/a-distributed.ts';
import { aLine, DistributedWorld, MANIFEST, WORK } from '../builders/a-distributed-world.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { type Moto, startMoto } from './moto.ts';

const python = toolOf('test/tools/moto/install.sh');
const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function`;

interface Execution {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

describe.runIf('program' in python)(`the state machine, as moto interprets it${whySkipped(python)}`, () => {
  const functions = new Map<string, LambdaFunction>();
  let lambda: RunningServer;
  let moto: Moto;
  let s3: S3Client;
  let many: DistributedWorld;
  let machine: string;
  /** By the name of the function and the state. */
  let asked: string[] = [];

  beforeAll(async () => {
    lambda = await startLambda({ functions, region: REGION, accountId: ACCOUNT });
    moto = await startMoto('program' in python ? python.program : '', lambda.url);
    s3 = new S3Client(client());
    for (const Bucket of [WORK, MANIFEST.bucket]) await s3.send(new CreateBucketCommand({ Bucket }));
    const places = { work: WORK, worker: `${FUNCTION}:worker`, planner: `${FUNCTION}:planner` };
    const written = JSON.stringify(definitionOf(aDistributed({}, { maxConcurrency: 2 }), places));
    // Its grammar takes no whole number there.
    const definition = written.replace(/("ToleratedFailurePercentage":\d+)/g, '$1.0');
    const made = await ask<{ readonly stateMachineArn: string }>('CreateStateMachine', {
      name: 'runs',
      definition,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/runs`,
    });
    machine = made.stateMachineArn;
  });
  beforeEach(async () => {
    asked = [];
    many = await DistributedWorld.open(Array.from({ length: 10 }, (_, index) => aLine(`c${index}`)));
    await putManifest();
    for (const name of ['planner', 'worker'])
      functions.set(name, {
        timeoutMs: 900_000,
        handler: (event, { awsRequestId }) => {
          asked.push(`${name}: ${(event as { readonly scale: string }).scale}`);
          return many.invoke(event, { awsRequestId }, { s3: client() });
        },
      });
  });
  afterEach(() => many.close());
  afterAll(async () => {
    s3?.destroy();
    await moto?.stop();
    await lambda?.close();
  });

  function client() {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { endpoint: moto.url, region: REGION, credentials, forcePathStyle: true };
  }

  async function putManifest(): Promise<void> {
    const Body = many.s3.objects.get(`${MANIFEST.bucket}/${MANIFEST.key}`) ?? '';
    await s3.send(new PutObjectCommand({ Bucket: MANIFEST.bucket, Key: MANIFEST.key, Body }));
  }

  async function ask<T>(operation: string, body: object): Promise<T> {
    const Credential = `test/20260101/${REGION}/states/aws4_request`;
    const response = await fetch(moto.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `AWSStepFunctions.${operation}`,
        Authorization: `AWS4-HMAC-SHA256 Credential=${Credential}, SignedHeaders=host, Signature=00`,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async function execute(name: string): Promise<Execution> {
    const started = { stateMachineArn: machine, name, input: '{}' };
    const { executionArn } = await ask<{ readonly executionArn: string }>('StartExecution', started);
    for (;;) {
      const execution = await ask<Execution>('DescribeExecution', { executionArn });
      if (execution.status !== 'RUNNING') return execution;
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  it('plans, looks at all batches, then rotates in all of them, then sums up', async () => {
    const { status, output = '' } = await execute('first');
    expect([status, JSON.parse(output || '{}')]).toEqual([
      'SUCCEEDED',
      expect.objectContaining({ consumers: 10, counts: expect.objectContaining({ rotated: 10, failed: 0 }) }),
    ]);
    const times = (what: string, count: number) => Array<string>(count).fill(what);
    expect(asked).toEqual([
      'planner: plan',
      ...times('worker: look', 3),
      ...times('worker: rotate', 3),
      'planner: sum-up',
    ]);
    many.world.clock.advance(DAY);
    expect(await execute('next')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('fails, with its report, if the run of a batch fails', async () => {
    await many.world.influxdb.down();
    const { status, cause = '' } = await execute('without-influxdb');
    expect([status, cause]).toEqual(['FAILED', expect.stringContaining('no connection')]);
    expect(asked.at(-1)).toBe('planner: sum-up');
    expect(many.published).toMatchObject([{ counts: { failed: 10 } }]);
    await many.world.influxdb.up();
  });

  it('fails before any batch if a line of the manifest is wrong', async () => {
    many.write([aLine('c0'), aLine('c0')]);
    await putManifest();
    const { status, cause = '' } = await execute('wrong');
    expect([status, cause]).toEqual(['FAILED', expect.stringContaining('line 2.name')]);
    expect(asked).toEqual(['planner: plan']);
  });

  it('does nothing while another execution is not over', async () => {
    await many.invoke({ scale: 'plan', execution: 'another' }, {}, { s3: client() });
    expect(await execute('too-early')).toMatchObject({ status: 'SUCCEEDED' });
    expect(asked).toEqual(['planner: plan']);
  });
});
