import { beforeAll, describe, expect, it } from 'vitest';
import { present } from './client.ts';
import { authorizations, bucketGrant, fresh, grant, shared, world } from './current-world.ts';

describe('a rotator that lacks one permission', () => {
  let ownerId = '';
  shared();
  beforeAll(async () => {
    ownerId = present((await world.call(world.operator, 'POST', '/api/v2/users', { name: 'owner' })).body?.id);
  });

  const rows = [
    { missing: 'nothing', drop: -1, create: 201, rows: 1, get: 200, patch: 200, remove: 204 },
    { missing: 'read authorizations', drop: 0, create: 201, rows: 0, get: 401, patch: 401, remove: 204 },
    { missing: 'write authorizations', drop: 1, create: 401, rows: 1, get: 200, patch: 401, remove: 401 },
    { missing: 'read users/S', drop: 2, create: 201, rows: 0, get: 401, patch: 401, remove: 204 },
    { missing: 'write users/S', drop: 3, create: 401, rows: 1, get: 200, patch: 401, remove: 401 },
    { missing: 'read of the bucket', drop: 4, create: 403, rows: 1, get: 200, patch: 200, remove: 204 },
    { missing: 'write of the bucket', drop: 5, create: 403, rows: 1, get: 200, patch: 200, remove: 204 },
  ];

  it.each(rows)('without $missing gets $create, $rows rows, $get, $patch and $remove', async (expected) => {
    const { call, operator, orgId, mint } = world;
    const all = [
      grant('read', 'authorizations', { orgID: orgId }),
      grant('write', 'authorizations', { orgID: orgId }),
      grant('read', 'users', { id: ownerId }),
      grant('write', 'users', { id: ownerId }),
      bucketGrant('read'),
      bucketGrant('write'),
    ];
    const rotator = await mint(all.filter((_, at) => at !== expected.drop));
    const wanted = { userID: ownerId, permissions: [bucketGrant('read'), bucketGrant('write')] };
    const row = await mint(wanted.permissions, wanted);
    const created = await call(rotator.token, 'POST', authorizations, { orgID: orgId, ...wanted });
    if (created.body?.id) await call(operator, 'DELETE', `${authorizations}/${created.body.id}`);
    const listed = await call(rotator.token, 'GET', authorizations);
    const got = await call(rotator.token, 'GET', `${authorizations}/${row.id}`);
    const patched = await call(rotator.token, 'PATCH', `${authorizations}/${row.id}`, { status: 'inactive' });
    const removed = await call(rotator.token, 'DELETE', `${authorizations}/${row.id}`);
    expect({
      missing: expected.missing,
      drop: expected.drop,
      create: created.status,
      rows: listed.body?.authorizations?.length,
      get: got.status,
      patch: patched.status,
      remove: removed.status,
    }).toEqual(expected);
    await call(operator, 'DELETE', `${authorizations}/${row.id}`);
  });
});

describe('what a token gets', () => {
  shared();
  let tokens: Record<string, string> = {};
  beforeAll(async () => {
    const { call, mint, operator } = world;
    const inactive = await mint([bucketGrant('read'), bucketGrant('write')], { status: 'inactive' });
    const deleted = await mint([bucketGrant('read')]);
    await call(operator, 'DELETE', `${authorizations}/${deleted.id}`);
    tokens = {
      reader: (await mint([bucketGrant('read')])).token,
      writer: (await mint([bucketGrant('write')])).token,
      inactive: inactive.token,
      deleted: deleted.token,
    };
  });

  const script = 'from(bucket:"telemetry") |> range(start: -1h)';
  const flux = { 'content-type': 'application/vnd.flux' };
  const write = (): [string, string] => [
    'POST',
    `/api/v2/write?org=${world.orgId}&bucket=${world.bucketId}&precision=s`,
  ];
  const rows: { name: string; send: () => [string, string, unknown?, Record<string, string>?]; statuses: number[] }[] =
    [
      { name: 'GET me', send: () => ['GET', '/api/v2/me'], statuses: [401, 401, 401, 401] },
      { name: 'GET resources', send: () => ['GET', '/api/v2/resources'], statuses: [200, 200, 200, 401] },
      {
        name: 'GET the bucket',
        send: () => ['GET', `/api/v2/buckets/${world.bucketId}`],
        statuses: [200, 401, 401, 401],
      },
      { name: 'GET buckets', send: () => ['GET', '/api/v2/buckets'], statuses: [200, 200, 200, 401] },
      { name: 'GET orgs', send: () => ['GET', '/api/v2/orgs'], statuses: [200, 200, 200, 401] },
      { name: 'GET users', send: () => ['GET', '/api/v2/users'], statuses: [200, 200, 200, 401] },
      { name: 'GET authorizations', send: () => ['GET', authorizations], statuses: [200, 200, 200, 401] },
      { name: 'POST write', send: () => [...write(), 'm v=1'], statuses: [403, 204, 403, 401] },
      { name: 'POST an empty write', send: () => [...write(), ''], statuses: [403, 204, 403, 401] },
      {
        name: 'POST query',
        send: () => ['POST', '/api/v2/query?org=acme', script, flux],
        statuses: [200, 404, 404, 401],
      },
      {
        name: 'POST query of no bucket',
        send: () => ['POST', '/api/v2/query?org=acme', 'array.from(rows: [{a: 1}])', flux],
        statuses: [200, 200, 200, 401],
      },
    ];

  it.each(rows)('is $statuses for reader, writer, inactive and deleted tokens on $name', async ({ send, statuses }) => {
    const seen = [];
    for (const token of Object.values(tokens)) seen.push((await world.call(token, ...send())).status);
    expect(seen).toEqual(statuses);
  });

  it('says why with three meanings of 401', async () => {
    const path = `/api/v2/buckets/${world.bucketId}`;
    const messages = [];
    for (const token of Object.values(tokens)) messages.push((await world.call(token, 'GET', path)).body?.message);
    const missing = `read:orgs/${world.orgId}/buckets/${world.bucketId} is unauthorized`;
    expect(messages).toEqual([undefined, missing, 'token is inactive', 'unauthorized access']);
  });

  it.each([
    { name: 'Token of the reader', scheme: 'Token', token: 'reader', message: undefined },
    { name: 'Bearer', scheme: 'Bearer', token: 'reader', message: 'unauthorized access' },
    { name: 'token in lower case', scheme: 'token', token: 'reader', message: 'unauthorized access' },
    { name: 'an inactive token', scheme: 'Token', token: 'inactive', message: 'Unauthorized' },
    { name: 'a deleted token', scheme: 'Token', token: 'deleted', message: 'Unauthorized' },
  ])('differs on the 1.x paths: $name', async ({ scheme, token, message }) => {
    const headers = { authorization: `${scheme} ${tokens[token]}` };
    const reply = await world.call(undefined, 'GET', '/query?db=telemetry&q=show', undefined, headers);
    expect([reply.status, reply.body?.message]).toEqual([message === undefined ? 200 : 401, message]);
  });
});

describe('a token whose owner is not active', () => {
  fresh();

  it.each(['inactive', 'deleted'])('gets 403 everywhere when the owner is %s', async (how) => {
    const { call, mint, operator, server } = world;
    const userId = present((await call(operator, 'POST', '/api/v2/users', { name: 'svc' })).body?.id);
    const { token } = await mint([bucketGrant('read')], { userID: userId });
    if (how === 'inactive') await call(operator, 'PATCH', `/api/v2/users/${userId}`, { status: 'inactive' });
    else await call(operator, 'DELETE', `/api/v2/users/${userId}`);
    const reply = await call(token, 'GET', '/api/v2/resources');
    expect([reply.status, reply.code, reply.body?.message]).toEqual([403, 'forbidden', 'User is inactive']);
    expect(server.store.statusOf(token)).toBe('inactive');
  });
});
