import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import type { Permission } from '../../../lambda/config/permission.ts';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import { describePermission } from '../../../lambda/influxdb/permissions.ts';
import { Reader } from '../../../simulation/reader.ts';
import { aConsumer, DAY, HOUR, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { consumerIn, notesOf, Scene } from '../../builders/a-scene.ts';
import { setRotator } from '../../builders/a-world.ts';
import { OWN_SECRET, openOwn } from '../../builders/an-own-token.ts';
import { OverlappingClock, slowDown } from '../../builders/overlapping-clock.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

/** What is marked as the rotator's own. */
const ownRows = () => scene.rows.filter(({ description }) => parseMarker(description)?.consumer === 'self');
const permissionsOf = (id: string) =>
  (scene.world.influxdb.store.tables.authorizations.get(id)?.permissions ?? []) as readonly Permission[];
const notations = (permissions: readonly Permission[]) => permissions.map(describePermission).toSorted();
const codesOf = ({ notes }: ReturnType<typeof consumerIn>) => notes.map(({ code }) => code);

/** What the run of this moment calls, in the order of both services. */
async function callsOf(): Promise<string[]> {
  const { influxdb, secretsManager } = scene.world;
  influxdb.calls.length = 0;
  secretsManager.calls.length = 0;
  const seen: string[] = [];
  for (const server of [influxdb, secretsManager])
    server.faults.intercept(({ operation }) => {
      seen.push(operation);
      return undefined;
    });
  await scene.run();
  for (const server of [influxdb, secretsManager]) server.faults.clear();
  return seen;
}

/** Served once, and due. */
async function openDue(...given: Parameters<typeof openOwn>): Promise<void> {
  scene = await openOwn(...given);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(30 * DAY);
}

describe.each(['hashed', 'plain', 'cloud'] as const)("the rotator's own token, %s", (tokens) => {
  const consumers = [aConsumer(tokens === 'cloud' ? { owner: undefined } : {})];

  it('is replaced, and ends, like a consumer’s; nothing else of ours is left', async () => {
    await openDue(consumers, {}, { tokens });
    scene.watch();
    const before = await scene.value();
    expect(await scene.turn('self')).toMatchObject({ state: 'acting', why: { code: 'DUE' }, access: 'works' });
    const { token, rotation } = await scene.value();
    expect(token).not.toBe(before.token);
    expect(rotation.superseded.map(({ authorizationId }) => authorizationId)).toEqual([
      before.rotation.authorizationId,
    ]);
    const { violations, rows, works } = await scene.recover();
    expect({ violations, rows, works }).toEqual({ violations: [], rows: 2, works: true });
    expect(ownRows().map(({ id, status }) => ({ id, status }))).toEqual([
      { id: rotation.authorizationId, status: 'active' },
    ]);
  });

  it('belongs to the same user, and may do what the one that a person made may do', async () => {
    scene = await openOwn(consumers, {}, { tokens });
    await scene.run();
    const id = await scene.currentId();
    expect(notations(permissionsOf(id))).toEqual(notations(permissionsOf(scene.world.rotatorId)));
    const owner = (each: string) => scene.world.influxdb.store.tables.authorizations.get(each)?.userId;
    expect(owner(id)).toBe(owner(scene.world.rotatorId));
  });

  it('that a person made is reported for as long as it lives, and ends only if "adopt" names it', async () => {
    scene = await openOwn(consumers, {}, { tokens });
    expect(codesOf(await scene.turn('self'))).toEqual(['OLD_TOKEN_REMAINS']);
    scene.world.clock.advance(25 * HOUR);
    const { notices } = await scene.run();
    expect(notices.flatMap(({ authorizationId }) => authorizationId ?? [])).toEqual(
      tokens === 'cloud' ? [] : [scene.world.rotatorId],
    );
    const { influxdb } = scene.world.configuration;
    const self = influxdb.self && { ...influxdb.self, adopt: scene.world.rotatorId };
    scene.world.configuration = { ...scene.world.configuration, influxdb: { ...influxdb, self } };
    scene.auditor.accept();
    await scene.recover();
    expect(scene.world.influxdb.store.tables.authorizations.has(scene.world.rotatorId)).toBe(false);
    expect(await scene.works()).toBe(true);
  });
});

describe('a rotation of its own token', () => {
  it('comes first and alone; the consumers are served with the token that the run signed in with', async () => {
    await openDue();
    const calls = await callsOf();
    const promotion = calls.indexOf('UpdateSecretVersionStage');
    const own = calls.slice(calls.lastIndexOf('DescribeSecret', promotion) + 1, promotion);
    expect(own.slice(0, 4)).toEqual([
      'POST /api/v2/authorizations',
      'PutSecretValue',
      'PATCH /api/v2/authorizations/{id}',
      'GET /api/v2/authorizations',
    ]);
    // Side by side.
    expect(own.slice(4).toSorted()).toEqual([
      ...['DELETE /api/v2/authorizations/{id}', 'DELETE /api/v2/authorizations/{id}'],
      ...['POST /api/v2/authorizations', 'POST /api/v2/authorizations'],
    ]);
    expect(calls.slice(promotion + 1)).toEqual([
      'POST /api/v2/authorizations',
      'PutSecretValue',
      'PATCH /api/v2/authorizations/{id}',
      'GET /api/v2/buckets/{id}',
      'POST /api/v2/write',
      'UpdateSecretVersionStage',
    ]);
  });

  it('tries its rights over some owners side by side', async () => {
    const consumers = Array.from({ length: 40 }, (_, index) =>
      aConsumer({ name: `c${index}`, rotateEveryMs: 900 * DAY }),
    );
    const clock = new OverlappingClock(Date.UTC(2026, 0, 1));
    await openDue(consumers, {}, { clock });
    slowDown(scene.world, clock, { influxdb: SECOND, secretsManager: 0 });
    const from = clock.now();
    await scene.run();
    expect((clock.now() - from) / SECOND).toBeLessThan(40);
  });

  it.each([60, 62, 64, 66])('leaves no trial where the time of %i s ends while it tries them', async (seconds) => {
    const consumers = Array.from({ length: 200 }, (_, index) =>
      aConsumer({ name: `c${index}`, rotateEveryMs: 900 * DAY }),
    );
    const clock = new OverlappingClock(Date.UTC(2026, 0, 1));
    await openDue(consumers, {}, { clock });
    const { configuration } = scene.world;
    const limits = { ...configuration.limits, functionTimeoutMs: seconds * SECOND };
    scene.world.configuration = { ...configuration, limits };
    slowDown(scene.world, clock, { influxdb: 4 * SECOND, secretsManager: 0 });
    expect(await scene.turn('self')).toMatchObject({ state: 'failed', errorCode: 'OUT_OF_TIME' });
    expect(ownRows().filter(({ description }) => description.endsWith(' trial'))).toEqual([]);
  });

  it('takes 6 calls, 2 for each owner and its own user, and 5 for the end of the old token', async () => {
    await openDue([aConsumer({ rotateEveryMs: 900 * DAY })]);
    const counts: number[] = [];
    for (const hours of [0, 25, 25, 25]) {
      scene.world.clock.advance(hours * HOUR);
      counts.push((await callsOf()).length);
    }
    const idle = counts.at(-1) ?? 0;
    expect(counts.map((count) => count - idle)).toEqual([6 + 2 * 2, 3, 2, 0]);
    // The batch, the list, and one call for each name.
    expect(idle).toBe(4);
  });

  it('costs nothing while it is off', async () => {
    scene = await Scene.open({ configuration: (await openOwn()).world.configuration });
    const { influxdb } = scene.world.configuration;
    scene.world.configuration = { ...scene.world.configuration, influxdb: { ...influxdb, self: undefined } };
    await scene.run();
    expect(await callsOf()).toEqual([
      'BatchGetSecretValue',
      'GET /api/v2/users',
      'GET /api/v2/buckets',
      'GET /api/v2/authorizations',
    ]);
  });

  it.each([
    ['a plain token', (token: string) => token],
    ['a token between quotes, with a line end', (token: string) => `"Token ${token}"\n`],
    ['JSON with comments', (token: string) => `{"url": "here", // ours\n "token": "${token}",}`],
    ['JSON with a token that has spaces around it', (token: string) => `{"url":"here","token":" ${token} "}`],
  ])('takes over %s, and keeps the other keys', async (_name, text) => {
    scene = await openOwn();
    await scene.put(text(scene.world.rotatorToken));
    expect(await scene.turn('self')).toMatchObject({ state: 'acting', errorCode: undefined });
    const value = await scene.value();
    expect(value).toMatchObject(text('').includes('here') ? { url: 'here' } : {});
    expect(scene.world.influxdb.store.authorizationOf(value.token)?.id).toBe(value.rotation.authorizationId);
  });

  it('writes nothing in a plan', async () => {
    await openDue();
    const before = [JSON.stringify(scene.world.influxdb.store.authorizations()), await scene.text()];
    const plan = await scene.run('plan');
    expect(consumerIn(plan, 'self').actions).toMatchObject([{ kind: 'rotate', outcome: 'planned' }]);
    expect(notations(plan.rightsNeeded ?? [])).toEqual(notations(permissionsOf(await scene.currentId())));
    expect([JSON.stringify(scene.world.influxdb.store.authorizations()), await scene.text()]).toEqual(before);
  });
});

describe('no request fails', () => {
  it('of a client of the rotator’s secret with a cache of 5 s, at any call of a rotation and of what follows', async () => {
    await openDue();
    const { clock, influxdb, secretsManager } = scene.world;
    const current = () => {
      const versions = secretsManager.store.secret(OWN_SECRET)?.versions.values() ?? [];
      const text = [...versions].find(({ stages }) => stages.has('AWSCURRENT'))?.value ?? '{}';
      return (JSON.parse(text) as { token: string }).token;
    };
    const clients = [0, 1, 2, 3, 4].map((second) => ({ token: current(), readAt: clock.now() - second * SECOND }));
    const failures: string[] = [];
    let requests = 0;
    const seen = new Set<string>();
    for (const server of [influxdb, secretsManager])
      server.faults.intercept(({ operation }) => {
        clock.advance(SECOND);
        for (const client of clients) {
          if (clock.now() - client.readAt >= 5 * SECOND)
            Object.assign(client, { token: current(), readAt: clock.now() });
          requests += 1;
          seen.add(client.token);
          if (influxdb.store.statusOf(client.token) !== 'active') failures.push(operation);
        }
        return undefined;
      });
    for (const hours of [0, 1, 25, 25, 25]) {
      clock.advance(hours * HOUR);
      for (const client of clients) client.readAt = 0;
      expect((await scene.run()).errors).toEqual([]);
    }
    expect({ failures, tokens: seen.size }).toEqual({ failures: [], tokens: 2 });
    expect(requests).toBeGreaterThan(200);
  });

  it('of the consumers, nor of what holds a value for the whole grace period, in two months of self-rotations', async () => {
    const consumer = aConsumer({ rotateEveryMs: 7 * DAY });
    scene = await openOwn([consumer], { rotateEvery: '5d', gracePeriod: '30m', holdPeriod: '0s' });
    await scene.run();
    const { self } = scene.world.configuration.influxdb;
    if (self === undefined) throw new Error('it is not rotated');
    const readers = [consumer, self].map((settings) => new Reader(scene.world, settings));
    const held = new Set<string>();
    for (let hour = 0; hour < 60 * 24; hour += 6) {
      for (const minutes of [0, 15, 20]) {
        scene.world.clock.advance(minutes * MINUTE);
        for (const reader of readers) await reader.use();
      }
      expect((await scene.run()).errors).toEqual([]);
      scene.auditor.inspect();
      held.add(await scene.currentId());
      scene.world.clock.advance(6 * HOUR - 35 * MINUTE);
    }
    expect(readers.map(({ failures }) => failures)).toEqual([0, 0]);
    expect(held.size).toBeGreaterThan(10);
    expect(ownRows().length).toBeLessThanOrEqual(2);
  });
});

describe('two runs at once', () => {
  /** The second run begins and ends at this call of the first. */
  const overlap = async (at: number): Promise<{ reached: boolean; errors: unknown[] }> => {
    let calls = 0;
    let reached = false;
    const errors: unknown[] = [];
    const { influxdb, secretsManager } = scene.world;
    const stop = () => {
      for (const server of [influxdb, secretsManager]) server.faults.clear();
    };
    for (const server of [influxdb, secretsManager])
      server.faults.intercept(() => {
        scene.auditor.inspect();
        calls += 1;
        if (calls !== at) return undefined;
        reached = true;
        stop();
        const meanwhile = async () => {
          errors.push(...(await scene.run()).errors);
          scene.auditor.inspect();
        };
        return { before: meanwhile };
      });
    errors.push(...(await scene.run()).errors);
    stop();
    scene.auditor.inspect();
    return { reached, errors };
  };

  it('replace it once, wherever the second begins, and leave nothing behind', async () => {
    await openDue([aConsumer({ rotateEveryMs: 900 * DAY })]);
    const restore = scene.world.save();
    const auditor = scene.auditor;
    for (let at = 1; ; at += 1) {
      restore();
      scene.auditor = auditor.copy({ healthy: false, maxLive: 3 });
      scene.auditor.accept();
      const { reached, errors } = await overlap(at);
      if (!reached) break;
      const { violations, rows, works } = await scene.recover();
      expect({ at, errors, violations, rows, works }).toEqual({ at, errors: [], violations: [], rows: 2, works: true });
    }
    scene.auditor = auditor;
  });
});

describe('a run that dies while it tries the new token over many owners', () => {
  it.each([8, 13, 22, 36, 50])(
    'at call %i about authorizations leaves nothing that later runs do not delete',
    async (at) => {
      const owners = 24;
      await openDue(
        Array.from({ length: owners }, (_, index) => aConsumer({ name: `c${index}`, rotateEveryMs: 900 * DAY })),
      );
      const strict = scene.auditor;
      scene.auditor = strict.copy({ healthy: false, maxLive: 3 });
      let calls = 0;
      await scene.runKilledAt(({ operation }) => {
        if (operation.includes('/authorizations')) calls += 1;
        return calls === at;
      }, 'after');
      expect(scene.rows.filter(({ description }) => description.endsWith(' trial')).length).toBeGreaterThan(0);
      const { violations, rows, works } = await scene.recover();
      expect({ violations, rows, works }).toEqual({ violations: [], rows: owners + 1, works: true });
    },
  );
});

describe('a new token that cannot do the work is not promoted, and leaves nothing', () => {
  /** The second list, or mint, of a run is the one with the new token. */
  const withNewToken = (operation: string, which: number, effect: object) => {
    let seen = 0;
    scene.world.influxdb.faults.intercept((call) => {
      if (call.operation !== operation) return undefined;
      seen += 1;
      return seen >= which ? effect : undefined;
    });
  };
  const denied = { status: 401, body: '{"code":"unauthorized","message":"write:users/0b is unauthorized"}' };
  const unknown = { status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' };

  it.each([
    ['it sees none of our tokens', 'GET /api/v2/authorizations', 2, { status: 200, body: '{"authorizations":[]}' }],
    ['InfluxDB does not know it', 'GET /api/v2/authorizations', 2, unknown],
    ['it may not make a token for an owner', 'POST /api/v2/authorizations', 3, denied],
    ['it may make one for nobody', 'POST /api/v2/authorizations', 2, denied],
  ])('%s', async (_name, operation, which, effect) => {
    await openDue([aConsumer({ rotateEveryMs: 900 * DAY })]);
    const before = [await scene.text(), JSON.stringify(scene.rows)];
    withNewToken(operation, which, effect);
    const report = await scene.run();
    expect(report.errors).toEqual([]);
    const { state, errorCode, reason } = consumerIn(report, 'self');
    expect({ state, errorCode }).toEqual({ state: 'failed', errorCode: 'TOKEN_FAILS' });
    expect(reason).toMatch(/^due: older than 30 days: the new token of the rotator does not work: /);
    expect([await scene.text(), JSON.stringify(scene.rows)]).toEqual(before);
    scene.world.influxdb.faults.clear();
    expect(await scene.turn('self')).toMatchObject({ state: 'acting' });
  });

  it('it may not delete what it made: the run does it', async () => {
    await openDue([aConsumer({ rotateEveryMs: 900 * DAY })]);
    const before = JSON.stringify(scene.rows);
    const tried = new Set<string>();
    scene.world.influxdb.faults.intercept(({ operation, path }) => {
      if (operation !== 'DELETE /api/v2/authorizations/{id}' || tried.has(path)) return undefined;
      tried.add(path);
      const { description = '' } = scene.rows.find(({ id }) => path.endsWith(id)) ?? {};
      // A trial is first deleted with the new token.
      return description.endsWith(' trial') ? denied : undefined;
    });
    expect(await scene.turn('self')).toMatchObject({ state: 'failed', errorCode: 'TOKEN_FAILS' });
    expect(JSON.stringify(scene.rows)).toBe(before);
  });

  it('a trial that was made otherwise than it was asked for', async () => {
    await openDue([aConsumer({ rotateEveryMs: 900 * DAY })]);
    const before = JSON.stringify(scene.rows);
    let mints = 0;
    scene.world.influxdb.faults.intercept(({ operation }) => {
      if (operation === 'POST /api/v2/authorizations') mints += 1;
      if (operation !== 'POST /api/v2/authorizations' || mints !== 2) return undefined;
      return {
        rewrite: (answer) => {
          const row = JSON.parse(String(answer.body)) as { permissions: unknown[] };
          return { ...answer, body: JSON.stringify({ ...row, permissions: row.permissions.slice(1) }) };
        },
      };
    });
    expect(await scene.turn('self')).toMatchObject({ state: 'failed', errorCode: 'MINT_DIFFERS' });
    expect(JSON.stringify(scene.rows)).toBe(before);
  });

  it('a change that takes half a minute to spread is waited for', async () => {
    await openDue([aConsumer({ rotateEveryMs: 900 * DAY })]);
    let lists = 0;
    scene.world.influxdb.faults.intercept(({ operation }) => {
      if (operation === 'GET /api/v2/authorizations') lists += 1;
      return operation === 'GET /api/v2/authorizations' && lists > 1 && lists < 8 ? unknown : undefined;
    });
    expect(await scene.turn('self')).toMatchObject({ state: 'acting', errorCode: undefined });
  });
});

describe('the permissions follow the configuration', () => {
  const grafana = aConsumer({ name: 'grafana', access: { kind: 'buckets', read: ['events'], write: [] } });
  const configure = (consumers: readonly ReturnType<typeof aConsumer>[]) => {
    scene.world.configuration = { ...scene.world.configuration, consumers };
    scene.auditor.accept();
  };

  it('as far as the present token has them; else the run says with which command an operator makes the next', async () => {
    scene = await openOwn();
    await scene.run();
    const { admin } = scene.world;
    const owner = await admin.createUser('svc-grafana');
    const bucket = await admin.createBucket('events');
    await scene.world.secrets.send(
      new PutSecretValueCommand({ SecretId: OWN_SECRET, SecretString: await scene.text() }),
    );
    configure([aConsumer(), { ...grafana, owner, access: { kind: 'buckets', read: [bucket], write: [] } }]);
    scene.world.clock.advance(HOUR);
    for (const action of ['plan', 'run'] as const) {
      const [note] = consumerIn(await scene.run(action), 'self').notes;
      expect(note).toMatchObject({ code: 'OWN_RIGHTS_LACKING' });
      expect(note?.note).toContain(
        `lacks {"action":"read","resource":{"type":"users","id":"${owner}"}}, {"action":"write"`,
      );
      expect(note?.note).toContain(`| aws secretsmanager put-secret-value --secret-id ${OWN_SECRET} --secret-string`);
    }
    // What the command does.
    const note = notesOf(await scene.turn('self'))[0] ?? '';
    const body = JSON.parse(/-d '(\{.*\})' \| jq/.exec(note)?.[1] ?? '') as object;
    const made = (await admin.send('POST', '/api/v2/authorizations', body)) as { id: string; token: string };
    await scene.put(JSON.stringify({ token: made.token }));
    scene.auditor.accept();
    expect(await scene.turn('self')).toMatchObject({
      state: 'acting',
      why: { code: 'FIRST_TOKEN' },
      errorCode: undefined,
    });
    expect(notations(permissionsOf(await scene.currentId()))).toEqual(notations(permissionsOf(made.id)));
    const after = await scene.run();
    expect(codesOf(consumerIn(after, 'self'))).toEqual([]);
  });

  it('by names that the present token may not look up: the command has them where a person puts the ids', async () => {
    scene = await openOwn();
    await scene.run();
    await scene.world.admin.createUser('svc-grafana');
    await scene.world.admin.createBucket('events');
    configure([aConsumer(), grafana]);
    const { rightsNeeded, consumers } = await scene.run('plan');
    const [note] = consumerIn({ consumers } as never, 'self').notes;
    expect(note).toMatchObject({ code: 'OWN_RIGHTS_LACKING' });
    expect(note?.note).toContain('{"action":"write","resource":{"type":"users","id":"<id of svc-grafana>"}}');
    expect(note?.note).toContain('{"action":"read","resource":{"type":"buckets","id":"<id of events>","orgID":"');
    expect(JSON.stringify(rightsNeeded)).not.toContain('<');
  });

  it('says nothing of a name that does not exist', async () => {
    scene = await openOwn();
    await scene.run();
    configure([aConsumer(), grafana]);
    expect(codesOf(consumerIn(await scene.run('plan'), 'self'))).toEqual([]);
  });

  it('a token of a person’s that cannot be replaced is told with the right, and the command', async () => {
    scene = await openOwn();
    const { rotatorId } = scene.world;
    const own = scene.world.influxdb.store.tables.authorizations.get(rotatorId)?.userId;
    const permissions = permissionsOf(rotatorId).filter(({ resource }) => resource.id !== own);
    setRotator(scene.world, { permissions });
    const report = await scene.turn('self');
    expect(report).toMatchObject({
      state: 'failed',
      obstacle: { code: 'RIGHT_MISSING', right: `write:users/${own}` },
      actions: [],
    });
    expect(codesOf(report)).toEqual(['OWN_RIGHTS_LACKING']);
    expect(ownRows()).toEqual([]);
    expect((await scene.run()).counts.failed).toBe(1);
  });

  it('they are not dropped while a name is not known', async () => {
    await openDue();
    const before = notations(permissionsOf(await scene.currentId()));
    configure([aConsumer({ access: { kind: 'buckets', read: ['lost'], write: [] } })]);
    expect(await scene.turn('self')).toMatchObject({ state: 'acting', errorCode: undefined });
    expect(notations(permissionsOf(await scene.currentId()))).toEqual(before);
  });

  it('a first rotation waits for names that are not known', async () => {
    scene = await openOwn();
    configure([aConsumer({ access: { kind: 'buckets', read: ['lost'], write: [] } })]);
    const { state, obstacle } = await scene.turn('self');
    expect({ state, code: obstacle?.code }).toEqual({ state: 'failed', code: 'NAME_UNRESOLVED' });
    expect(ownRows()).toEqual([]);
  });
});

describe('several deployments', () => {
  it('that share the secret read its token, and only one rotates it', async () => {
    await openDue();
    await scene.run();
    const text = await scene.text();
    const rows = JSON.stringify(ownRows());
    const { configuration } = scene.world;
    const consumers = configuration.consumers.map((each) => ({ ...each, secret: 'influxdb/other/telegraf' }));
    const other = { ...configuration, deployment: 'test', consumers };
    scene.world.clock.advance(40 * DAY);
    const report = await scene.run('run', { configuration: other });
    const { state, reason, why } = consumerIn(report, 'self');
    expect({ state, code: why.code }).toEqual({ state: 'blocked', code: 'ROTATED_BY_ANOTHER' });
    expect(reason).toMatch(/^managed by deployment prod, which rotates the token in secret influxdb\/rotator; /);
    expect([await scene.text(), JSON.stringify(ownRows())]).toEqual([text, rows]);
  });

  it.each([true, false])('one with a copy of the value is told that it will end; self: %s', async (on) => {
    await openDue();
    await scene.world.admin.send('GET', '/api/v2/me');
    const { configuration, secrets } = scene.world;
    const { influxdb } = configuration;
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: OWN_SECRET }));
    const copy = 'influxdb/acme/telegraf';
    await secrets.send(new PutSecretValueCommand({ SecretId: copy, SecretString }));
    scene.auditor.accept();
    const self = on ? influxdb.self && { ...influxdb.self, secret: copy } : undefined;
    const consumers = configuration.consumers.map((each) => ({ ...each, secret: 'influxdb/other' }));
    const other = {
      ...configuration,
      deployment: 'test',
      consumers,
      influxdb: { ...influxdb, tokenSecret: copy, self },
    };
    const report = await scene.run('run', { configuration: other });
    expect(report.errors.map(({ code }) => code)).toEqual(['ROTATOR_TOKEN_COPIED']);
    expect(report.errors[0]?.message).toMatch(
      /^secret influxdb\/acme\/telegraf holds a copy of the token that deployment prod/,
    );
    if (on) expect(consumerIn(report, 'self').why.code).toBe('DOCUMENT_OF_ANOTHER');
  });

  it('one that does not rotate it any more says what is left of it', async () => {
    await openDue();
    const first = await scene.currentId();
    await scene.run();
    const { influxdb } = scene.world.configuration;
    scene.world.configuration = { ...scene.world.configuration, influxdb: { ...influxdb, self: undefined } };
    scene.auditor.accept();
    const { notices } = await scene.run();
    expect(notices).toMatchObject([{ code: 'OWN_TOKENS_LEFT', authorizationIds: [first] }]);
    expect(scene.statusOf(first)).toBe('active');
  });
});
