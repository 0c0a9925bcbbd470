import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { failure, harness, START } from './harness.ts';

const aws = harness();
const limited = harness({ writeQuota: 50 });
const stale = harness();

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/secretsmanager/aws4_request, SignedHeaders=host;x-amz-date, Signature=0f';

async function send(change: { headers?: Record<string, string>; path?: string; body?: string; method?: string } = {}) {
  const { headers = {}, path = '/', body = '{"SecretId":"missing"}', method = 'POST' } = change;
  const all = new Headers({
    'x-amz-target': 'secretsmanager.DescribeSecret',
    'content-type': 'application/x-amz-json-1.1',
    authorization: AUTHORIZATION,
    ...headers,
  });
  for (const [name, value] of Object.entries(headers)) if (value === '') all.delete(name);
  const response = await fetch(aws.server.url + path, { method, headers: all, ...(method === 'POST' && { body }) });
  const text = await response.text();
  return { response, answer: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
}

describe('the wire', () => {
  it('carries an error as the service does', async () => {
    const { response, answer } = await send();
    expect(response.status).toBe(400);
    expect(answer).toEqual({
      __type: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret.",
    });
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('date')).toBe(new Date(START).toUTCString());
  });

  it('carries times as epoch seconds with decimals', async () => {
    const name = await aws.created('a');
    const { answer } = await send({ body: JSON.stringify({ SecretId: name }) });
    expect(answer).toMatchObject({ CreatedDate: START / 1000, LastChangedDate: START / 1000 });
    expect(answer).not.toHaveProperty('RotationEnabled');
  });

  it.each([
    {
      title: 'no signature',
      change: { headers: { authorization: '' } },
      status: 400,
      type: 'MissingAuthenticationTokenException',
    },
    {
      title: 'another kind of authorization',
      change: { headers: { authorization: 'Token abc' } },
      status: 400,
      type: 'MissingAuthenticationTokenException',
    },
    {
      title: 'a signature for another service',
      change: { headers: { authorization: AUTHORIZATION.replace('/secretsmanager/', '/sqs/') } },
      status: 400,
      type: 'MissingAuthenticationTokenException',
    },
    {
      title: 'an unknown operation',
      change: { headers: { 'x-amz-target': 'secretsmanager.Explode' } },
      status: 400,
      type: 'UnknownOperationException',
    },
    {
      title: 'no operation',
      change: { headers: { 'x-amz-target': '' } },
      status: 400,
      type: 'UnknownOperationException',
    },
    {
      title: 'another service',
      change: { headers: { 'x-amz-target': 'ssm.DescribeSecret' } },
      status: 400,
      type: 'UnknownOperationException',
    },
    {
      title: 'another content type',
      change: { headers: { 'content-type': 'text/plain' } },
      status: 400,
      type: 'UnknownOperationException',
    },
    { title: 'another path', change: { path: '/x' }, status: 404, type: 'UnknownOperationException' },
    { title: 'another method', change: { method: 'GET' }, status: 404, type: 'UnknownOperationException' },
    { title: 'malformed JSON', change: { body: '{' }, status: 400, type: 'SerializationException' },
    { title: 'JSON that is no object', change: { body: '[]' }, status: 400, type: 'SerializationException' },
    {
      title: 'a field of the wrong type',
      change: { body: '{"SecretId":1}' },
      status: 400,
      type: 'SerializationException',
    },
    { title: 'a missing field', change: { body: '{}' }, status: 400, type: 'ValidationException' },
    {
      title: 'a write without a token',
      change: { headers: { 'x-amz-target': 'secretsmanager.CreateSecret' }, body: '{"Name":"n"}' },
      status: 400,
      type: 'InvalidRequestException',
    },
  ])('refuses $title', async ({ change, status, type }) => {
    const { response, answer } = await send(change);
    expect([response.status, answer?.__type]).toEqual([status, type]);
  });

  it.each([
    { status: 429, type: 'ThrottlingException' },
    { status: 500, type: 'InternalServiceError' },
    { status: 503, type: 'ServiceUnavailableException' },
  ])('an injected $status reads $type', async ({ status, type }) => {
    aws.server.faults.add({ on: 'DescribeSecret', status });
    const call = aws.client.send(new DescribeSecretCommand({ SecretId: 'missing' }));
    await expect(call).rejects.toMatchObject({ name: type, $metadata: { httpStatusCode: status } });
    expect(aws.server.calls.at(-1)).toMatchObject({ operation: 'DescribeSecret', status });
  });
});

describe('the write quota', () => {
  it('throttles the writes beyond 50 in a second, whatever their kind, and no reads', async () => {
    const name = await limited.created('a');
    for (let count = 1; count < 50; count += 1) await limited.put(name, 'a');
    expect(await failure(limited.move(name, 'own', { to: 'a' }))).toBe('ThrottlingException: Rate exceeded');
    expect(await failure(limited.put(name, 'b'))).toBe('ThrottlingException: Rate exceeded');
    expect(Object.values((await limited.labels(name)) ?? {})).toEqual([['AWSCURRENT']]);
    limited.clock.now += 20;
    await limited.put(name, 'b');
    expect(await failure(limited.put(name, 'c'))).toBe('ThrottlingException: Rate exceeded');
  });
});

describe('stale reads', () => {
  it('show a secret once as it was before its last write', async () => {
    const name = await stale.created('a');
    stale.server.store.staleReads = true;
    await stale.put(name, 'b');
    const read = async () => (await stale.client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
    expect([await read(), await read()]).toEqual(['value a', 'value b']);
  });

  it('do not show a new secret at first', async () => {
    stale.server.store.staleReads = true;
    await stale.client.send(new CreateSecretCommand({ Name: 'new', SecretString: 'v' }));
    const read = () => stale.client.send(new GetSecretValueCommand({ SecretId: 'new' }));
    expect(await failure(read())).toMatch(/^ResourceNotFoundException/);
    expect((await read()).SecretString).toBe('v');
  });
});

it('what a test changes in the store by hand is what callers see', async () => {
  const name = await aws.created('a');
  const secret = aws.server.store.secret(name);
  for (const version of secret?.versions.values() ?? []) version.value = 'by hand';
  const read = await aws.client.send(new GetSecretValueCommand({ SecretId: name }));
  expect(read.SecretString).toBe('by hand');
  expect(aws.server.store.secrets()).toContain(secret);
});
