import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { CONCURRENCY } from '../../../lambda/calls/side-by-side.ts';
import type { World } from '../../../simulation/world.ts';
import { type OpenServices, servicesOf } from '../../builders/a-services.ts';
import { aWorld } from '../../builders/a-world.ts';

let world: World;
let services: OpenServices;
afterEach(async () => {
  await services.close();
  await world.close();
});

const BATCH = 'BatchGetSecretValue';

/** So many secrets, each with a value of its own. */
async function open(count: number): Promise<readonly string[]> {
  world = await aWorld();
  services = servicesOf(world);
  const ids = Array.from({ length: count }, (_, index) => `many/${index}`);
  for (const Name of ids) await world.secrets.send(new CreateSecretCommand({ Name, SecretString: `{"of":"${Name}"}` }));
  world.secretsManager.calls.length = 0;
  return ids;
}

/** Answers each batch only after this many milliseconds, and counts how many are under way. */
function answerAfter(ms: number): { readonly most: () => number } {
  let atOnce = 0;
  let most = 0;
  world.secretsManager.faults.add({
    ...{ on: BATCH, times: Number.POSITIVE_INFINITY },
    before: async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, ms));
      atOnce -= 1;
    },
  });
  return { most: () => most };
}

it('are read 20 at a time, side by side, and told in the order in which they were asked for', async () => {
  const ids = await open(305);
  const { most } = answerAfter(20);
  const readings = await services.store.readCurrent(ids);
  expect([...readings.keys()]).toEqual(ids);
  for (const [id, reading] of readings) expect(reading).toMatchObject({ kind: 'value', text: `{"of":"${id}"}` });
  expect(world.secretsManager.calls.map(({ operation }) => operation)).toEqual(Array.from({ length: 16 }, () => BATCH));
  expect(most()).toBe(CONCURRENCY);
});

it('are not asked for any more once a batch has failed, and no call outlives the failure', async () => {
  const ids = await open(400);
  world.secretsManager.faults.add({ on: BATCH, status: 400, body: '{"__type":"AccessDeniedException"}' });
  answerAfter(20);
  await expect(services.store.readCurrent(ids)).rejects.toThrow(CallError);
  const calls = world.secretsManager.calls.map(({ status }) => status);
  expect(calls).toHaveLength(CONCURRENCY);
  expect(calls).not.toContain(undefined);
});
