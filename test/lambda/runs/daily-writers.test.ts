import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { aConfiguration, DAY, HOUR } from '../../builders/a-configuration.ts';
import { notesOf, Scene } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

// T4: something that writes the secret every day puts no end off for ever, and every wait says until when.

let scene: Scene;
afterEach(() => scene.close());

type Writer = () => Promise<void>;

/** What somebody writes every day. */
const WRITERS: Readonly<Record<string, Writer>> = {
  'another url': () => scene.edit({ url: `https://influxdb/${scene.world.clock.now()}` }),
  'a ledger whose times are always new': async () => {
    const { rotation } = await scene.value();
    const since = new Date(scene.world.clock.now()).toISOString();
    const superseded = rotation.superseded.map((entry) => ({ ...entry, since }));
    await scene.edit({ rotation: { ...rotation, superseded } });
  },
  'an empty ledger': async () => {
    const { rotation } = await scene.value();
    await scene.edit({ rotation: { ...rotation, superseded: [] } });
  },
  'a value of its own, and then ours again': async () => {
    const ours = await scene.text();
    await scene.put('{"token":"of-somebody"}');
    scene.world.clock.advance(1000);
    await scene.put(ours);
  },
};

/** The days until this is so, with a run each hour, and with what is written each day. */
async function daysUntil(isSo: () => boolean, write: Writer, most: number, everyHours = 23): Promise<number> {
  for (let hour = 0; hour < most * 24; hour += 1) {
    if (isSo()) return hour / 24;
    if (hour % everyHours === 0) {
      await write();
      scene.auditor.accept();
    }
    scene.world.clock.advance(HOUR);
    await scene.run();
  }
  return Number.POSITIVE_INFINITY;
}

const isLive = (id: string) =>
  scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id)?.status === 'active';
const isGone = (id: string) => scene.world.influxdb.store.storedAuthorizations().every((row) => row.id !== id);

/** Lease, three grace periods, and what a schedule of an hour adds. */
const BOUND = 3.2;

describe('does not keep a superseded token for ever', () => {
  it.each(Object.keys(WRITERS))('%s', async (what) => {
    scene = await openServed();
    const old = await scene.currentId();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    expect(await scene.currentId()).not.toBe(old);
    expect(await daysUntil(() => !isLive(old), WRITERS[what] as Writer, 6)).toBeLessThanOrEqual(BOUND);
    expect(await scene.works()).toBe(true);
  });
});

describe('does not keep the tokens of a retired consumer for ever', () => {
  const values: Readonly<Record<string, Writer>> = {
    ...WRITERS,
    'an empty value': () => scene.put('{}'),
    'a value of its own': () => scene.put('{"token":"of-somebody"}'),
  };

  it.each(Object.keys(values))('%s', async (what) => {
    scene = await openServed();
    const old = await scene.currentId();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    const current = await scene.currentId();
    configure(scene, { retired: true });
    const ended = () => !isLive(old) && !isLive(current);
    expect(await daysUntil(ended, values[what] as Writer, 6)).toBeLessThanOrEqual(BOUND);
    await daysUntil(() => scene.rows.length === 0, values[what] as Writer, 4);
    expect(scene.rows).toEqual([]);
  });

  it('and each run says until when it waits', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    configure(scene, { retired: true });
    await scene.edit({ url: 'https://edited' });
    const { state, notes } = await scene.turn();
    const until = new Date(scene.world.clock.now() + 24.5 * HOUR).toISOString();
    expect({ state, notes }).toMatchObject({
      state: 'idle',
      notes: [{ code: 'RETIRED_SETTLES', authorizationId: id, until: expect.stringContaining(until.slice(0, 16)) }],
    });
    scene.world.clock.advance(24 * HOUR);
    expect(isLive(id)).toBe(true);
    await scene.run();
    expect(isLive(id)).toBe(true);
    scene.world.clock.advance(HOUR);
    await scene.run();
    expect(isLive(id)).toBe(false);
  });

  it('nor does one that writes every hour, which only the age of the token ends', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    configure(scene, { retired: true });
    const put = () => scene.put('{}');
    await daysUntil(() => false, put, 3, 1);
    expect(isLive(id)).toBe(true);
    const [note] = (await scene.turn()).notes;
    expect(note).toMatchObject({ code: 'RETIRED_SETTLES', authorizationId: id });
    scene.world.clock.advance(36 * DAY);
    await daysUntil(() => !isLive(id), put, 4, 1);
    expect(isLive(id)).toBe(false);
  });

  it('though what the secret was taken away from an hour ago keeps its grace period', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    scene.world.clock.advance(10 * DAY);
    await scene.put('{}');
    scene.world.clock.advance(60_000);
    await scene.put('{"token":"of-somebody"}');
    configure(scene, { retired: true });
    for (let hour = 0; hour < 24; hour += 1) {
      scene.world.clock.advance(HOUR);
      expect(isLive(id)).toBe(true);
      await scene.run();
    }
    scene.world.clock.advance(2 * HOUR);
    await scene.run();
    expect(isLive(id)).toBe(false);
  });
});

describe('does not put off for ever the end of what is adopted after the first rotation', () => {
  it.each(Object.keys(WRITERS))('%s', async (what) => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
    const { id, token } = await scene.tokenByHand();
    await scene.put(JSON.stringify({ token }));
    scene.world.clock.advance(HOUR);
    configure(scene, {});
    await scene.run();
    await scene.runFor(12 * HOUR, 6 * HOUR);
    configure(scene, { adopt: id });
    await (WRITERS[what] as Writer)();
    scene.auditor.accept();
    expect((await scene.turn()).notes).toMatchObject([{ code: 'ADOPTED_SETTLES', until: expect.any(String) }]);
    expect(await daysUntil(() => !isLive(id), WRITERS[what] as Writer, 6)).toBeLessThanOrEqual(BOUND);
    await daysUntil(() => isGone(id), WRITERS[what] as Writer, 4);
    expect(isGone(id)).toBe(true);
    expect(await scene.works()).toBe(true);
  });
});

describe('does not keep a stray for ever', () => {
  async function openWithStray(): Promise<string> {
    scene = await openServed();
    scene.world.clock.advance(30 * DAY);
    await scene.runKilledAt(({ operation }) => operation === 'PATCH /api/v2/authorizations/{id}', 'after');
    return scene.rows.at(-1)?.id ?? '';
  }

  it.each(['another url', 'a ledger whose times are always new', 'a value of its own, and then ours again'])(
    '%s',
    async (what) => {
      const stray = await openWithStray();
      expect(await daysUntil(() => !isLive(stray), WRITERS[what] as Writer, 6)).toBeLessThanOrEqual(BOUND);
      expect(await scene.works()).toBe(true);
    },
  );

  it('an empty ledger: the rotation that waits for it is blocked, and its age ends it', async () => {
    const stray = await openWithStray();
    const write = WRITERS['an empty ledger'] as Writer;
    const states = new Set<string>();
    const note = async () => {
      states.add((await scene.turn()).state);
      await write();
    };
    expect(await daysUntil(() => !isLive(stray), note, 45)).toBeLessThanOrEqual(35 + BOUND);
    expect(states).toContain('blocked');
    expect(await scene.works()).toBe(true);
  });
});

it('a label that is moved to the token every day keeps it: it is in use then', async () => {
  scene = await openServed();
  const old = await scene.value();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  const current = await scene.value();
  const move = async (to: string, from: string) =>
    scene.world.secrets.send(
      new UpdateSecretVersionStageCommand({
        ...{ SecretId: scene.secret, VersionStage: 'AWSCURRENT' },
        ...{ MoveToVersionId: to, RemoveFromVersionId: from },
      }),
    );
  await daysUntil(
    () => false,
    async () => {
      await move(old.rotation.id, current.rotation.id);
      await move(current.rotation.id, old.rotation.id);
    },
    6,
  );
  expect(scene.world.influxdb.store.statusOf(old.token)).toBe('active');
  expect(notesOf(await scene.turn()).join()).toContain('if the secret is not changed again');
});
