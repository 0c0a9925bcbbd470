import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { tokenHash } from '../../../lambda/engine/document/document.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, notesOf, Scene } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

// T1 to T5: what a document says that somebody forged who may write one consumer's secret.

let scene: Scene;
afterEach(() => scene.close());

const rows = () => scene.world.influxdb.store.storedAuthorizations();
const stored = (id: string) => rows().find((row) => row.id === id);

/** Writes into the document beside the token that the secret holds. */
async function forge(change: object): Promise<void> {
  const { rotation } = await scene.value();
  await scene.edit({ rotation: { ...rotation, ...change } });
  scene.auditor.accept();
}

describe('a document that names as the current one', () => {
  const others: Readonly<Record<string, () => Promise<string>>> = {
    'a row that somebody made by hand for the same owner': async () => (await scene.tokenByHand()).id,
    'a row of its own that never worked': async () => {
      await scene.runKilledAt(({ operation }) => operation === 'POST /api/v2/authorizations', 'after');
      return scene.rows.at(-1)?.id ?? '';
    },
    'a row that does not exist': async () => '00000000000000aa',
  };

  it.each(Object.keys(others))('%s: the rotation goes through, and nothing is left', async (which) => {
    scene = await openServed();
    const { token } = await scene.value();
    scene.world.clock.advance(30 * DAY);
    const named = (await others[which]?.()) ?? '';
    scene.world.clock.advance(HOUR);
    await forge({ authorizationId: named });
    const { state, actions } = await scene.turn();
    expect({ state, actions }).toMatchObject({ state: 'acting', actions: [{ kind: 'rotate', outcome: 'done' }] });
    expect(await scene.works()).toBe(true);
    expect((await scene.value()).token).not.toBe(token);
    // Consumers may still hold the one before.
    expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect((await scene.turn()).state).toBe('idle');
  });

  it('a row by hand, with that token in the secret: it is replaced when it is due, and reported', async () => {
    scene = await openServed();
    scene.world.clock.advance(20 * DAY);
    const hers = await scene.tokenByHand();
    await forge({ authorizationId: hers.id, tokenHash: tokenHash(hers.token) });
    await scene.edit({ token: hers.token });
    scene.auditor.accept();
    await scene.runFor(5 * DAY, 6 * HOUR);
    expect(await scene.works()).toBe(true);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    const { notices } = await scene.run();
    expect(notices).toMatchObject([{ code: 'UNMANAGED_TOKEN', authorizationId: hers.id }]);
  });
});

describe('a ledger that calls compromised what the configuration adopts', () => {
  it('ends it no sooner: its readers have their grace period', async () => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
    const { id, token } = await scene.tokenByHand();
    await scene.put(JSON.stringify({ token }));
    configure(scene, { adopt: id });
    await scene.run();
    const { rotation } = await scene.value();
    const superseded = rotation.superseded.map((entry) => ({ ...entry, compromised: true }));
    await forge({ superseded });
    for (let hour = 0; hour < 24; hour += 1) {
      expect(stored(id)?.status).toBe('active');
      scene.world.clock.advance(HOUR);
      await scene.run();
    }
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toBeUndefined();
  });
});

describe('a ledger that names what somebody made by hand', () => {
  it('does not hide it from the report, where "auto" adopts something, or nothing', async () => {
    scene = await openServed();
    configure(scene, { adopt: 'auto' });
    const hers = await scene.tokenByHand();
    const { userId, orgId } = (await scene.value()).rotation as unknown as Record<string, string>;
    await forge({ superseded: [{ authorizationId: hers.id, userId, orgId, since: '2020-01-01T00:00:00Z' }] });
    const { notices, counts } = await scene.run();
    expect(notices).toMatchObject([{ code: 'UNMANAGED_TOKEN', authorizationId: hers.id }]);
    expect(counts.unmanaged).toBe(1);
  });

  it('and one that "auto" did adopt is not reported while it waits for its end', async () => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
    const { token } = await scene.tokenByHand();
    await scene.put(JSON.stringify({ token }));
    configure(scene, { adopt: 'auto' });
    expect(notesOf(await scene.turn()).join()).toContain('is adopted');
    for (let hour = 0; hour < 60; hour += 6) {
      scene.world.clock.advance(6 * HOUR);
      expect((await scene.run()).notices).toEqual([]);
    }
  });
});

describe('what one secret says counts as one missing token at most', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  async function openFive(): Promise<void> {
    scene = await Scene.open({ configuration: aConfiguration(names.map((name) => aConsumer({ name }))) });
    await scene.run();
  }

  async function lose(...consumers: string[]): Promise<void> {
    const report = await scene.run('status');
    for (const name of consumers) {
      const [token] = consumerIn(report, name).tokens;
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${token?.authorizationId}`);
    }
    scene.auditor.accept();
  }

  const put = (name: string, text: string) =>
    scene.world.secrets.send(new PutSecretValueCommand({ SecretId: `influxdb/acme/${name}`, SecretString: text }));

  const values: Readonly<Record<string, (value: Record<string, unknown>) => object>> = {
    'that names a row that does not exist': ({ token, rotation }) => ({
      token,
      rotation: { ...(rotation as object), authorizationId: '00000000000000aa' },
    }),
    'beside a token of nobody': ({ rotation }) => ({
      token: 'of-nobody',
      rotation: { ...(rotation as object), authorizationId: '00000000000000aa', tokenHash: tokenHash('of-nobody') },
    }),
    'without any token, whose ledger names the others': ({ rotation }) => ({
      rotation: {
        ...(rotation as object),
        authorizationId: '00000000000000aa',
        superseded: scene.rows.map(({ id: authorizationId }) => ({
          authorizationId,
          userId: stored(authorizationId)?.userId,
          since: '2020-01-01T00:00:00Z',
        })),
      },
    }),
    'of another consumer': () => ({}),
  };

  it.each(Object.keys(values))('a document %s keeps two others from no replacement', async (what) => {
    await openFive();
    const own = JSON.parse(await scene.text()) as Record<string, unknown>;
    const forged = values[what]?.(own) ?? {};
    await lose('b', 'c');
    await put('a', JSON.stringify(forged));
    if (what === 'of another consumer') {
      scene.world.clock.advance(1000);
      await put('a', JSON.stringify({ ...own, rotation: { ...(own.rotation as object), consumer: 'd' } }));
    }
    scene.auditor.accept();
    const { errors, consumers } = await scene.run();
    expect(errors).toEqual([]);
    for (const name of ['b', 'c'])
      expect(consumers.find(({ consumer }) => consumer === name)).toMatchObject({
        ...{ state: 'acting', why: { code: 'MISSING' }, actions: [{ kind: 'rotate', outcome: 'done' }] },
      });
  });
});
