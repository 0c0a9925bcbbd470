import { afterEach, describe, expect, it } from 'vitest';
import { formatMarker, identityOf } from '../../../lambda/engine/document/marker.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { configure, openServed, telegraf } from '../../builders/a-served-consumer.ts';

// T4 and T5: somebody may make authorizations for a user of their own, with any description, and as many as they like.

let scene: Scene;
afterEach(() => scene.close());

const stored = (id: string) => scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id);

/** An authorization of a user whom nothing names, though the rotator sees it. */
async function theirs(description: string): Promise<string> {
  const { admin } = scene.world;
  const userID = scene.world.userIds.get('svc-spare') ?? '';
  const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
  const { id } = await admin.createAuthorization({ userID, description, permissions });
  scene.auditor.accept();
  return id;
}

describe('a whole marker that somebody copied', () => {
  it('from the token before is not taken for that token: it is told from ours, and ended', async () => {
    scene = await openServed();
    const { description } = stored(await scene.currentId()) ?? {};
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    const copy = await theirs(description ?? '');
    scene.world.clock.advance(HOUR);
    const { notes } = await scene.turn();
    expect(notes).toMatchObject([{ code: 'STRAY_OF_ANOTHER', authorizationId: copy, until: expect.any(String) }]);
    await scene.runFor(5 * DAY, 6 * HOUR);
    expect(stored(copy)).toBeUndefined();
    expect((await scene.turn()).notes).toEqual([]);
  });

  it('from the current token is told from ours, too, and stops no rotation', async () => {
    scene = await openServed();
    const copy = await theirs(stored(await scene.currentId())?.description ?? '');
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).notes).toMatchObject([{ code: 'STRAY_OF_ANOTHER', authorizationId: copy }]);
    scene.world.clock.advance(30 * DAY);
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
    await scene.runFor(5 * DAY, 6 * HOUR);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  });
});

describe('thousands of rows with a marker of this deployment', () => {
  const rotationId = (index: number) => `5f0c0000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const arn = () => scene.world.secretsManager.store.secret(telegraf.secret)?.arn ?? '';

  it('of invented consumers make no report longer than some hundred lines, and hide no older ones', async () => {
    scene = await openServed();
    const own = await scene.currentId();
    for (let index = 0; index < 130; index += 1)
      await theirs(formatMarker(identityOf('prod', `invented-${index}`, arn()), rotationId(index)));
    configure(scene, { name: 'renamed' });
    const { notices } = await scene.run();
    expect(notices).toHaveLength(101);
    expect(notices[0]).toMatchObject({ code: 'NOT_CONFIGURED', consumer: 'telegraf', authorizationIds: [own] });
    expect(notices.at(-1)).toMatchObject({ code: 'MORE_CONSUMERS', consumers: 31, authorizations: 31 });
  });

  it.each([
    ['a consumer that is not configured', 'NOT_CONFIGURED', () => identityOf('prod', 'old', arn())],
    ['another secret', 'ANOTHER_SECRET', () => identityOf('prod', 'telegraf', 'arn:of-another')],
  ])('of %s are counted beyond a hundred', async (_name, code, identity) => {
    scene = await openServed();
    for (let index = 0; index < 130; index += 1) await theirs(formatMarker(identity(), rotationId(index)));
    const { notices } = await scene.run();
    expect(notices).toMatchObject([{ code, more: 30 }]);
    expect(notices[0]?.authorizationIds).toHaveLength(100);
    expect(notices[0]?.notice).toContain(' and 30 more');
  });

  it('of a consumer make no more than a hundred notes, and those about its own tokens come first', async () => {
    scene = await openServed();
    const { description } = stored(await scene.currentId()) ?? {};
    for (let index = 0; index < 130; index += 1) await theirs(description ?? '');
    scene.world.clock.advance(HOUR);
    configure(scene, { adopt: 'ffffffffffffffff' });
    const { notes, state } = await scene.turn();
    expect(state).toBe('idle');
    expect(notes).toHaveLength(101);
    expect(notes[0]).toMatchObject({ code: 'ADOPTED_GONE' });
    expect(notes.at(-1)).toMatchObject({ code: 'MORE_NOTES', more: 31 });
  });
});
