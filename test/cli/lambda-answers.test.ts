import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { notAsked } from '../../cli/function/lambda-failures.ts';
import { type Seen, type } from '../builders/a-deployed-function.ts';

let server: Server | undefined;
afterEach(() => server?.close());
afterEach(() => vi.unstubAllEnvs());

interface LambdaAnswer {
  readonly status?: number;
  readonly type?: string;
  /** The function failed. */
  readonly failed?: true;
  /** Left out: the connection is closed. */
  readonly body?: string;
}

/** The program, where Lambda answers every call like that. */
async function answered({ status = 200, type: error, failed, body }: LambdaAnswer, ...args: string[]): Promise<Seen> {
  const listening = createServer((_, response) => {
    if (body === undefined) return response.destroy();
    response.writeHead(status, {
      ...(error !== undefined && { 'x-amzn-errortype': error }),
      ...(failed && { 'x-amz-function-error': 'Unhandled' }),
    });
    return response.end(body);
  }).listen(0, '127.0.0.1');
  server = listening;
  await once(listening, 'listening');
  return type(args, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  });
}

it.each(['', '<html>', 'null', '"hi"', '{"statusCode":200}'])(
  'a function that answers %j is not ours',
  async (body) => {
    const seen = await answered({ body }, 'status', '--function', 'other');
    expect(seen).toMatchObject({ code: 2, out: '' });
    expect(seen.err).toBe('other does not answer as a function of this program does: choose another with --function\n');
  },
);

it.each([
  [429, 'TooManyRequestsException', 1, 'ask again in a moment'],
  [500, 'ServiceException', 1, 'ask again in a moment'],
  [403, 'AccessDeniedException', 2, 'the right lambda:InvokeFunction on ours is needed'],
  [403, 'ExpiredTokenException', 2, 'sign in to AWS (aws login), or choose a profile with AWS_PROFILE'],
])('%i %s ends with %i, and says what to do: %s', async (status, error, code, remedy) => {
  const seen = await answered({ status, type: error, body: '{"message":"because"}' }, 'status', '--function', 'ours');
  expect(seen).toMatchObject({ code, out: '' });
  expect(seen.err).toBe(`AWS Lambda could not be asked: because; ${remedy}\n`);
});

it('only who may not list functions is told to name one', async () => {
  const denied = { status: 403, type: 'AccessDeniedException', body: '{"message":"because"}' };
  expect((await answered(denied, 'status')).err).toContain('with --function');
  server?.close();
  expect((await answered({ ...denied, type: 'ExpiredTokenException' }, 'status')).err).not.toContain('--function');
});

it.each([
  [500, 'ServiceException', 1],
  [403, 'ExpiredTokenException', 2],
])('where functions are listed, %i %s ends with %i, too', async (status, error, code) => {
  const seen = await answered({ status, type: error, body: '{"message":"because"}' }, 'status', '--json');
  expect(seen.code).toBe(code);
  if (code === 1) expect(JSON.parse(seen.out)).toEqual({ failure: expect.stringContaining('ask again in a moment') });
});

it('where nothing listens, that is said, with the next step', async () => {
  const seen = await type(['status'], {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  });
  expect(seen.code).toBe(1);
  expect(seen.err).toContain('see whether AWS can be reached from here');
});

it('without a Region, that is said', async () => {
  server = createServer();
  const seen = await type(['status', '--function', 'ours'], {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  expect(seen.code).toBe(2);
  expect(seen.err).toMatch(/^AWS Lambda could not be asked: Region is missing; set AWS_REGION/);
});

it.each([
  [
    'time',
    { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 1 Error: Task timed out after 900.00 seconds' },
    'raise limits.functionTimeout',
  ],
  [
    'memory',
    { errorType: 'Runtime.OutOfMemory', errorMessage: 'RequestId: 1 Error: Runtime exited with error: signal: killed' },
    'raise the memorySize of the construct',
  ],
])('a function that ran out of %s is said to have, with the next step', async (_what, failure, remedy) => {
  const seen = await answered({ failed: true, body: JSON.stringify(failure) }, 'status', '--function', 'ours');
  expect(seen).toMatchObject({ code: 1, out: '' });
  expect(seen.err).toContain('the next run goes on from it');
  expect(seen.err).toContain(remedy);
});

it('an act whose answer is lost may go on, which is said', async () => {
  const act = ['run', '--function', 'ours', '--yes'];
  expect((await answered({}, ...act)).err).toContain('the function goes on in AWS by itself');
  server?.close();
  const look = await answered({}, 'status', '--function', 'ours');
  expect(look.code).toBe(1);
  expect(look.err).not.toContain('goes on in AWS');
});

it.each([
  ['http://127.0.0.1:4566', undefined, /add --local --config FILE/],
  ['http://127.0.0.1:4566', 'http://127.0.0.1:4566', /see whether AWS can be reached/],
  ['https://vpce-1.secretsmanager.eu-central-1.vpce.amazonaws.com', undefined, /see whether AWS can be reached/],
  [undefined, undefined, /see whether AWS can be reached/],
])('where Secrets Manager is at %s and Lambda at %s, what to do is %s', (secretsManager, lambda, remedy) => {
  vi.stubEnv('AWS_ENDPOINT_URL', undefined);
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secretsManager);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', lambda);
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  expect(notAsked(error, { name: undefined, right: 'lambda:ListFunctions' })).toMatch(remedy);
});
