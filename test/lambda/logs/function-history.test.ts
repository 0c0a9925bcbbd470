import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { FunctionHistory } from '../../../lambda/logs/function-history.ts';
import { type LogsServer, startLogs } from '../../../local/logs/server.ts';

const GROUP = '/aws/lambda/rotator';
const START = Date.UTC(2026, 0, 1);
const limits = { callTimeoutMs: 1_000, requestLifeMs: 5_000 };
const clock = { ...systemClock, sleep: async () => {} };
const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-real' };

let server: LogsServer;
let client: SecretsManagerClient;
let now: number;
beforeEach(async () => {
  now = START;
  server = await startLogs({ now: () => now, scan: 3 });
  client = new SecretsManagerClient({ region: 'eu-west-1', credentials: KEYS, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

function history(options: Partial<ConstructorParameters<typeof FunctionHistory>[2]> = {}): FunctionHistory {
  const calls = { clock, budget: new Budget(clock, 60_000, limits), limits };
  return new FunctionHistory(client, calls, { group: GROUP, deployment: 'prod', endpoint: server.url, ...options });
}

function write(...lines: readonly (object | string)[]): void {
  for (const line of lines) {
    server.groups.write(GROUP, 'a-stream', typeof line === 'string' ? line : JSON.stringify(line));
    now += 1000;
  }
}

const alive = (consumer: string, deployment = 'prod') => ({ code: 'TOKEN_ALIVE', deployment, consumer });

it('has the events of its own deployment by their codes, the oldest first, however many pages they take', async () => {
  write(...Array.from({ length: 5 }, (_, index) => alive(`c${index}`)), alive('theirs', 'test'));
  write({ code: 'RUN_FINISHED', deployment: 'prod' }, 'START RequestId: 1', { message: 'another' });
  const found = await history().since(START, ['TOKEN_ALIVE']);
  expect(found.map(({ fields }) => fields.consumer)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
  expect(found[0]).toMatchObject({ at: START, code: 'TOKEN_ALIVE' });
  expect((await history().since(START, ['TOKEN_ALIVE', 'RUN_FINISHED'])).length).toBe(6);
});

it('begins at the time that is asked for', async () => {
  write(alive('before'), alive('after'));
  const found = await history().since(START + 1, ['TOKEN_ALIVE']);
  expect(found.map(({ fields }) => fields.consumer)).toEqual(['after']);
});

it('of more than it reads, has the newest', async () => {
  write(...Array.from({ length: 100 }, (_, index) => alive(`c${index}`)));
  const found = await history().since(START, ['TOKEN_ALIVE']);
  expect(found).toHaveLength(90);
  expect(found.at(-1)?.fields.consumer).toBe('c99');
});

it('says which right is missing', async () => {
  server.groups.create(GROUP);
  server.faults.add({ on: 'FilterLogEvents', times: 9, status: 403 });
  await expect(history().since(START, ['TOKEN_ALIVE'])).rejects.toMatchObject({
    code: 'AWS_REFUSED',
    message: `CloudWatch Logs: FilterLogEvents failed with AccessDeniedException: not authorized to perform: logs:FilterLogEvents: allow logs:FilterLogEvents on the log group ${GROUP} in the policy of the function's role`,
  });
});

it('tries again what was not answered', async () => {
  write(alive('telegraf'));
  server.faults.add({ on: 'FilterLogEvents', times: 2, status: 503 });
  expect(await history().since(START, ['TOKEN_ALIVE'])).toHaveLength(1);
});
