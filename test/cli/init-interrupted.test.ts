import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call, FaultEffect } from '../../local/http/faults.ts';
import { Beginning } from './a-beginning.ts';

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
});
afterEach(() => at.close());

/** Does this to the call with this number, of either server. */
function onCall(number: number, effect: (call: Call) => FaultEffect): void {
  let count = 0;
  for (const { faults } of [at.influxdb, at.secretsManager])
    faults.intercept((call) => {
      count += 1;
      return count === number ? effect(call) : undefined;
    });
}

/** Types it once more, and looks that everything is there, and nothing else. */
async function expectWholeAfterAnother(): Promise<void> {
  for (const { faults } of [at.influxdb, at.secretsManager]) faults.clear();
  const seen = await at.typeHere(['init', ...at.flags, '--yes']);
  expect(seen).toMatchObject({ code: 0 });
  expect(at.names()).toEqual({
    users: ['admin', 'svc-telegraf', 'token-rotator-prod'],
    secrets: ['influxdb/acme/telegraf', 'influxdb/rotator'],
  });
  const value = JSON.parse((await at.valueOf('influxdb/rotator')) ?? '{}');
  expect(at.own()).toMatchObject([{ id: value.rotation.authorizationId, status: 'active' }]);
  const third = await at.typeHere(['init', ...at.flags]);
  expect(third).toMatchObject({ code: 0, err: '' });
  expect(third.out).toContain('needs is there');
}

/** How many calls the first `init` makes. */
const CALLS = 36;
const NUMBERS = Array.from({ length: CALLS }, (_, index) => index + 1);

/** Those of them that write. Nothing is different after the others. */
const WRITES = [9, 10, 11, 12, 21, 22, 23, 24, 27, 28, 36];

const READS = ['BatchGetSecretValue', 'DescribeSecret', 'GetSecretValue'];

it('init makes as many calls as are interrupted below', async () => {
  const operations: string[] = [];
  for (const { faults } of [at.influxdb, at.secretsManager])
    faults.intercept(({ method, operation }) => {
      operations.push(method === 'GET' ? 'GET' : operation);
      return undefined;
    });
  await at.typeHere(['init', ...at.flags, '--yes']);
  expect(operations).toHaveLength(CALLS);
  const reads = ['GET', ...READS];
  expect(operations.flatMap((operation, index) => (reads.includes(operation) ? [] : index + 1))).toEqual(WRITES);
});

describe('whatever happens to a call of init, another init finishes the work, and leaves no token behind', () => {
  it.each(NUMBERS)('call %i is refused', async (number) => {
    onCall(number, ({ path }) =>
      path.startsWith('/api/')
        ? { status: 400, body: '{"code":"invalid","message":"not today"}' }
        : { status: 400, body: '{"__type":"AccessDeniedException","Message":"not today"}' },
    );
    await at.typeHere(['init', ...at.flags, '--yes']);
    await expectWholeAfterAnother();
  });

  it.each(NUMBERS)('call %i is done, and not answered', async (number) => {
    onCall(number, () => ({ loseAnswer: true }));
    await at.typeHere(['init', ...at.flags, '--yes']);
    await expectWholeAfterAnother();
  });

  it.each(WRITES)('init is killed after call %i', async (number) => {
    const args = ['cli/main.ts', 'init', ...at.flags, '--yes'];
    const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...at.env }, stdio: 'ignore' });
    const ended = once(child, 'exit');
    onCall(number, () => ({
      after: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    }));
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expectWholeAfterAnother();
  });
});
