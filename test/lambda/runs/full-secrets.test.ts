import { afterEach, describe, expect, it } from 'vitest';
import { formatMarker, identityOf } from '../../../lambda/engine/document/marker.ts';
import { MAX_SECRET_BYTES } from '../../../lambda/engine/document/secret-text.ts';
import { DAY, HOUR, LIMITS } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { configure, openServed, telegraf } from '../../builders/a-served-consumer.ts';

// U6: a secret that is almost full has no room for the next ledger. What has our marker ends without an entry.

let scene: Scene;
afterEach(() => scene.close());

const rows = () => scene.world.influxdb.store.storedAuthorizations();
const stored = (id: string) => rows().find((row) => row.id === id);
const isOurs = ({ description }: { description: string }) => description.includes('/telegraf/');

async function ofOwner(description: string): Promise<string> {
  return (await scene.tokenByHand(description)).id;
}

interface Ledger {
  readonly authorizationId: string;
  readonly since: string;
}

/** The secret as it is, with this ledger, and as full as it can be: only so many bytes are left. */
async function fill(ledger: readonly Ledger[], bytesLeft: number): Promise<void> {
  const value = await scene.value();
  const { userId } = value.rotation as unknown as { userId: string };
  const superseded = ledger.map((entry) => ({ userId, ...entry }));
  const text = (notes: string) => JSON.stringify({ notes, ...value, rotation: { ...value.rotation, superseded } });
  await scene.put(text('x'.repeat(MAX_SECRET_BYTES - Buffer.byteLength(text('')) - bytesLeft)));
  scene.auditor.accept();
}

describe('a secret that is full', () => {
  /** Tokens that were superseded an hour ago, and switched off by hand: they wait for grace and hold. */
  async function withTwoHundred(): Promise<string[]> {
    scene = await openServed();
    scene.world.clock.advance(30 * DAY);
    const arn = scene.world.secretsManager.store.secret(telegraf.secret)?.arn ?? '';
    const ids: string[] = [];
    for (let index = 0; index < 200; index += 1) {
      const rotationId = `5f0c0000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const tokenHash = String(index).padStart(32, '0');
      const id = await ofOwner(formatMarker(identityOf('prod', 'telegraf', arn), rotationId, { tokenHash }));
      await scene.setStatus(id, 'inactive');
      ids.push(id);
    }
    scene.auditor.accept();
    return ids;
  }

  it('of application keys and two hundred ledger entries: the rotation succeeds, says what it left out, and nothing is left', async () => {
    const ids = await withTwoHundred();
    const hers = await ofOwner('by hand');
    configure(scene, { adopt: hers });
    scene.world.clock.advance(HOUR);
    const since = (index: number) => new Date(scene.world.clock.now() - HOUR + index).toISOString();
    const ledger = ids.map((authorizationId, index) => ({ authorizationId, since: since(index) }));
    const current = await scene.currentId();
    const entries = [{ authorizationId: hers, since: since(0) }, ...ledger];
    await fill(entries, 10);
    const text = JSON.parse(await scene.text()) as { notes: string };
    expect(text.notes.length).toBeGreaterThan(44_000);

    const logged: unknown[] = [];
    const log = (code: string, fields: object) => logged.push({ code, ...fields });
    const report = await scene.run('run', { log } as never);
    const { actions, state } = report.consumers[0] ?? {};
    expect({ state, actions }).toMatchObject({ state: 'acting', actions: [{ kind: 'rotate', outcome: 'done' }] });
    const leftOut = actions?.[0]?.leftOut ?? 0;
    expect(leftOut).toBeGreaterThan(0);
    expect(logged).toContainEqual(expect.objectContaining({ code: 'LEDGER_SHORTENED', leftOut }));
    expect(await scene.works()).toBe(true);
    expect((await scene.text()).length).toBeLessThanOrEqual(MAX_SECRET_BYTES);
    const named = (await scene.value()).rotation.superseded.map(({ authorizationId }) => authorizationId);
    // The oldest are left out; what has no marker stays, and so does what was current.
    expect(named.slice(0, 2)).toEqual([hers, ids[leftOut]]);
    expect(named).toContain(current);
    expect(named).toHaveLength(entries.length + 1 - leftOut);
    expect(JSON.parse(await scene.text())).toMatchObject({ notes: text.notes });

    for (let hour = 0; hour < 23; hour += 1) {
      scene.world.clock.advance(HOUR);
      await scene.run();
      // What was left out waits like the others.
      expect(ids.every((id) => stored(id)?.status === 'inactive')).toBe(true);
    }
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(
      rows()
        .filter(isOurs)
        .map(({ id }) => id),
    ).toEqual([await scene.currentId()]);
    expect(stored(hers)).toBeUndefined();
    expect(await scene.works()).toBe(true);
    scene.world.clock.advance(26 * DAY);
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  });

  it('of application keys alone gets no new token, and the run says so', async () => {
    scene = await openServed();
    await fill([], 10);
    scene.world.clock.advance(30 * DAY);
    const { state, actions } = await scene.turn();
    expect({ state, actions }).toMatchObject({ state: 'failed', actions: [{ errorCode: 'SECRET_TEXT' }] });
    expect(scene.rows).toHaveLength(1);
    expect(await scene.works()).toBe(true);
  });

  it('has no room to copy a token forward: strays end without an entry, and no run copies twice', async () => {
    scene = await openServed();
    scene.world.clock.advance(30 * DAY);
    await scene.runKilledAt(({ operation }) => operation === 'PATCH /api/v2/authorizations/{id}', 'after');
    scene.world.clock.advance(LIMITS.leaseMs);
    await fill([], 10);
    let copies = 0;
    for (let hour = 0; hour < 80; hour += 1) {
      scene.world.clock.advance(HOUR);
      copies += (await scene.turn()).actions.filter(({ kind }) => kind === 'copy-forward').length;
    }
    expect(copies).toBe(0);
    expect(scene.rows.map(({ status }) => status)).toEqual(['active']);
    expect(await scene.works()).toBe(true);
  });
});
