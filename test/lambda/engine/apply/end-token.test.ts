import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endToken } from '../../../../lambda/engine/apply/end-token.ts';
import { type Identity, identityOf, parseMarker } from '../../../../lambda/engine/document/marker.ts';
import type { EndStep } from '../../../../lambda/engine/plan/steps.ts';
import { aConsumer } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { type OpenServices, servicesOf } from '../../../builders/a-services.ts';
import { openNew } from '../../../builders/a-trace.ts';

let scene: Scene;
let services: OpenServices;
let identity: Identity;

beforeEach(async () => {
  scene = await openNew();
  await scene.run();
  services = servicesOf(scene.world);
  const { arn = '' } = (await services.store.describe(scene.secret)) ?? {};
  identity = identityOf('prod', 'telegraf', arn);
});
afterEach(async () => {
  await services.close();
  await scene.close();
});

/** Takes the authorization a step further, and says what its description is then, if it still exists. */
async function ended(kind: EndStep['kind'], authorizationId: string, adopted: boolean): Promise<string | undefined> {
  const step: EndStep = {
    ...{ kind, authorizationId, reason: { code: 'GRACE_OVER', authorizationId }, countsSince: undefined },
    ...{ compromised: false, identity, adopted, aside: false },
  };
  const protections = { of: () => undefined, inUse: () => undefined };
  await endToken(services, aConsumer(), step, { secretId: scene.secret, description: undefined, protections });
  return scene.world.influxdb.store.authorizations().find(({ id }) => id === authorizationId)?.description;
}

const patches = () => scene.world.influxdb.calls.filter(({ operation }) => operation.startsWith('PATCH')).length;
const statusOf = (wanted: string) =>
  scene.world.influxdb.store.authorizations().find(({ id }) => id === wanted)?.status;

describe('an adopted token that is switched off', () => {
  it.each([
    ['what somebody wrote', 'made by hand', 'made by hand'],
    ['nothing', '', ''],
  ])('is marked in the same call (T1), before %s', async (_name, text, rest) => {
    const { id } = await scene.tokenByHand(text);
    const before = patches();
    const description = (await ended('switch-off', id, true)) ?? '';
    expect(patches() - before).toBe(1);
    expect(statusOf(id)).toBe('inactive');
    expect(parseMarker(description)).toMatchObject({ ...identity, adopted: true, tokenHash: undefined });
    expect(description.split(' adopted')[1]).toBe(rest === '' ? '' : ` ${rest}`);
  });

  it('is ended by its own marker from then on, though nothing adopts it any more', async () => {
    const { id } = await scene.tokenByHand();
    await ended('switch-off', id, true);
    expect(await ended('delete', id, false)).toBeUndefined();
    expect(statusOf(id)).toBeUndefined();
  });

  it('keeps the marker that it has, of a consumer that was renamed', async () => {
    const { description: own = '' } = scene.rows[0] ?? {};
    const { id } = await scene.tokenByHand(own.replace('telegraf', 'grafana'));
    expect(await ended('switch-off', id, true)).toBe(own.replace('telegraf', 'grafana'));
    expect(statusOf(id)).toBe('inactive');
  });
});

it('a token of our own that is switched off keeps its description', async () => {
  const [{ id = '', description = '' } = {}] = scene.rows;
  expect(await ended('switch-off', id, false)).toBe(description);
  expect(statusOf(id)).toBe('inactive');
});

it('a token without a marker is not switched off, unless it is adopted', async () => {
  const { id } = await scene.tokenByHand();
  await expect(ended('switch-off', id, false)).rejects.toThrow('its marker was removed');
  expect(statusOf(id)).toBe('active');
});
