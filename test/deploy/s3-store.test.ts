import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../../lambda/calls/budget.ts';
import { systemClock } from '../../lambda/calls/clock.ts';
import { fileName } from '../../lambda/evidence/file-name.ts';
import type { EvidenceRecord } from '../../lambda/evidence/record.ts';
import { S3Store } from '../../lambda/evidence/s3-store.ts';
import { aChain, anIntent, filled } from '../builders/an-evidence-folder.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { type Ministack, startMinistack } from './ministack.ts';

const python = toolOf('test/tools/ministack/install.sh');
const BUCKET = 'evidence-of-tokens';

// MiniStack honours If-None-Match, also of calls that race, and versions, and Object Lock.
describe.runIf('program' in python)(`S3 as MiniStack emulates it${whySkipped(python)}`, () => {
  let aws: Ministack;
  let s3: S3Client;
  let stores: S3Store[] = [];

  beforeAll(async () => {
    aws = await startMinistack('program' in python ? python.program : '');
    s3 = new S3Client({ ...aws.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
  });
  afterAll(async () => {
    for (const store of stores.splice(0)) store.close();
    s3?.destroy();
    await aws?.stop();
  });

  function aStore(prefix: string, deployment = 'prod', bucket = BUCKET): S3Store {
    const limits = { callTimeoutMs: 20_000, requestLifeMs: 60_000 };
    const budget = new Budget(systemClock, 600_000, limits);
    const client = { ...aws.client, forcePathStyle: true };
    const store = new S3Store({ clock: systemClock, limits, budget, bucket, prefix, deployment, client });
    stores = [...stores, store];
    return store;
  }

  async function numbersIn(store: S3Store): Promise<number[]> {
    const records: EvidenceRecord[] = [];
    for await (const record of aChain(store).chain.all()) records.push(record);
    return records.map(({ number }) => number);
  }

  it('takes a name once, and reads what it has', async () => {
    const store = aStore('once/');
    expect(await store.read(fileName(1))).toBeUndefined();
    expect(await store.add(fileName(1), '{"ü":1}\n')).toBe(true);
    expect(await store.add(fileName(1), 'other')).toBe(false);
    expect(await store.read(fileName(1))).toBe('{"ü":1}\n');
  });

  it('keeps one chain, however many runs race', async () => {
    const store = aStore('raced/');
    await Promise.all(
      Array.from({ length: 5 }, (_, run) => aChain(store, `run-${run}`).chain.append([anIntent('a'), anIntent('b')])),
    );
    expect(await numbersIn(store)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('lists the newest first, over pages, without what others left there', async () => {
    const store = aStore('listed/');
    await filled(store, 1, 1, 1);
    const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
    for (const name of ['000-notes.txt', '111-notes.txt']) await put(`listed/prod/${name}`);
    expect(await store.list(1)).toEqual([fileName(3)]);
    expect(await store.list(2)).toEqual([fileName(3), fileName(2)]);
    expect(await store.list()).toEqual([fileName(3), fileName(2), fileName(1)]);
    expect(await aStore('listed/', 'pro').list()).toEqual([]);
  });

  it('lists more files than a page has', async () => {
    const store = aStore('many/');
    const numbers = Array.from({ length: 1005 }, (_, index) => index + 1);
    for (let begin = 0; begin < numbers.length; begin += 50)
      await Promise.all(numbers.slice(begin, begin + 50).map((number) => store.add(fileName(number), 'x')));
    expect(await store.list()).toEqual(numbers.toReversed().map(fileName));
  });

  it('says that the bucket is missing', async () => {
    await expect(aStore('', 'prod', 'no-such-bucket').list(1)).rejects.toMatchObject({
      code: 'S3_REFUSED',
      message: expect.stringContaining('make the bucket no-such-bucket'),
    });
  });

  it('keeps a locked file against those who delete it', async () => {
    const rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } as const;
    const lock = { ObjectLockEnabled: 'Enabled', Rule: rule } as const;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket: BUCKET, ObjectLockConfiguration: lock }));
    const [{ file = '' } = {}] = await filled(aStore('locked/'), 1);
    const object = { Bucket: BUCKET, Key: `locked/prod/${file}` };
    const { VersionId, ObjectLockMode } = await s3.send(new HeadObjectCommand(object));
    expect(ObjectLockMode).toBe('COMPLIANCE');
    await expect(s3.send(new DeleteObjectCommand({ ...object, VersionId }))).rejects.toThrow('object lock');
  });
});
