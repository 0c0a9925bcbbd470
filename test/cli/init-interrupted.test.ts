import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call, FaultEffect } from '../../local/http/faults.ts';
import { PROGRAM_FILE } from '../builders/a-deployed-function.ts';
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

/** Runs the program in a process of its own, which ends when this call has had its effect. */
async function killAfter(number: number, args: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH, ...at.env };
  const child = spawn(process.execPath, [PROGRAM_FILE, ...args], { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  onCall(number, () => ({
    after: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  }));
  expect(await ended).toEqual([null, 'SIGKILL']);
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

/** Those of an `init` that replaces the token, and makes a secret. */
const REPLACING = Array.from({ length: 40 }, (_, index) => index + 1);
const REPLACING_WRITES = [10, 11, 21, 22, 23, 24, 27, 29, 39, 40];

/** Each call of what is typed, as `GET` or by its name. */
async function callsOf(args: readonly string[]): Promise<string[]> {
  const operations: string[] = [];
  for (const { faults } of [at.influxdb, at.secretsManager])
    faults.intercept(({ method, operation }) => {
      operations.push(method === 'GET' ? 'GET' : operation);
      return undefined;
    });
  await at.typeHere(args);
  return operations;
}

const writesAmong = (operations: readonly string[]) =>
  operations.flatMap((operation, index) => (['GET', ...READS].includes(operation) ? [] : index + 1));

it('init makes as many calls as are interrupted below', async () => {
  const first = await callsOf(['init', ...at.flags, '--yes']);
  expect([first.length, writesAmong(first)]).toEqual([CALLS, WRITES]);
  const second = await callsOf(['init', ...at.flags, '--consumer', 'ci,read=telemetry', '--yes']);
  expect([second.length, writesAmong(second)]).toEqual([REPLACING.length, REPLACING_WRITES]);
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
    await killAfter(number, ['init', ...at.flags, '--yes']);
    await expectWholeAfterAnother();
  });
});

describe('while init replaces the token of the rotator, its secret always holds one that works', () => {
  const more = () => ['init', ...at.flags, '--consumer', 'ci,read=telemetry', '--yes'];
  let before: string | undefined;
  beforeEach(async () => {
    await at.typeHere(['init', ...at.flags, '--yes']);
    before = at.own()[0]?.id;
  });

  async function expectAccess(): Promise<void> {
    for (const { faults } of [at.influxdb, at.secretsManager]) faults.clear();
    const { token, rotation } = JSON.parse((await at.valueOf('influxdb/rotator')) ?? '{}');
    expect(at.influxdb.store.tables.authorizations.get(rotation.authorizationId)).toMatchObject({ status: 'active' });
    const resources = await fetch(`${at.influxdb.url}/api/v2/resources`, {
      headers: { authorization: `Token ${token}` },
    });
    expect(resources.status).toBe(200);
  }

  async function expectReplaced(): Promise<void> {
    expect(await at.typeHere(more())).toMatchObject({ code: 0 });
    const { rotation } = JSON.parse((await at.valueOf('influxdb/rotator')) ?? '{}');
    expect(rotation.authorizationId).not.toBe(before);
    expect(at.own().map(({ id, status }) => [id, status])).toEqual([[rotation.authorizationId, 'active']]);
  }

  it.each(REPLACING)('call %i is done and not answered, and then refused', async (number) => {
    for (const effect of [
      { loseAnswer: true },
      { status: 400, body: '{"code":"invalid","message":"not today","__type":"AccessDeniedException"}' },
    ]) {
      onCall(number, () => effect);
      await at.typeHere(more());
      await expectAccess();
    }
    await expectReplaced();
  });

  it.each(REPLACING_WRITES)('init is killed after call %i', async (number) => {
    await killAfter(number, more());
    await expectAccess();
    await expectReplaced();
  });
});
