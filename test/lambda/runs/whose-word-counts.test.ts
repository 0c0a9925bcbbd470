import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { formatMarker, identityOf } from '../../../lambda/engine/document/marker.ts';
import { permissionsHash } from '../../../lambda/influxdb/permissions.ts';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, notesOf, Scene } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

// T1: the right to end a token comes from the server's marker or from the configuration, never from what a secret says.

let scene: Scene;
afterEach(() => scene.close());

/** The rotator gets the operator's token, so that it sees and may end every authorization. */
async function signInAsOperator(): Promise<void> {
  const SecretString = JSON.stringify({ token: scene.world.admin.operatorToken });
  await scene.world.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString }));
}

async function openWithOperator(): Promise<void> {
  const consumers = [telegraf, { ...spare, rotateEveryMs: 90 * DAY }];
  scene = await Scene.open({ configuration: aConfiguration(consumers) });
  await scene.run();
  await signInAsOperator();
  scene.world.clock.advance(HOUR);
}

function operatorId(): string {
  return scene.world.influxdb.store.authorizationOf(scene.world.admin.operatorToken)?.id ?? '';
}

function stored(id: string) {
  return scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id);
}

/** The current authorization of the other consumer. */
async function idOfSpare(): Promise<string> {
  return (await scene.turn('spare')).tokens[0]?.authorizationId ?? '';
}

/** A token that another application uses, whose owner no consumer has. */
async function ofAnotherApplication(description = 'of another application', action = 'read', type = 'buckets') {
  const { admin } = scene.world;
  const userID = await admin.createUser('svc-other');
  const permissions = [{ action, resource: { type, orgID: admin.orgId } }];
  return admin.createAuthorization({ userID, description, permissions });
}

function identityOfTelegraf(deployment = 'prod') {
  return identityOf(deployment, 'telegraf', scene.world.secretsManager.store.secret(scene.secret)?.arn ?? '');
}

const ROTATION_ID = '5f0c0000-0000-4000-8000-000000000000';

interface Line {
  readonly authorizationId: string;
  readonly compromised?: boolean;
  readonly userId?: string;
}

/** What somebody does who may write the secret: they add lines to its ledger, and leave the rest as it is. */
async function addToLedger(lines: readonly Line[], change: object = {}): Promise<void> {
  const value = await scene.value();
  const added = lines.map((line) => ({
    userId: stored(line.authorizationId)?.userId ?? '0000000000000001',
    orgId: scene.world.admin.orgId,
    since: '2020-01-01T00:00:00Z',
    ...line,
  }));
  const rotation = { ...value.rotation, superseded: [...value.rotation.superseded, ...added] };
  await scene.put(JSON.stringify({ ...value, rotation, ...change }));
  scene.auditor.accept();
}

async function ledger(): Promise<string[]> {
  return (await scene.value()).rotation.superseded.map(({ authorizationId }) => authorizationId);
}

async function liveTokens(): Promise<number> {
  return scene.rows.filter(({ status, description }) => status === 'active' && description.includes('/telegraf/'))
    .length;
}

describe('a line that somebody wrote into the ledger of one consumer', () => {
  const victims: Record<string, () => Promise<string>> = {
    'a token of another application': async () => (await ofAnotherApplication()).id,
    'a token of the same owner that somebody made by hand': async () => (await scene.tokenByHand()).id,
    'the current token of another consumer': idOfSpare,
    'a token that another deployment made for a consumer of this name': async () =>
      (await ofAnotherApplication(formatMarker(identityOfTelegraf('test'), ROTATION_ID))).id,
    "a rotator's token": async () => scene.world.rotatorId,
    'the very token that the rotator signs in with': async () => operatorId(),
  };
  const documents: Record<string, object> = {
    'beside our token': {},
    'beside a token that somebody put there by hand': { token: 'put-by-hand' },
  };
  const cases = Object.keys(victims).flatMap((victim) =>
    Object.keys(documents).flatMap((document) =>
      [false, true].map((compromised) => ({ victim, document, compromised })),
    ),
  );
  it.each(cases)(
    'does not end $victim: $document, compromised $compromised',
    async ({ victim, document, compromised }) => {
      await openWithOperator();
      const id = (await victims[victim]?.()) ?? '';
      scene.auditor.accept();
      const before = stored(id);
      expect(before?.status).toBe('active');
      await addToLedger([{ authorizationId: id, compromised }], documents[document]);
      const turn = await scene.turn();
      const told = [turn.reason, ...notesOf(turn)].join();
      if (document === 'beside our token') expect(told).toContain(`authorization ${id}`);
      await scene.runFor(3 * DAY, 6 * HOUR);
      scene.world.clock.advance(30 * DAY);
      await scene.runFor(3 * DAY, 6 * HOUR);
      expect(stored(id)).toEqual(before);
      expect(await ledger()).not.toContain(id);
      expect(await scene.works()).toBe(true);
    },
  );

  it.each([false, true])(
    "does not end the rotator's own token, which has the fewest rights: compromised %s",
    async (compromised) => {
      scene = await openServed();
      const { rotatorId } = scene.world;
      const before = stored(rotatorId);
      await addToLedger([{ authorizationId: rotatorId, compromised }]);
      await scene.runFor(3 * DAY, 6 * HOUR);
      expect(stored(rotatorId)).toEqual(before);
    },
  );

  it('does not end anything for a consumer that is retired, but its own', async () => {
    await openWithOperator();
    const own = await scene.currentId();
    const { id } = await ofAnotherApplication();
    const before = stored(id);
    await addToLedger([{ authorizationId: id, compromised: true }]);
    configure(scene, { retired: true });
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toEqual(before);
    expect(stored(own)).toBeUndefined();
  });

  it('does not end anything where the document is that of another consumer', async () => {
    await openWithOperator();
    const { id } = await ofAnotherApplication();
    const before = stored(id);
    const theirs = JSON.parse(await textOf(spare.secret)) as { rotation: object };
    const line = { authorizationId: id, userId: before?.userId, since: '2020-01-01T00:00:00Z', compromised: true };
    await scene.put(JSON.stringify({ ...theirs, rotation: { ...theirs.rotation, superseded: [line] } }));
    scene.auditor.accept();
    expect(await scene.turn()).toMatchObject({ state: 'blocked', why: { code: 'DOCUMENT_OF_ANOTHER' } });
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toEqual(before);
  });

  it('does not end the current token: it is left alone', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    await addToLedger([{ authorizationId: id }]);
    const turn = await scene.turn();
    expect(turn.state).toBe('idle');
    expect(notesOf(turn).join()).toContain(`superseded authorization ${id} is left alone`);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)?.status).toBe('active');
    expect(await scene.currentId()).toBe(id);
  });

  it('replaces the current token first where it says that it leaked, and ends it then', async () => {
    scene = await openServed();
    const old = await scene.currentId();
    await addToLedger([{ authorizationId: old, compromised: true }]);
    const turn = await scene.turn();
    expect(turn.reason).toBe(`the current authorization ${old} is compromised`);
    expect(await scene.works()).toBe(true);
    expect(await scene.currentId()).not.toBe(old);
    expect(stored(old)).toBeUndefined();
    expect((await scene.turn()).state).toBe('idle');
    expect(await scene.works()).toBe(true);
  });

  it.each([
    ['that name an owner of ours', () => scene.world.userIds.get('svc-telegraf') ?? ''],
    ['that name an owner whose tokens the rotator may not see', () => stored(scene.world.rotatorId)?.userId ?? ''],
  ])('cannot keep a missing token from its replacement, nor fill the ledger, by 450 lines %s', async (_name, owner) => {
    scene = await openServed();
    const lines = Array.from({ length: 450 }, (_, index) => ({
      authorizationId: (index + 1).toString(16).padStart(16, '0'),
      userId: owner(),
    }));
    await addToLedger(lines);
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
    scene.world.influxdb.calls.length = 0;
    expect((await scene.turn()).reason).toContain('missing');
    expect(scene.world.influxdb.calls.length).toBeLessThan(45);
    expect(await scene.works()).toBe(true);
    expect(await ledger()).toEqual([]);
  });

  it.each(['0000000000000000', 'abc', '../users', 'ffffffffffffffff?x'])(
    'cannot keep a missing token from its replacement by an id that is none: %s',
    async (authorizationId) => {
      scene = await openServed();
      await addToLedger([{ authorizationId, compromised: true }]);
      expect((await scene.turn()).state).toBe('idle');
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      scene.auditor.accept();
      expect((await scene.turn()).reason).toContain('missing');
      expect(await scene.works()).toBe(true);
      expect(await ledger()).toEqual([]);
    },
  );

  it('cannot keep the older token of another consumer alive for longer than that grace period lasts', async () => {
    await openWithOperator();
    const old = await scene.currentId();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    expect(await scene.currentId()).not.toBe(old);
    const theirs = JSON.parse(await textOf(spare.secret)) as { rotation: object };
    const line = { authorizationId: old, userId: stored(old)?.userId, since: '2999-01-01T00:00:00Z' };
    const rotation = { ...theirs.rotation, superseded: [line] };
    await putInto(spare.secret, JSON.stringify({ ...theirs, rotation }));
    scene.auditor.accept();
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(old)).toBeUndefined();
  });
});

async function textOf(SecretId: string): Promise<string> {
  return (await scene.world.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
}

async function putInto(SecretId: string, SecretString: string): Promise<void> {
  await scene.world.secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
}

describe('what the document says of the token beside it', () => {
  it.each(['hashed', 'plain'] as const)(
    'does not end an older token that somebody put back with its hash, and forgot the id of: %s tokens',
    async (tokens) => {
      scene = await Scene.open({ configuration: aConfiguration([telegraf]), tokens });
      await scene.run();
      const first = await scene.value();
      scene.world.clock.advance(30 * DAY);
      await scene.run();
      const second = await scene.value();
      const { tokenHash } = first.rotation as unknown as { tokenHash: string };
      scene.world.clock.advance(HOUR);
      await scene.put(JSON.stringify({ ...second, token: first.token, rotation: { ...second.rotation, tokenHash } }));
      scene.auditor.accept();
      const turn = await scene.turn();
      expect(turn).toMatchObject({ state: 'acting', reason: 'replaced by hand' });
      expect(await scene.works()).toBe(true);
      for (let hour = 0; hour < 24; hour += 1) {
        expect(scene.world.influxdb.store.statusOf(first.token)).toBe('active');
        scene.world.clock.advance(HOUR);
        await scene.run();
      }
      await scene.runFor(4 * DAY, 6 * HOUR);
      expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
      expect(await scene.works()).toBe(true);
    },
  );

  it.each(['a token of another application', 'the current token of another consumer'])(
    'does not make %s its own, though it names it as the current one',
    async (whose) => {
      await openWithOperator();
      const id = whose === 'a token of another application' ? (await ofAnotherApplication()).id : await idOfSpare();
      const before = stored(id);
      const { token, rotation } = await scene.value();
      await scene.edit({ rotation: { ...rotation, authorizationId: id } });
      scene.auditor.accept();
      await scene.runFor(DAY, 6 * HOUR);
      expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
      await scene.runFor(3 * DAY, 6 * HOUR);
      scene.world.clock.advance(26 * DAY);
      await scene.runFor(4 * DAY, 6 * HOUR);
      expect(stored(id)).toEqual(before);
      expect(await scene.works()).toBe(true);
    },
  );

  it('does not undo a new token whose value somebody put into the secret while it was promoted', async () => {
    scene = await openServed();
    scene.world.clock.advance(30 * DAY);
    let pasted = '';
    scene.world.secretsManager.faults.add({
      on: 'UpdateSecretVersionStage',
      before: async () => {
        pasted = await scene.text({ VersionStage: 'AWSPENDING' });
        await scene.put(pasted);
      },
    });
    const { actions } = await scene.turn();
    expect(actions).toMatchObject([{ kind: 'rotate', outcome: 'failed' }]);
    expect(await scene.text()).toBe(pasted);
    expect(await scene.works()).toBe(true);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(await scene.works()).toBe(true);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  });

  it('does not keep a right that the configuration took away: forged permissionsHash', async () => {
    scene = await openServed();
    const old = await scene.value();
    scene.world.configuration = {
      ...scene.world.configuration,
      consumers: [{ ...telegraf, access: { kind: 'buckets', read: ['telemetry'], write: [] } }],
    };
    // What a fitting token would have.
    const wanted = stored(old.rotation.authorizationId)?.permissions.filter(({ action }) => action === 'read') ?? [];
    const forged = permissionsHash(wanted as Parameters<typeof permissionsHash>[0]);
    await scene.put(JSON.stringify({ ...old, rotation: { ...old.rotation, permissionsHash: forged } }));
    scene.auditor.accept();
    expect((await scene.turn()).reason).toBe('permissions changed');
    expect(stored(await scene.currentId())?.permissions).toHaveLength(1);
  });

  it.each(['keeps', 'lost'])(
    'a value that is one of ours, in a shape that %s our key, is not called somebody else’s',
    async (how) => {
      scene = await openServed();
      const { token } = await scene.value();
      const id = await scene.currentId();
      await scene.put(how === 'lost' ? token : JSON.stringify({ token }));
      configure(scene, { convert: true });
      scene.auditor.accept();
      const notes = notesOf(await scene.turn()).join();
      expect(notes).toContain(`the token that the secret holds is that of authorization ${id}, which is one of ours`);
      expect(notes).not.toContain('by hand');
      expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
      await scene.runFor(4 * DAY, 6 * HOUR);
      expect(scene.rows.map((row) => row.id)).toEqual([await scene.currentId()]);
    },
  );
});

describe('what one consumer’s secret says', () => {
  async function forge(change: (rotation: Record<string, unknown>) => object): Promise<void> {
    const value = await scene.value();
    await scene.put(JSON.stringify({ ...value, rotation: { ...value.rotation, ...change({ ...value.rotation }) } }));
    scene.auditor.accept();
  }
  async function deleteCurrentOf(consumer: string): Promise<void> {
    const id = (await scene.turn(consumer)).tokens[0]?.authorizationId ?? '';
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.auditor.accept();
  }

  it.each(['zzz', '', '../..', '0000000000000000', 'a'.repeat(17), 'x'.repeat(20_000), '00000000000000bb'])(
    'of its org never ends the run for others: %s',
    async (orgId) => {
      await openWithOperator();
      await deleteCurrentOf('spare');
      await forge(({ userId }) => ({
        orgId,
        superseded: [{ authorizationId: 'a', userId, orgId, since: '2026-01-01T00:00:00Z' }],
      }));
      const { errors, consumers } = await scene.run();
      expect(errors).toEqual([]);
      expect(consumers.find(({ consumer }) => consumer === 'spare')?.state).toBe('acting');
    },
  );

  it('of another org does not keep another consumer’s missing token from being replaced', async () => {
    await openWithOperator();
    await deleteCurrentOf('spare');
    await forge(({ authorizationId, userId, orgId }) => ({
      authorizationId: '00000000000000aa',
      orgId: '00000000000000bb',
      superseded: [{ authorizationId, userId, orgId, since: '2999-01-01T00:00:00Z' }],
    }));
    const { errors, consumers } = await scene.run();
    expect(errors).toEqual([]);
    expect(consumers.find(({ consumer }) => consumer === 'spare')?.state).toBe('acting');
  });

  it('without any token does not keep the older token of another consumer alive', async () => {
    await openWithOperator();
    const victim = await idOfSpare();
    const { rotation } = await scene.value();
    const SecretString = JSON.stringify({ rotation: { ...rotation, id: ROTATION_ID, authorizationId: victim } });
    const put = { SecretId: telegraf.secret, ClientRequestToken: ROTATION_ID, SecretString };
    await scene.world.secrets.send(new PutSecretValueCommand(put));
    scene.auditor.accept();
    await scene.runFor(95 * DAY, DAY);
    expect(stored(victim)).toBeUndefined();
    expect((await scene.turn('spare')).state).toBe('idle');
  });

  it('of later times does not keep the tokens of a retired consumer alive', async () => {
    scene = await openServed();
    await forge(({ authorizationId, userId, orgId }) => ({
      superseded: [{ authorizationId, userId, orgId, since: '2999-01-01T00:00:00Z' }],
    }));
    configure(scene, { retired: true });
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(scene.rows).toEqual([]);
  });

  it('of a time that could be written, but not be read again, is refused', async () => {
    scene = await openServed();
    await forge(() => ({ mintedAt: '9999-12-31T23:59:59-23:59' }));
    expect((await scene.turn()).reason).toContain('rotation.mintedAt');
  });
});

describe('what the configuration adopts', () => {
  it.each(['hashed', 'plain'] as const)(
    'as "auto" is nothing where the secret holds a token of ours: %s',
    async (tokens) => {
      scene = await Scene.open({ configuration: aConfiguration([telegraf]), tokens });
      configure(scene, { adopt: 'auto' });
      await scene.run();
      const first = await scene.value();
      const { id } = await scene.tokenByHand('of a dashboard');
      scene.world.clock.advance(30 * DAY);
      await scene.run();
      scene.world.clock.advance(2 * HOUR);
      await scene.put(JSON.stringify({ token: first.token }));
      scene.auditor.accept();
      expect(notesOf(await scene.turn()).join()).not.toContain('is adopted');
      await scene.runFor(4 * DAY, 6 * HOUR);
      expect(stored(id)?.status).toBe('active');
    },
  );

  it('as "auto" is nobody else’s token, though somebody put it into the secret', async () => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]), tokens: 'plain' });
    await signInAsOperator();
    const theirs = await ofAnotherApplication();
    configure(scene, { adopt: 'auto' });
    await scene.put(JSON.stringify({ token: theirs.token }));
    scene.auditor.accept();
    expect(notesOf(await scene.turn()).join()).toContain('"auto" adopts only authorizations of the configured owner');
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(theirs.id)?.status).toBe('active');
  });

  async function openByHand(adopt: (id: string) => string | Promise<string>, change: Partial<ConsumerSettings> = {}) {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]) });
    const held = await scene.tokenByHand();
    await scene.put(JSON.stringify({ token: held.token }));
    configure(scene, { adopt: await adopt(held.id), ...change });
    return held;
  }

  it.each([
    ['the token of another application', async () => (await ofAnotherApplication()).id, 'it belongs to user'],
    ["the operator's own token", () => operatorId(), 'it may write authorizations'],
    ["a rotator's token", () => scene.world.rotatorId, 'it may write authorizations'],
    [
      'one of its own owner that may make tokens',
      async () => {
        const { admin, userIds } = scene.world;
        const permissions = [{ action: 'write', resource: { type: 'authorizations', orgID: admin.orgId } }];
        return (
          await admin.createAuthorization({
            userID: userIds.get('svc-telegraf') ?? '',
            description: 'maker',
            permissions,
          })
        ).id;
      },
      'it may write authorizations',
    ],
  ])('is never %s, and every run says so', async (_name, make, why) => {
    let id = '';
    await openByHand(async () => {
      id = await make();
      return id;
    });
    await signInAsOperator();
    scene.auditor.accept();
    const before = stored(id);
    const planned = consumerIn(await scene.run('plan'));
    expect(notesOf(planned).join()).toContain(`authorization ${id} is not adopted: ${why}`);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(notesOf(await scene.turn()).join()).toContain(`authorization ${id} is not adopted: ${why}`);
    scene.world.clock.advance(30 * DAY);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toEqual(before);
    expect(await scene.works()).toBe(true);
    expect(await ledger()).not.toContain(id);
  });

  it('cannot be made wider by a ledger that calls it compromised', async () => {
    await openWithOperator();
    const { id } = await ofAnotherApplication();
    const before = stored(id);
    configure(scene, { adopt: id });
    await addToLedger([{ authorizationId: id, compromised: true }]);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toEqual(before);
  });

  it.each([
    ['shows tokens', 'plain', "it is the rotator's own token: do not delete it"],
    ['hashes them', 'hashed', "it may be the rotator's own"],
  ] as const)('is never the token that the rotator signs in with, where the server %s', async (_name, tokens, why) => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]), tokens });
    await signInAsOperator();
    const id = operatorId();
    const before = stored(id);
    configure(scene, { owner: scene.world.admin.userId, access: { kind: 'all-access' }, adopt: id });
    expect(notesOf(await scene.turn()).join()).toContain(`authorization ${id} is not adopted: ${why}`);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toEqual(before);
  });

  it('is told by the plan', async () => {
    const { id } = await openByHand((given) => given);
    const note = notesOf(consumerIn(await scene.run('plan'))).join();
    expect(note).toContain(
      `authorization ${id} is adopted ("made by hand", of user ${scene.world.userIds.get('svc-telegraf')}`,
    );
  });

  it('is marked by the call that switches it off, and no earlier (H9)', async () => {
    const { id } = await openByHand((given) => given);
    await scene.run();
    const status = () => [stored(id)?.status, stored(id)?.description];
    while (stored(id)?.status === 'active') {
      expect(status()).toEqual(['active', 'made by hand']);
      scene.world.clock.advance(HOUR);
      await scene.run();
    }
    expect(status()).toEqual([
      'inactive',
      expect.stringMatching(/^influxdb-token-rotation\/prod\/telegraf\/.* adopted made by hand$/),
    ]);
    // From now on the server says whose it is.
    configure(scene, {});
    await scene.runFor(3 * DAY, 6 * HOUR);
    expect(stored(id)).toBeUndefined();
  });

  it('may be found by the secret’s token, where only one can be meant', async () => {
    const { id } = await openByHand(() => 'auto');
    expect(notesOf(await scene.turn()).join()).toContain(`authorization ${id} is adopted`);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toBeUndefined();
  });

  it('is listed as candidates where more than one can be meant', async () => {
    const { id } = await openByHand(async () => {
      await scene.tokenByHand('another');
      return 'auto';
    });
    const other = scene.world.influxdb.store
      .storedAuthorizations()
      .find(({ description }) => description === 'another');
    const note = notesOf(await scene.turn()).join();
    expect(note).toContain('"auto" finds no single authorization');
    expect(note).toContain(id);
    expect(note).toContain(other?.id);
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect([stored(id)?.status, stored(other?.id ?? '')?.status]).toEqual(['active', 'active']);
  });

  it('ends after the first rotation, too', async () => {
    const { id } = await openByHand(() => 'auto', { adopt: undefined });
    await scene.runFor(3 * DAY, 6 * HOUR);
    expect(stored(id)?.status).toBe('active');
    configure(scene, { adopt: id });
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(id)).toBeUndefined();
  });

  it('is said to have no effect where there is no such authorization', async () => {
    scene = await openServed();
    configure(scene, { adopt: 'ffffffffffffffff' });
    expect(notesOf(await scene.turn()).join()).toContain(
      'authorization ffffffffffffffff, which "adopt" names, is in no list',
    );
  });
});

describe('a secret that the configuration names in two ways', () => {
  it('is refused by its ARN as read: the rotator’s own is never written', async () => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]) });
    const { secretsManager, secrets } = scene.world;
    const read = async () =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: 'influxdb/rotator' }))).SecretString;
    const before = await read();
    configure(scene, { secret: secretsManager.store.secret('influxdb/rotator')?.arn ?? '' });
    expect((await scene.turn()).reason).toContain("it is the rotator's own secret");
    expect(await read()).toBe(before);
  });
});

describe('a tokenKey', () => {
  it('that the secret does not have, among other keys, blocks the consumer, which is told their names', async () => {
    const text = '{"INFLUX_TOKEN":"of-somebody","url":"https://influxdb"}';
    scene = await Scene.open({ configuration: aConfiguration([telegraf]), initialValue: () => text });
    const turn = await scene.turn();
    expect(turn).toMatchObject({ state: 'blocked', why: { code: 'TOKEN_KEY_UNKNOWN' } });
    expect(turn.reason).toContain('(INFLUX_TOKEN)');
    expect(await scene.text()).toBe(text);
    expect(scene.rows).toEqual([]);
    configure(scene, { tokenKey: 'INFLUX_TOKEN' });
    expect((await scene.turn()).state).toBe('acting');
    expect(JSON.parse(await scene.text())).toMatchObject({
      INFLUX_TOKEN: expect.not.stringMatching('of-somebody'),
      url: 'https://influxdb',
    });
  });

  it.each(['as we wrote it', 'that somebody edited'])(
    'that is changed onto a key of the application does not overwrite it: a secret %s',
    async (how) => {
      scene = await openServed();
      await scene.put(JSON.stringify({ ...(await scene.value()), api: 'of-the-application' }));
      if (how === 'as we wrote it') {
        scene.world.clock.advance(30 * DAY);
        await scene.run();
        await scene.runFor(4 * DAY, 6 * HOUR);
      }
      configure(scene, { tokenKey: 'api' });
      const before = await scene.text();
      expect(await scene.turn()).toMatchObject({ state: 'blocked', why: { code: 'TOKEN_KEY_TAKEN' } });
      scene.world.clock.advance(30 * DAY);
      expect(await scene.turn()).toMatchObject({ state: 'blocked', why: { code: 'TOKEN_KEY_TAKEN' } });
      expect(await scene.text()).toBe(before);
      configure(scene, {});
      expect((await scene.turn()).state).toBe('acting');
      expect(await scene.works()).toBe(true);
    },
  );
});

describe('another writer of the secret', () => {
  async function servedThrice(): Promise<{ dead: string; old: string }> {
    scene = await openServed();
    const dead = await scene.text();
    for (let rotation = 0; rotation < 2; rotation += 1) {
      const old = await scene.text();
      scene.world.clock.advance(30 * DAY);
      await scene.run();
      if (rotation === 1) return { dead, old };
    }
    throw new Error('unreachable');
  }

  async function writes(text: string, hours: number): Promise<{ mints: number; most: number; states: string[] }> {
    const before = new Set(scene.rows.map(({ id }) => id));
    const made = new Set<string>();
    const states: string[] = [];
    let most = 0;
    for (let hour = 0; hour < hours; hour += 1) {
      await scene.put(text);
      scene.world.clock.advance(HOUR);
      states.push((await scene.turn()).state);
      for (const { id } of scene.rows) if (!before.has(id)) made.add(id);
      most = Math.max(most, await liveTokens());
      expect(await scene.works()).toBe(true);
    }
    return { mints: made.size, most, states };
  }

  async function heals(): Promise<void> {
    await scene.runFor(6 * DAY, 6 * HOUR);
    expect(await scene.works()).toBe(true);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect((await scene.turn()).state).toBe('idle');
  }

  it('that puts a dead value back costs no token and no access; it is an alarm, and heals when it ends (H12)', async () => {
    const { dead } = await servedThrice();
    scene.world.clock.advance(3 * DAY);
    await scene.run();
    const { mints, most, states } = await writes(dead, 96);
    expect({ mints, most }).toMatchObject({ mints: 0 });
    expect(most).toBeLessThanOrEqual(3);
    expect(new Set(states.slice(1))).toEqual(new Set(['blocked']));
    await heals();
  });

  it('that puts a living value back costs no token and no access; it is an alarm, and heals when it ends', async () => {
    const { old } = await servedThrice();
    scene.world.clock.advance(HOUR);
    const { mints, most, states } = await writes(old, 96);
    expect(mints).toBe(0);
    expect(most).toBeLessThanOrEqual(3);
    expect(new Set(states.slice(2))).toEqual(new Set(['blocked']));
    await heals();
  });

  it.each(['{}', '{"token":"of-somebody-else"}'])(
    'that puts %s costs no more than three tokens at once; it is an alarm, and heals when it ends',
    async (text) => {
      await servedThrice();
      scene.world.clock.advance(3 * DAY);
      await scene.run();
      const { mints, most, states } = await writes(text, 96);
      expect(mints).toBeLessThanOrEqual(4);
      expect(most).toBeLessThanOrEqual(3);
      expect(states.slice(3)).toContain('blocked');
      await heals();
    },
  );
});

describe('rows with a copied marker', () => {
  it('of a user that nobody configured do not keep a missing token from its replacement, nor fill the ledger', async () => {
    await openWithOperator();
    for (let row = 0; row < 40; row += 1) await ofAnother(row);
    scene.auditor.accept();
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
    expect((await scene.turn()).reason).toContain('missing');
    expect(await scene.works()).toBe(true);
    expect(await ledger()).toEqual([]);
  });

  it('of a user that nobody configured do not keep a due rotation waiting', async () => {
    await openWithOperator();
    scene.world.clock.advance(30 * DAY);
    for (let row = 0; row < 3; row += 1) await ofAnother(row);
    scene.auditor.accept();
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
    expect(await scene.works()).toBe(true);
  });

  async function ofAnother(row: number): Promise<void> {
    const { admin } = scene.world;
    const userID = scene.world.userIds.get('svc-spare') ?? '';
    const description = formatMarker(identityOfTelegraf(), `5f0c0000-0000-4000-8000-${String(row).padStart(12, '0')}`);
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
    await admin.createAuthorization({ userID, description, permissions });
  }
});

describe('absence is only what InfluxDB says in its own words', () => {
  it.each([
    ['a 404 of a proxy', { status: 404, body: '404 page not found' }],
    ['a page', { status: 200, body: '<html></html>' }],
    ['a 404 in JSON', { status: 404, body: '{"message":"not found"}' }],
  ])('%s in answer to a look at the current token replaces nothing, and names the URL', async (_name, change) => {
    scene = await openServed();
    const before = await scene.text();
    scene.world.influxdb.faults.add({
      on: 'GET /api/v2/authorizations',
      times: Number.POSITIVE_INFINITY,
      rewrite: (answer) => ({ ...answer, body: JSON.stringify({ links: {}, authorizations: [] }) }),
    });
    scene.world.influxdb.faults.add({
      on: 'GET /api/v2/authorizations/{id}',
      times: Number.POSITIVE_INFINITY,
      rewrite: (answer) => ({ ...answer, ...change }),
    });
    const report = await scene.run();
    scene.world.influxdb.faults.clear();
    expect(JSON.stringify(report)).toContain(scene.world.influxdb.url);
    expect(await scene.text()).toBe(before);
    expect(scene.rows).toHaveLength(1);
  });
});

describe('another InfluxDB that answers under the same names', () => {
  it('stops the run, where it has other ids', async () => {
    scene = await openServed();
    const other = await World.create({ configuration: aConfiguration([telegraf]) });
    try {
      const before = await scene.text();
      scene.world.configuration = {
        ...scene.world.configuration,
        influxdb: { ...scene.world.configuration.influxdb, url: other.influxdb.url },
      };
      await scene.put(before);
      await putInto('influxdb/rotator', JSON.stringify({ token: other.rotatorToken }));
      const report = await scene.run();
      expect(report.errors).toMatchObject([{ code: 'OTHER_SERVER' }]);
      expect(JSON.parse(await scene.text())).toEqual(JSON.parse(before));
      expect(
        other.influxdb.store.authorizations().filter(({ description }) => description.includes('/telegraf/')),
      ).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('is not made up by one consumer’s document: the others are served', async () => {
    const consumers = [telegraf, { ...spare, rotateEveryMs: 90 * DAY }];
    scene = await Scene.open({ configuration: aConfiguration(consumers) });
    await scene.run();
    const value = await scene.value();
    const rotation = { ...value.rotation, authorizationId: '00000000000000aa', orgId: '00000000000000bb' };
    await scene.put(JSON.stringify({ ...value, rotation }));
    scene.auditor.accept();
    const { errors, consumers: reports } = await scene.run();
    expect(errors).toEqual([]);
    expect(reports.find(({ consumer }) => consumer === 'spare')?.state).toBe('idle');
  });

  it('replaces nobody’s token, where more are missing at once than the limit', async () => {
    const consumers = ['a', 'b', 'c', 'd'].map((name) => aConsumer({ name }));
    scene = await Scene.open({ configuration: aConfiguration(consumers) });
    await scene.run();
    for (const { id } of scene.rows) await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.auditor.accept();
    const report = await scene.run();
    expect(report.counts).toMatchObject({ blocked: 4, rotated: 0 });
    expect(scene.rows).toEqual([]);
  });
});

it('a consumer whose secret turns out to be another consumer’s is refused, and so is the other: none is written', async () => {
  scene = await openServed();
  const arn = scene.world.secretsManager.store.secret(telegraf.secret)?.arn ?? '';
  const before = await scene.text();
  scene.world.configuration = {
    ...scene.world.configuration,
    consumers: [telegraf, { ...spare, secret: arn.slice(0, -7) }],
  };
  const { reason } = await scene.turn('spare');
  expect(reason).toContain('it is the secret of consumer telegraf, too');
  scene.world.clock.advance(30 * DAY - 2 * HOUR);
  expect((await scene.turn('telegraf')).reason).toContain('it is the secret of consumer spare, too');
  expect(await scene.text()).toBe(before);
});

describe('nothing of ours is out of sight', () => {
  async function remake(): Promise<void> {
    const { secrets } = scene.world;
    await secrets.send(new DeleteSecretCommand({ SecretId: telegraf.secret, ForceDeleteWithoutRecovery: true }));
    await secrets.send(new CreateSecretCommand({ Name: telegraf.secret, SecretString: '{}' }));
    scene.auditor.accept();
  }

  it('the token of an owner that was configured for a while ends, though the run that made it died', async () => {
    scene = await openServed();
    configure(scene, { owner: spare.owner });
    await scene.runKilledAt(({ operation }) => operation === 'PATCH /api/v2/authorizations/{id}', 'after');
    const left = scene.rows.at(-1)?.id ?? '';
    expect(stored(left)).toMatchObject({ status: 'active', userId: scene.world.userIds.get('svc-spare') });
    configure(scene, {});
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(await scene.works()).toBe(true);
  });

  it('a consumer with an owner of its own that is taken out of the configuration is reported', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    scene.world.configuration = { ...scene.world.configuration, consumers: [spare] };
    const { notices } = await scene.run();
    expect(notices).toMatchObject([{ code: 'NOT_CONFIGURED', consumer: 'telegraf', authorizationIds: [id] }]);
  });

  it('the token of a secret that was made anew is reported, and ends as the report advises', async () => {
    scene = await openServed();
    const old = await scene.currentId();
    await remake();
    await scene.runFor(4 * DAY, 6 * HOUR);
    const { notices } = await scene.run();
    expect(notices).toMatchObject([{ code: 'ANOTHER_SECRET', consumer: 'telegraf', authorizationIds: [old] }]);
    expect(stored(old)?.status).toBe('active');
    configure(scene, { adopt: old });
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(old)).toBeUndefined();
    expect((await scene.run()).notices).toEqual([]);
  });

  it('the token of a consumer that was renamed is reported, and ends as the report advises', async () => {
    scene = await openServed();
    const old = await scene.currentId();
    await remake();
    configure(scene, { name: 'renamed' });
    await scene.runFor(4 * DAY, 6 * HOUR);
    const { notices } = await scene.run();
    expect(notices).toMatchObject([{ code: 'NOT_CONFIGURED', consumer: 'telegraf', authorizationIds: [old] }]);
    configure(scene, { name: 'renamed', adopt: old });
    await scene.runFor(4 * DAY, 6 * HOUR);
    expect(stored(old)).toBeUndefined();
    expect(await scene.works()).toBe(true);
  });

  it('two secrets that hold one value are reported', async () => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
    const { token } = await scene.tokenByHand();
    for (const { secret } of [telegraf, spare]) await putInto(secret, JSON.stringify({ token }));
    const { notices } = await scene.run('plan');
    expect(notices).toContainEqual(expect.objectContaining({ code: 'SHARED_VALUE', consumers: ['telegraf', 'spare'] }));
  });
});
