import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { S3Store } from '../../../lambda/evidence/s3-store.ts';
import { freePort } from '../../tools/free-port.ts';

// What a service answers that has something to refuse. The store at work is tested on an S3 API, in test/deploy.

const FILE = '999999999998-000000000001.jsonl';
const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-real' };

function aStore(endpoint: string, callTimeoutMs = 1_000): S3Store {
  const clock = { ...systemClock, sleep: async () => {} };
  const limits = { callTimeoutMs, requestLifeMs: 5_000 };
  const store = new S3Store({
    ...{ clock, limits, budget: new Budget(clock, 60_000, limits) },
    ...{ bucket: 'evidence', prefix: 'influxdb/', deployment: 'prod' },
    client: { endpoint, region: 'eu-west-1', credentials: KEYS, forcePathStyle: true },
  });
  onTestFinished(() => store.close());
  return store;
}

async function aServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A store whose service has this one answer, and how often it was asked. */
async function answering(status: number, code: string, message = 'no', headers = {}) {
  const asked: string[] = [];
  const endpoint = await aServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'R', ...headers });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  });
  return { store: aStore(endpoint), asked };
}

describe('a right that is missing is named with what to allow it on', () => {
  const refused = () => answering(403, 'AccessDenied', 'Access Denied');
  it('to list', async () => {
    await expect((await refused()).store.list()).rejects.toMatchObject({
      code: 'S3_REFUSED',
      message:
        'S3: ListObjectsV2 failed with AccessDenied: Access Denied: allow s3:ListBucket on arn:aws:s3:::evidence for the prefix influxdb/prod/ in the policy of the role, and in that of the bucket if it is of another account',
    });
  });
  it('to read', async () => {
    const message = expect.stringContaining(`allow s3:GetObject on arn:aws:s3:::evidence/influxdb/prod/${FILE} in`);
    await expect((await refused()).store.read(FILE)).rejects.toMatchObject({ code: 'S3_REFUSED', message });
  });
  it('to write', async () => {
    const message = expect.stringContaining(`allow s3:PutObject on arn:aws:s3:::evidence/influxdb/prod/${FILE} in`);
    const { store, asked } = await refused();
    await expect(store.add(FILE, 'text')).rejects.toMatchObject({ code: 'S3_REFUSED', message });
    expect(asked).toHaveLength(1);
  });
});

it.each([
  [404, 'NoSuchBucket', 'The specified bucket does not exist', 'make the bucket evidence, or correct its name'],
  [
    400,
    'AuthorizationHeaderMalformed',
    "the region 'x' is wrong; expecting 'us-east-1'",
    'is in us-east-1; use one in',
  ],
  [
    403,
    'AccessDenied',
    'User: arn:aws:sts::1:x is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:123456789012:key/abc-1',
    "allow kms:GenerateDataKey on arn:aws:kms:eu-west-1:123456789012:key/abc-1 in the policy of the role and in the key's own",
  ],
  [400, 'KMS.DisabledException', 'the key is disabled', 'make sure that the key is enabled'],
  [400, 'ExpiredToken', 'The provided token has expired.', 'sign in again'],
])('a refusal %i %s says what to do', async (status, name, message, remedy) => {
  const { store, asked } = await answering(status, name, message);
  await expect(store.add(FILE, 'text')).rejects.toMatchObject({
    code: 'S3_REFUSED',
    message: expect.stringContaining(remedy),
  });
  expect(asked).toHaveLength(1);
});

it('what S3 says of a text that looks like a token is masked', async () => {
  const token = `${'A'.repeat(86)}==`;
  const { store } = await answering(400, 'InvalidRequest', `not ${token}`);
  await expect(store.list()).rejects.not.toThrow(token);
});

describe('a name that is taken', () => {
  it.each([
    [412, 'PreconditionFailed'],
    [409, 'ConditionalRequestConflict'],
  ])('is no error: %i %s', async (status, name) => {
    const { store, asked } = await answering(status, name);
    expect(await store.add(FILE, 'text')).toBe(false);
    expect(asked).toEqual([`PUT /evidence/influxdb/prod/${FILE}?x-id=PutObject`]);
  });
});

it('a missing file is none, but a missing bucket is an error', async () => {
  expect(await (await answering(404, 'NoSuchKey')).store.read(FILE)).toBeUndefined();
  await expect((await answering(404, 'NoSuchBucket')).store.read(FILE)).rejects.toMatchObject({ code: 'S3_REFUSED' });
});

describe('what may have been written', () => {
  it('is not sent again after a 5xx, since only a look tells', async () => {
    const { store, asked } = await answering(500, 'InternalError');
    await expect(store.add(FILE, 'text')).rejects.toMatchObject({ code: 'S3_UNANSWERED', kind: 'unanswered' });
    expect(asked).toHaveLength(1);
  });

  it('is sent again where S3 says that it was not', async () => {
    const { store, asked } = await answering(503, 'SlowDown');
    await expect(store.add(FILE, 'text')).rejects.toMatchObject({ code: 'S3_THROTTLED', kind: 'throttled' });
    expect(asked).toHaveLength(4);
  });

  it('is unanswered where no answer comes in time', async () => {
    const store = aStore(await aServer(() => {}), 200);
    await expect(store.add(FILE, 'text')).rejects.toMatchObject({ code: 'S3_UNANSWERED' });
  });
});

it('a body that does not end is given up in time', async () => {
  const endpoint = await aServer((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{');
  });
  await expect(aStore(endpoint, 200).read(FILE)).rejects.toMatchObject({ code: 'S3_UNANSWERED' });
});

it('no connection is told with the place', async () => {
  const store = aStore(`http://127.0.0.1:${await freePort()}`);
  await expect(store.list()).rejects.toMatchObject({
    code: 'S3_UNREACHABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

it('a file that is too great for the memory is not read', async () => {
  const endpoint = await aServer((_request, response) => {
    response.writeHead(200, { 'content-length': String(5 * 1024 ** 3) });
    response.write('{');
  });
  expect(await aStore(endpoint).read(FILE)).toBe('greater than any file of evidence');
});
