import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Permission } from '../../../lambda/config/permission.ts';
import { allAccessPermissions, operatorPermissions } from '../../../lambda/influxdb/permissions.ts';
import { proveToken as prove, proveEnded } from '../../../lambda/influxdb/probe.ts';
import type { Transport } from '../../../lambda/influxdb/transport.ts';
import type { Permission as Stored } from '../../../local/influxdb/permissions.ts';
import { type InfluxdbServer, startInfluxdb } from '../../../local/influxdb/server.ts';
import { aTransport } from './a-client.ts';

const TYPES = ['authorizations', 'buckets', 'dashboards', 'orgs', 'tasks', 'users', 'instance'];

let server: InfluxdbServer;
let transport: Transport;
let orgId: string;
let userId: string;
let bucketId: string;
beforeEach(async () => {
  server = await startInfluxdb();
  transport = aTransport(server.url);
  const { store } = server;
  orgId = store.addOrg('acme', '', '').id;
  userId = store.addUser({ name: 'svc', oauthId: undefined, status: 'active' }).id;
  const fields = { orgId, type: 'user', name: 'telemetry', description: '', retentionPolicy: '' } as const;
  bucketId = store.addBucket({ ...fields, retentionSeconds: 0 }, 0).id;
});
afterEach(async () => {
  await transport.close();
  await server.close();
});

function aToken(permissions: readonly Permission[], held = permissions) {
  const fields = { status: 'active', description: '', orgId, userId } as const;
  const { row, token } = server.store.addAuthorization({ ...fields, permissions: held as readonly Stored[] });
  return { token, probed: { id: row.id, orgId, userId, permissions } };
}

const calls = () => server.calls.map(({ method, path }) => `${method} ${path}`);
const p = (action: 'read' | 'write', type: string, rest: object = {}): Permission => ({
  action,
  resource: { type, ...rest },
});

describe('a token is tried with each of its rights that can be', () => {
  it.each<[string, () => readonly Permission[], () => readonly string[], number]>([
    [
      'buckets by id',
      () => [
        p('read', 'buckets', { id: bucketId, orgID: orgId }),
        p('write', 'buckets', { id: bucketId, orgID: orgId }),
      ],
      () => [`GET /api/v2/buckets/${bucketId}`, 'POST /api/v2/write'],
      2,
    ],
    ['an org', () => [p('read', 'orgs', { id: orgId })], () => [`GET /api/v2/orgs/${orgId}`], 1],
    ['all orgs', () => [p('read', 'orgs')], () => [`GET /api/v2/orgs/${orgId}`], 1],
    ['a user', () => [p('read', 'users', { id: userId })], () => [`GET /api/v2/users/${userId}`], 1],
    [
      'authorizations, where its own can be read',
      () => [p('read', 'authorizations', { orgID: orgId }), p('read', 'users', { id: userId })],
      () => ['GET /api/v2/authorizations/{id}', `GET /api/v2/users/${userId}`],
      2,
    ],
    ['nothing but itself', () => [p('write', 'tasks', { orgID: orgId })], () => ['GET /api/v2/authorizations/{id}'], 0],
    [
      'itself, where its own owner cannot be read',
      () => [p('read', 'authorizations', { orgID: orgId })],
      () => ['GET /api/v2/authorizations/{id}'],
      0,
    ],
    [
      'nothing for rights that never apply',
      () => [p('read', 'users', { orgID: orgId }), p('read', 'orgs', { orgID: orgId })],
      () => ['GET /api/v2/authorizations/{id}'],
      0,
    ],
    [
      'the same right once',
      () => [p('read', 'orgs', { id: orgId }), p('read', 'orgs', { id: orgId })],
      () => [`GET /api/v2/orgs/${orgId}`],
      1,
    ],
  ])('%s', async (_name, permissions, expected, proven) => {
    const { token, probed } = aToken(permissions());
    const granted = new Set(permissions().map((each) => JSON.stringify(each))).size;
    expect(await prove(transport, token, probed)).toEqual({ kind: 'works', proven, granted });
    expect(calls()).toEqual(expected().map((call) => call.replace('{id}', probed.id)));
  });

  it('of all access: its org, its user and its own authorization, since no bucket is named', async () => {
    const { token, probed } = aToken(allAccessPermissions(orgId, userId, TYPES));
    expect(await prove(transport, token, probed)).toEqual({ kind: 'works', proven: 3, granted: 11 });
  });

  it('of an operator', async () => {
    const { token, probed } = aToken(operatorPermissions(TYPES));
    expect(await prove(transport, token, probed)).toEqual({ kind: 'works', proven: 3, granted: 12 });
  });

  it('writes no point', async () => {
    const { token, probed } = aToken([p('write', 'buckets', { id: bucketId, orgID: orgId })]);
    await prove(transport, token, probed);
    expect(calls()).toEqual(['POST /api/v2/write']);
    expect(server.store.points(bucketId)).toEqual([]);
  });

  it.each(['orgs', 'users'] as const)('works, though one of the %s was deleted that it may read', async (type) => {
    const { token, probed } = aToken([p('read', type, { id: '00000000000000ff' })]);
    expect(await prove(transport, token, probed)).toMatchObject({ kind: 'works', proven: 1 });
  });
});

describe('a token is refused', () => {
  it.each<[string, () => Permission, RegExp]>([
    ['an org', () => p('read', 'orgs', { id: orgId }), /^read:orgs\/\w+: InfluxDB answered 401 .* is unauthorized$/],
    ['a user', () => p('read', 'users', { id: userId }), /^read:users\/\w+: InfluxDB answered 401 .* is unauthorized$/],
    ['a bucket', () => p('read', 'buckets', { id: bucketId }), /^read:buckets\/\w+: .* is unauthorized$/],
  ])('that lacks the right on %s', async (_name, permission, detail) => {
    const { token, probed } = aToken([permission()], [p('read', 'tasks')]);
    expect(await prove(transport, token, probed)).toMatchObject({
      kind: 'refused',
      detail: expect.stringMatching(detail),
    });
  });

  it('whose bucket was deleted, with what to do', async () => {
    const { token, probed } = aToken([p('read', 'buckets', { id: bucketId, orgID: orgId })]);
    server.store.tables.buckets.delete(bucketId);
    expect(await prove(transport, token, probed)).toMatchObject({
      kind: 'refused',
      detail: expect.stringMatching(
        new RegExp(
          `: bucket ${bucketId} does not exist; correct its id in the configuration \\(influx bucket list\\), or give its name instead$`,
        ),
      ),
    });
  });

  it('whose user is inactive, with that reason', async () => {
    const { store } = server;
    for (const permission of [p('read', 'buckets', { id: bucketId }), p('write', 'tasks')]) {
      const { token, probed } = aToken([permission]);
      const user = store.tables.users.get(userId);
      if (user !== undefined) store.tables.users.set(userId, { ...user, status: 'inactive' });
      const proof = await prove(transport, token, probed);
      expect(proof).toMatchObject({ kind: 'refused', error: { status: 403, reason: 'User is inactive' } });
      expect(await proveEnded(transport, token, probed)).toEqual({
        doubt: expect.stringContaining('User is inactive'),
      });
    }
  });
});

describe('nothing is proven', () => {
  it.each<[string, number, string]>([
    ["by a proxy's refusal", 403, '<html>forbidden</html>'],
    ["by a proxy's 401", 401, '{"message":"unauthorized access"}'],
    ["by a proxy's 404", 404, 'default backend - 404'],
    ["by a proxy's 407", 407, '<html>sign in</html>'],
    ['by a code that is not its own', 401, '{"code":"Unauthorized","message":"unauthorized access"}'],
    ['by a page to sign in', 200, '<html>sign in</html>'],
    ['by nothing at all', 200, ''],
    ['by a server that is busy', 503, ''],
  ])('%s', async (_name, status, body) => {
    const { token, probed } = aToken([p('read', 'buckets', { id: bucketId })]);
    server.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, status, body });
    expect((await prove(transport, token, probed)).kind).toBe('unproven');
    expect(await proveEnded(transport, token, probed)).toEqual({ doubt: expect.stringContaining(` ${status} `) });
  });

  it.each<[string, 'read' | 'write', string]>([
    ['to a read', 'read', '{}'],
    ['to a read, about something else', 'read', '{"id":"00000000000000ff"}'],
    ['to a read, as a list', 'read', '[]'],
    ['to a write', 'write', '{"ok":true}'],
  ])("by somebody else's success: %s", async (_name, action, body) => {
    const { token, probed } = aToken([p(action, 'buckets', { id: bucketId, orgID: orgId })]);
    server.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, status: 200, body });
    expect((await prove(transport, token, probed)).kind).toBe('unproven');
    expect(await proveEnded(transport, token, probed)).toEqual({
      doubt: expect.stringContaining(' is not understood (at '),
    });
  });
});

describe('that a token has ended', () => {
  it('is proven by its being unknown only', async () => {
    const { token, probed } = aToken([p('read', 'buckets', { id: bucketId })]);
    expect(await proveEnded(transport, token, probed)).toEqual({ doubt: 'InfluxDB still accepts it' });
    server.store.tables.authorizations.delete(probed.id);
    expect(await proveEnded(transport, token, probed)).toEqual({ status: 401 });
  });
});
