import { describe, expect, it } from 'vitest';
import { present } from './client.ts';
import { authorizations, bucketGrant, fresh, grant, shared, unknownId, world } from './current-world.ts';

describe('POST authorizations', () => {
  shared();
  const read = () => bucketGrant('read');
  const rows: { name: string; body: () => unknown; status: number; message: string | (() => string) }[] = [
    { name: 'an empty body', body: () => '', status: 400, message: 'invalid json structure: EOF' },
    {
      name: 'a number as status, before missing permissions',
      body: () => ({ status: 1 }),
      status: 400,
      message:
        'invalid json structure: json: cannot unmarshal number into Go struct field postAuthorizationRequest.status of type influxdb.Status',
    },
    {
      name: 'a number within a permission',
      body: () => ({ permissions: [{ action: 7 }] }),
      status: 400,
      message:
        'invalid json structure: json: cannot unmarshal number into Go struct field Permission.permissions.action of type influxdb.Action',
    },
    {
      name: 'an array instead of an object',
      body: () => '[1]',
      status: 400,
      message:
        'invalid json structure: json: cannot unmarshal array into Go value of type authorization.postAuthorizationRequest',
    },
    {
      name: 'a refused id after a wrong type',
      body: () => ({ status: 1, orgID: 'x' }),
      status: 400,
      message: 'invalid json structure: id must have a length of 16 bytes',
    },
    {
      name: 'a null body',
      body: () => 'null',
      status: 400,
      message: 'authorization must include permissions',
    },
    {
      name: 'an unknown type, before a missing org',
      body: () => ({ permissions: [grant('read', 'flows')] }),
      status: 400,
      message: 'invalid resource type for permission: unknown resource type for permission',
    },
    {
      name: 'an unknown action, before a missing org',
      body: () => ({ permissions: [grant('delete', 'buckets')] }),
      status: 400,
      message: 'invalid action type for permission: unknown action for permission',
    },
    {
      name: 'a missing org, before a wrong status',
      body: () => ({ status: 'paused', permissions: [read()] }),
      status: 400,
      message: 'org id required: invalid ID',
    },
    {
      name: 'an unknown owner',
      body: () => ({ orgID: world.orgId, userID: unknownId, permissions: [read()] }),
      status: 400,
      message: 'unable to create token',
    },
    {
      name: 'an unknown org',
      body: () => ({ orgID: unknownId, permissions: [grant('read', 'buckets')] }),
      status: 400,
      message: 'unable to create token',
    },
    {
      name: 'a foreign org in a permission, before an unknown owner',
      body: () => ({
        orgID: world.orgId,
        userID: unknownId,
        permissions: [grant('read', 'buckets', { orgID: unknownId })],
      }),
      status: 400,
      message: () => `permission read:orgs/${unknownId}/buckets is not for org id ${world.orgId}`,
    },
  ];

  it.each(rows)('answers $status to $name', async ({ body, status, message }) => {
    const reply = await world.call(world.operator, 'POST', authorizations, body());
    expect([reply.status, reply.code, reply.body?.message]).toEqual([
      status,
      'invalid',
      typeof message === 'string' ? message : message(),
    ]);
  });

  it('wants an id and an org from a caller with an org-wide right', async () => {
    const { call, mint, orgId, adminId, bucketId } = world;
    const orgWide = await mint([
      grant('write', 'authorizations', { orgID: orgId }),
      grant('write', 'users', { id: adminId }),
      grant('read', 'buckets', { orgID: orgId }),
    ]);
    const permissions = [grant('read', 'buckets', { id: bucketId })];
    const refused = await call(orgWide.token, 'POST', authorizations, { orgID: orgId, permissions });
    const name = `read:buckets/${bucketId}`;
    expect([refused.status, refused.body?.message]).toEqual([
      403,
      `permission ${name} is not allowed: ${name} is unauthorized`,
    ]);
  });

  it('never takes an org-wide right on users for the owner', async () => {
    const { call, mint, orgId, adminId } = world;
    const rights = [grant('write', 'authorizations', { orgID: orgId }), grant('write', 'users', { orgID: orgId })];
    const caller = await mint(rights);
    const reply = await call(caller.token, 'POST', authorizations, {
      orgID: orgId,
      permissions: [bucketGrant('read')],
    });
    expect([reply.status, reply.body?.message]).toEqual([401, `write:users/${adminId} is unauthorized`]);
  });

  it('ignores garbage after the object, and takes keys in any case', async () => {
    const body = `${JSON.stringify({ ORGID: world.orgId, Permissions: [bucketGrant('read')] })} trailing`;
    expect((await world.call(world.operator, 'POST', authorizations, body)).status).toBe(201);
  });

  it('drops a name, so that all buckets of the org are granted', async () => {
    const permissions = [grant('read', 'buckets', { orgID: world.orgId, name: 'telemetry' })];
    const reply = await world.call(world.operator, 'POST', authorizations, { orgID: world.orgId, permissions });
    expect(reply.body?.permissions?.[0]?.resource).toEqual({ type: 'buckets', orgID: world.orgId, org: 'acme' });
  });

  it('escapes what HTML would read, and indents by tabs', async () => {
    const body = { orgID: world.orgId, description: '<a>&', permissions: [bucketGrant('read')] };
    const reply = await world.call(world.operator, 'POST', authorizations, body);
    expect(reply.text).toContain('\n\t"description": "\\u003ca\\u003e\\u0026",\n');
  });
});

describe('PATCH authorizations', () => {
  fresh();

  it.each([
    { name: 'a malformed id', id: 'x', body: '{', status: 400, message: 'id must have a length of 16 bytes' },
    { name: 'an empty body', id: unknownId, body: '', status: 500, message: 'EOF' },
    {
      name: 'a wrong type',
      id: unknownId,
      body: '{"description":1}',
      status: 500,
      message: 'json: cannot unmarshal number into Go struct field AuthorizationUpdate.description of type string',
    },
    { name: 'an unknown id', id: unknownId, body: '{"status":"bad"}', status: 404, message: 'authorization not found' },
  ])('answers $status to $name', async ({ id, body, status, message }) => {
    const reply = await world.call(world.operator, 'PATCH', `${authorizations}/${id}`, body);
    expect([reply.status, reply.body?.message]).toEqual([status, message]);
  });

  it('switches an inactive authorization on when the status is empty', async () => {
    const { id, token } = await world.mint([bucketGrant('read')], { status: 'inactive' });
    expect(world.server.store.statusOf(token)).toBe('inactive');
    await world.call(world.operator, 'PATCH', `${authorizations}/${id}`, { status: '' });
    expect(world.server.store.statusOf(token)).toBe('active');
  });

  it('brings a row back that is deleted between its read and its write', async () => {
    const { call, mint, operator, server } = world;
    const { id, token } = await mint([bucketGrant('read')]);
    server.store.betweenPatchReadAndWrite = async () => {
      expect((await call(operator, 'DELETE', `${authorizations}/${id}`)).status).toBe(204);
      expect(server.store.statusOf(token)).toBe('unknown');
    };
    expect((await call(operator, 'PATCH', `${authorizations}/${id}`, { description: 'b' })).status).toBe(200);
    expect(server.store.statusOf(token)).toBe('active');
  });

  it('loses what another PATCH writes between its read and its write', async () => {
    const { call, mint, operator, server } = world;
    const { id, token } = await mint([bucketGrant('read')]);
    server.store.betweenPatchReadAndWrite = async () => {
      server.store.betweenPatchReadAndWrite = undefined;
      const inner = await call(operator, 'PATCH', `${authorizations}/${id}`, { status: 'inactive' });
      expect(inner.body?.status).toBe('inactive');
    };
    await call(operator, 'PATCH', `${authorizations}/${id}`, { description: 'b' });
    expect(server.store.statusOf(token)).toBe('active');
  });

  it('bumps updatedAt, and leaves createdAt', async () => {
    const { id } = await world.mint([bucketGrant('read')]);
    const before = (await world.call(world.operator, 'GET', `${authorizations}/${id}`)).body;
    const after = (await world.call(world.operator, 'PATCH', `${authorizations}/${id}`, {})).body;
    expect(after?.createdAt).toBe(before?.createdAt);
    expect(present(after?.updatedAt) > present(before?.updatedAt)).toBe(true);
  });
});

describe('GET authorizations', () => {
  shared();

  it.each([
    { name: 'a malformed userID', query: 'userID=x', status: 400, message: 'id must have a length of 16 bytes' },
    { name: 'a malformed id', query: 'id=zzzzzzzzzzzzzzzz', status: 400, message: 'invalid ID' },
    { name: 'an unknown user', query: 'user=nobody', status: 404, message: 'user not found' },
    { name: 'an unknown org', query: 'org=none', status: 404, message: 'organization name "none" not found' },
    { name: 'an unknown id', query: `id=${unknownId}`, status: 404, message: 'authorization not found' },
  ])('answers $status to $name', async ({ query, status, message }) => {
    const reply = await world.call(world.operator, 'GET', `${authorizations}?${query}`);
    expect([reply.status, reply.body?.message]).toEqual([status, message]);
  });

  it.each([
    { name: 'an unknown userID', query: `userID=${unknownId}`, rows: 0 },
    { name: 'an unknown orgID', query: `orgID=${unknownId}`, rows: 0 },
    { name: 'names', query: 'user=admin&org=acme', rows: 1 },
    { name: 'an id that wins over a wrong name', query: () => `userID=${world.adminId}&user=nobody`, rows: 1 },
    { name: 'a token, which is ignored', query: 'token=nonsense', rows: 1 },
    { name: 'paging, which is ignored', query: 'limit=1000&offset=7', rows: 1 },
  ])('lists $rows rows for $name', async ({ query, rows }) => {
    const text = typeof query === 'string' ? query : query();
    const reply = await world.call(world.operator, 'GET', `${authorizations}?${text}`);
    expect([reply.status, reply.body?.authorizations?.length]).toEqual([200, rows]);
  });
});
