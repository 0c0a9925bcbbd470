import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { fingerprintOf, formatMarker } from '../../../lambda/engine/document/marker.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { WorldOptions } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { notesOf, Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const ROTATION_ID = '5f0c0000-0000-4000-8000-000000000000';

async function open(names: readonly string[] = ['telegraf'], tokens: WorldOptions['tokens'] = 'hashed'): Promise<void> {
  const configuration = aConfiguration(names.map((name) => aConsumer({ name })));
  scene = await Scene.open({ configuration, tokens });
}

/** Who the tokens of the consumer telegraf belong to. */
function identity() {
  const arn = scene.world.secretsManager.store.secret(scene.secret)?.arn ?? '';
  return { deployment: 'prod', consumer: 'telegraf', fingerprint: fingerprintOf(arn) };
}

function stored(id: string) {
  return scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id);
}

async function describeAs(id: string, description: string): Promise<void> {
  await scene.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { description });
  scene.auditor.accept();
}

/** Somebody's own token, which its owner shares with the consumer. */
async function byHand(description: string, owner?: string): Promise<{ id: string; token: string }> {
  const made = await scene.tokenByHand(description, owner);
  scene.auditor.accept();
  return made;
}

/** Runs at times between which a superseded token is switched off, and then deleted. */
async function pass(runs = 4): Promise<ConsumerReport> {
  let turn = await scene.turn();
  for (let run = 0; run < runs; run += 1) {
    scene.world.clock.advance(26 * HOUR);
    turn = await scene.turn();
    scene.auditor.inspect();
  }
  return turn;
}

describe('a superseded token whose description somebody edited', () => {
  const unmarked = 'has no marker of ours: it is left alone';
  const kept = 'is kept for good: its keep-until is no date such as 2026-12-24T18:00:00Z; correct or remove it';
  it.each<[string, (marker: string) => string, 'ends' | RegExp | string]>([
    ['text after the marker', (marker) => `${marker} used by the boiler room`, 'ends'],
    ['a new line after the marker', (marker) => `${marker}\nused by the boiler room`, 'ends'],
    ['text before the marker', (marker) => `old: ${marker}`, unmarked],
    ['half of the marker', (marker) => marker.slice(0, 40), unmarked],
    ['the marker in capitals', (marker) => marker.toUpperCase(), unmarked],
    ['no marker', () => '', unmarked],
    ['the marker of another rotation', (marker) => marker.slice(0, -36) + ROTATION_ID, 'ends'],
    ['a keep-until that has passed', (marker) => `${marker} keep-until=2026-01-02`, 'ends'],
    ['a keep-until in another word', (marker) => `${marker} no-keep-until=9999-01-01`, 'ends'],
    [
      'keep-until=9999',
      (marker) => `${marker} keep-until=9999-12-31T23:59:59Z`,
      'is kept until 9999-12-31T23:59:59.000Z',
    ],
    [
      'two keep-until',
      (marker) => `${marker} keep-until=9000-01-01 keep-until=2026-01-02`,
      'is kept until 9000-01-01T',
    ],
    ['a keep-until on a line below', (marker) => `${marker}\nkeep-until=9000-01-01`, 'is kept until 9000-01-01T'],
    ['a keep-until in words', (marker) => `${marker} keep-until=christmas`, kept],
    ['a keep-until by weeks', (marker) => `${marker} keep-until=week-51`, kept],
    ['a keep-until of an impossible day', (marker) => `${marker} keep-until=2026-99-99`, kept],
    ['an empty keep-until', (marker) => `${marker} Keep-Until= soon`, kept],
    ["another consumer's marker", (marker) => marker.replace('/telegraf/', '/grafana/'), 'consumer grafana, secret'],
    [
      "another deployment's marker",
      (marker) => marker.replace('/prod/', '/test/'),
      'that of deployment test, consumer',
    ],
    [
      "another secret's marker",
      (marker) => marker.replace(/[0-9a-f]{8}/, '00000000'),
      'secret 00000000: it is left alone',
    ],
  ])('%s', async (_name, edit, outcome) => {
    await open();
    await scene.run();
    const old = await scene.currentId();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    await describeAs(old, edit(stored(old)?.description ?? ''));
    const notes = notesOf(await pass(3));
    expect({ status: stored(old)?.status, notes: notes.join() }).toEqual(
      outcome === 'ends'
        ? { status: undefined, notes: '' }
        : { status: 'active', notes: expect.stringMatching(new RegExp(`^(superseded )?authorization ${old} .*`)) },
    );
    expect(notes.join()).toContain(outcome === 'ends' ? '' : outcome);
    expect(await scene.works()).toBe(true);
  });
});

describe('a current token whose description somebody edited', () => {
  it.each<[string, (marker: string) => string]>([
    ['no marker', () => ''],
    ['text before the marker', (marker) => `telegraf: ${marker}`],
    ['a marker that is cut off', (marker) => marker.slice(0, marker.indexOf(' sha256=') - 1)],
  ])('is replaced, and left alone then, since nothing says whose it is: %s', async (_name, edit) => {
    await open();
    await scene.run();
    const old = await scene.currentId();
    await describeAs(old, edit(stored(old)?.description ?? ''));
    scene.world.clock.advance(30 * DAY);
    await pass();
    expect(stored(old)?.status).toBe('active');
    const { notices, counts } = await scene.run();
    expect(notices).toMatchObject([{ code: 'UNMANAGED_TOKEN', authorizationId: old }]);
    expect(counts.unmanaged).toBe(1);
    expect(scene.rows).toHaveLength(1);
    expect(await scene.works()).toBe(true);
  });

  it.each<[string, (marker: string) => string]>([
    ['is cut off', (marker) => marker.slice(0, -1)],
    ['is missing', (marker) => marker.slice(0, marker.indexOf(' sha256='))],
  ])('is replaced, and ends like any other where only the hash of its token %s', async (_name, edit) => {
    await open();
    await scene.run();
    const old = await scene.currentId();
    await describeAs(old, edit(stored(old)?.description ?? ''));
    scene.world.clock.advance(30 * DAY);
    await pass();
    expect(stored(old)).toBeUndefined();
    expect(await scene.works()).toBe(true);
  });

  it("blocks its consumer while it has another's marker, and is never written", async () => {
    await open();
    await scene.run();
    const id = await scene.currentId();
    await describeAs(id, formatMarker({ ...identity(), consumer: 'grafana' }, ROTATION_ID));
    scene.world.clock.advance(40 * DAY);
    expect(await pass()).toMatchObject({
      state: 'blocked',
      reason: `managed by another: the marker of the current authorization ${id} is that of deployment prod, consumer grafana, secret ${identity().fingerprint}`,
    });
    expect(stored(id)?.status).toBe('active');
  });
});

it('does not forget, but does not touch either, what a dead run left and somebody renamed', async () => {
  await open();
  await scene.runKilledAt(({ operation }) => operation === 'PutSecretValue', 'before');
  const [stray] = scene.rows;
  await describeAs(stray?.id ?? '', 'mine now');
  await pass();
  expect(stored(stray?.id ?? '')).toMatchObject({ status: 'inactive', description: 'mine now' });
  expect(await scene.works()).toBe(true);
});

describe("a marker that somebody forged on an owner's other token", () => {
  it.each<[string, () => string]>([
    ['of another consumer', () => formatMarker({ ...identity(), consumer: 'grafana' }, ROTATION_ID)],
    ['of a consumer that every object has', () => formatMarker({ ...identity(), consumer: '__proto__' }, ROTATION_ID)],
    ['of another deployment', () => formatMarker({ ...identity(), deployment: 'Prod' }, ROTATION_ID)],
    ['of another secret', () => formatMarker({ ...identity(), fingerprint: '00000000' }, ROTATION_ID)],
    [
      'of a longer fingerprint',
      () => formatMarker({ ...identity(), fingerprint: `${identity().fingerprint}0` }, ROTATION_ID),
    ],
    ['on a second line', () => `mine\n${formatMarker(identity(), ROTATION_ID)}`],
    ['with a line break in a name', () => formatMarker({ ...identity(), consumer: 'x\n/telegraf' }, ROTATION_ID)],
    ['with a name too many', () => formatMarker({ ...identity(), consumer: 'x/telegraf' }, ROTATION_ID)],
    ['with something before it', () => ` ${formatMarker(identity(), ROTATION_ID)}`],
    ['in capitals', () => formatMarker(identity(), ROTATION_ID).toUpperCase()],
    ['with a rotation of another shape', () => formatMarker(identity(), `${ROTATION_ID}0`)],
    ['of a megabyte', () => `${formatMarker(identity(), ROTATION_ID)}${'/'.repeat(1_000_000)}`],
  ])('makes it none of ours, so it is never written: %s', async (_name, description) => {
    await open();
    const { id } = await byHand(description());
    const before = stored(id);
    scene.world.clock.advance(HOUR);
    await pass(2);
    expect(stored(id)).toEqual(before);
    expect(scene.auditor.violations).toEqual([]);
    expect(scene.rows.filter((row) => row.id !== id)).toHaveLength(1);
  });

  it('cannot be told from ours where it names exactly our consumer and secret: it ends like what a run left', async () => {
    await open();
    await scene.run();
    const { id } = await byHand(formatMarker(identity(), ROTATION_ID));
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'copy-forward', outcome: 'done' }]);
    expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: id }]);
    scene.world.clock.advance(DAY);
    expect((await scene.turn()).actions).toEqual([]);
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'switch-off', authorizationId: id, outcome: 'done' }]);
    scene.world.clock.advance(DAY);
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'delete', authorizationId: id, outcome: 'done' }]);
  });

  describe('never harms what is in use', () => {
    const put = (secret: string, text: string) =>
      scene.world.secrets.send(new PutSecretValueCommand({ SecretId: secret, SecretString: text }));

    it('as the current token of another consumer', async () => {
      await open(['telegraf', 'grafana']);
      await scene.run();
      const id = (await scene.turn('grafana')).tokens[0]?.authorizationId ?? '';
      await describeAs(id, formatMarker(identity(), ROTATION_ID));
      expect(notesOf(await pass())).toEqual([
        `stray authorization ${id} is left alone: the secret of consumer grafana holds it`,
      ]);
      expect(stored(id)?.status).toBe('active');
    });

    it("as the rotator's own token, on a server that shows which one that is", async () => {
      await open(['telegraf'], 'plain');
      const { operatorToken, userId } = scene.world.admin;
      await put('influxdb/rotator', operatorToken);
      const own = scene.world.influxdb.store.authorizationOf(operatorToken)?.id ?? '';
      await describeAs(own, formatMarker(identity(), ROTATION_ID));
      const consumers = [aConsumer({ owner: userId })];
      scene.world.configuration = { ...scene.world.configuration, consumers };
      scene.world.clock.advance(HOUR);
      expect(notesOf(await pass()).join()).toContain(`${own} is left alone: it is the rotator's own token`);
      expect(stored(own)?.status).toBe('active');
    });

    it.each<[string, (token: string) => string]>([
      ['the token', (token) => JSON.stringify({ token })],
      ['a plain text', (token) => `${token}\n`],
      ['the token beside a document that is none', (token) => JSON.stringify({ token, rotation: 'weekly' })],
    ])('as what the secret of another consumer holds: %s', async (_name, text) => {
      await open(['telegraf', 'grafana'], 'plain');
      const { id, token } = await byHand(formatMarker(identity(), ROTATION_ID));
      await put('influxdb/acme/grafana', text(token));
      // Its own rotation does not replace it.
      const consumers = [aConsumer(), aConsumer({ name: 'grafana', owner: 'nobody' })];
      scene.world.configuration = { ...scene.world.configuration, consumers };
      scene.world.clock.advance(HOUR);
      expect(notesOf(await pass()).join()).toContain(`${id} is left alone: the secret of consumer`);
      expect(stored(id)?.status).toBe('active');
    });
  });
});
