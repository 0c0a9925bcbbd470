import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewToken } from '../../../../lambda/engine/apply/new-token.ts';
import { assertFewLive, ChangedAfterMintError } from '../../../../lambda/engine/apply/second-look.ts';
import { formatMarker, type Identity } from '../../../../lambda/engine/document/marker.ts';
import { aConfiguration, aConsumer, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import { anEntry, IDENTITY, versionOf } from '../../../builders/a-scenario.ts';
import { Scene } from '../../../builders/a-scene.ts';
import { type OpenServices, servicesOf } from '../../../builders/a-services.ts';

let scene: Scene;
let services: OpenServices;

beforeEach(async () => {
  const configuration = aConfiguration([aConsumer(), aConsumer({ name: 'grafana' })]);
  scene = await Scene.open({ configuration });
  services = servicesOf(scene.world);
});
afterEach(async () => {
  await services.close();
  await scene.close();
});

type Status = 'active' | 'inactive';

interface Made {
  readonly status?: Status;
  readonly owner?: string;
  readonly identity?: Identity;
  readonly description?: string;
}

/** Another authorization of this consumer, or, as given, of somebody else. */
async function other({ status = 'active', owner = 'svc-telegraf', identity = IDENTITY, ...rest }: Made = {}) {
  const { id } = await scene.tokenByHand(rest.description ?? formatMarker(identity, versionOf('other')), owner);
  if (status === 'inactive') await scene.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { status });
  return id;
}

/** The new token, which is not active yet, looks at what else there is. */
async function look(newId?: string, leaked: readonly string[] = []): Promise<unknown> {
  const authorization = await services.influxdb.getAuthorization(newId ?? (await other({ status: 'inactive' })));
  const start = { secretId: scene.secret, identity: IDENTITY, versionId: versionOf('cur'), text: '{}' };
  const token = { authorization, start } as NewToken;
  const added = leaked.map((id) => ({ ...anEntry(id, 0), compromised: true }));
  return assertFewLive(services, token, authorization.orgId, { kept: [], added, mayGo: [] });
}

const times = async (count: number, made: Made) => {
  for (let index = 0; index < count; index += 1) await other(made);
};

describe('an urgent mint looks again (U4), and', () => {
  it.each([0, 1, 2])('goes on beside %s others that live', async (count) => {
    await times(count, {});
    expect(await look()).toBeUndefined();
  });

  it('goes on beside any number that leaked and are about to be deleted', async () => {
    const ids = [await other(), await other(), await other(), await other()];
    expect(await look(undefined, ids.slice(1))).toBeUndefined();
  });

  it('ends beside three, which it names', async () => {
    const ids = [await other(), await other(), await other()];
    const ended = await look().catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(ChangedAfterMintError);
    expect(ended).toMatchObject({ code: 'CHANGED_AFTER_MINT', message: expect.stringContaining(ids.join(', ')) });
  });

  it('counts what was made before it and may yet be activated', async () => {
    await times(3, { status: 'inactive' });
    await expect(look()).rejects.toThrow(ChangedAfterMintError);
  });

  it.each([
    ['until its lease is over', LIMITS.leaseMs - MINUTE, true],
    ['and no longer', LIMITS.leaseMs, false],
  ])('%s', async (_name, ms, counts) => {
    await times(3, { status: 'inactive' });
    scene.world.clock.advance(ms);
    // Another run, with all of its time.
    await services.close();
    services = servicesOf(scene.world);
    expect(
      await look().then(
        () => false,
        () => true,
      ),
    ).toBe(counts);
  });

  it('does not count what is off and was made after it, so that one of several goes on', async () => {
    const first = await other({ status: 'inactive' });
    await times(3, { status: 'inactive' });
    expect(await look(first)).toBeUndefined();
  });

  it.each<[string, Made]>([
    // Anybody can copy a marker onto an authorization of a user of their own (T4).
    ['an owner of their own', { owner: 'svc-grafana' }],
    ['the marker of another consumer', { identity: { ...IDENTITY, consumer: 'grafana' } }],
    ['the marker of another secret', { identity: { ...IDENTITY, fingerprint: '00000000' } }],
    ['no marker', { description: 'by hand' }],
  ])('does not count those with %s', async (_name, made) => {
    await times(4, made);
    expect(await look()).toBeUndefined();
  });
});
