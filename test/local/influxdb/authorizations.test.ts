import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Grant, present, startWorld, type World } from './client.ts';

const authorizations = '/api/v2/authorizations';
const unknownId = '0123456789abcdef';

let world: World;

function grant(action: string, type: string, place: Record<string, string> = {}): Grant {
  return { action, resource: { type, ...place } };
}

const bucketGrant = (action: string) => grant(action, 'buckets', { id: world.bucketId, orgID: world.orgId });

function fresh(options: Parameters<typeof startWorld>[0] = {}): void {
  beforeEach(async () => {
    world = await startWorld(options);
    return () => world.server.close();
  });
}

function shared(options: Parameters<typeof startWorld>[0] = {}): void {
  beforeAll(async () => {
    world = await startWorld(options);
  });
  afterAll(() => world.server.close());
}

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

describe('the modes of tokens', () => {
  it.each([
    { tokens: 'hashed', served: '' },
    { tokens: 'plain', served: 'clear text' },
    { tokens: 'cloud', served: 'redacted' },
  ] as const)('serve "$served" for a token after its creation when it is $tokens', async ({ tokens, served }) => {
    const { server, mint, call, operator } = await startWorld({ tokens });
    const { id, token } = await mint([
      grant('read', 'tasks', { orgID: server.store.authorizations()[0]?.orgId ?? '' }),
    ]);
    const got = await call(operator, 'GET', `${authorizations}/${id}`);
    expect(got.body?.token).toBe(served === 'clear text' ? token : served);
    expect(JSON.stringify([...server.store.tables.authorizations.values()]).includes(token)).toBe(tokens === 'plain');
    await server.close();
  });

  it('let Cloud find a row by its token, and make no users', async () => {
    const { server, call, operator, operatorId } = await startWorld({ tokens: 'cloud' });
    const known = await call(operator, 'GET', `${authorizations}?token=${encodeURIComponent(operator)}`);
    expect(known.body?.authorizations?.map(({ id }) => id)).toEqual([operatorId]);
    expect((await call(operator, 'GET', `${authorizations}?token=x`)).body?.authorizations).toEqual([]);
    expect((await call(operator, 'GET', '/api/v2/users')).body?.users).toEqual([]);
    expect((await call(operator, 'POST', '/api/v2/users', { name: 'a' })).status).toBe(405);
    expect(known.headers.get('x-influxdb-build')).toBe('Cloud');
    await server.close();
  });
});

describe('the transport', () => {
  shared();

  it.each([
    { name: 'HEAD', method: 'HEAD', path: authorizations, status: 405 },
    { name: 'PUT', method: 'PUT', path: `${authorizations}/${unknownId}`, status: 405 },
    { name: 'an unknown path', method: 'GET', path: '/api/v2/nope', status: 404 },
    { name: 'a trailing slash', method: 'GET', path: '/api/v2/users/', status: 200 },
    { name: 'OPTIONS without an origin', method: 'OPTIONS', path: authorizations, status: 405 },
  ])('answers $status to $name', async ({ method, path, status }) => {
    const reply = await world.call(world.operator, method, path);
    expect(reply.status).toBe(status);
    if (status === 405) expect([reply.text, reply.code]).toEqual(['', null]);
  });

  it.each(['/health', '/ready', '/ping', '/metrics', '/api/v2', '/api/v2/setup'])(
    'serves %s to anybody',
    async (path) => {
      const reply = await world.call(undefined, 'GET', path);
      expect(reply.status).toBe(path === '/ping' ? 204 : 200);
      expect(reply.headers.get('x-influxdb-version')).toBe('v2.9.1');
    },
  );

  it('asks for a token on unknown paths too', async () => {
    const reply = await world.call(undefined, 'GET', '/api/v2/nope');
    expect([reply.status, reply.text]).toEqual([401, '{"code":"unauthorized","message":"unauthorized access"}']);
  });

  it('names operations by their route', async () => {
    await world.call(world.operator, 'GET', `${authorizations}/${unknownId}`);
    expect(world.server.calls.at(-1)?.operation).toBe('GET /api/v2/authorizations/{id}');
  });
});

describe('users, orgs and buckets', () => {
  fresh();

  it.each([
    { name: 'limit=0', status: 400, message: 'limit must be between 1 and 100' },
    { name: 'limit=x', status: 400, message: 'limit is invalid' },
    { name: 'offset=x', status: 400, message: 'offset is invalid' },
    { name: 'after=x', status: 400, message: 'decoding after: id must have a length of 16 bytes' },
    { name: 'descending=maybe', status: 400, message: 'descending is invalid' },
    { name: 'id=0123456789abcdef', status: 404, message: 'bucket not found' },
    { name: 'org=none&name=x', status: 404, message: 'organization name "none" not found' },
    { name: 'org=acme&name=x', status: 404, message: 'bucket "x" not found' },
    { name: 'name=x', status: 200, message: undefined },
  ])('GET buckets?$name answers $status', async ({ name, status, message }) => {
    const reply = await world.call(world.operator, 'GET', `/api/v2/buckets?${name}`);
    expect([reply.status, reply.body?.message]).toEqual([status, message]);
  });

  it('pages buckets of an org by name, with links', async () => {
    const path = '/api/v2/buckets';
    const first = await world.call(world.operator, 'GET', `${path}?org=acme&limit=2`);
    expect(first.body?.buckets?.map(({ name }) => name)).toEqual(['_monitoring', '_tasks']);
    expect(first.body?.links).toEqual({
      self: '/api/v2/buckets?descending=false&limit=2&offset=0&org=acme',
      next: '/api/v2/buckets?descending=false&limit=2&offset=2&org=acme',
    });
    const second = await world.call(world.operator, 'GET', present(first.body?.links?.next));
    expect(second.body?.buckets?.map(({ name }) => name)).toEqual(['telemetry']);
    expect(second.body?.links?.prev).toBe('/api/v2/buckets?descending=false&limit=2&offset=0&org=acme');
  });

  it('pages users by id', async () => {
    const { call, operator, adminId } = world;
    for (const name of ['b', 'a']) await call(operator, 'POST', '/api/v2/users', { name });
    const names = async (query: string) =>
      (await call(operator, 'GET', `/api/v2/users?${query}`)).body?.users?.map(({ name }) => name);
    expect(await names('')).toEqual(['admin', 'b', 'a']);
    expect(await names('limit=1&offset=1')).toEqual(['b']);
    expect(await names(`after=${adminId}`)).toEqual(['b', 'a']);
    expect(await names('descending=true')).toEqual(['a', 'b', 'admin']);
  });

  it.each([
    { path: 'users', body: '', status: 500, message: 'EOF' },
    { path: 'users', body: '{"id":"x"}', status: 400, message: 'id must have a length of 16 bytes' },
    { path: 'orgs', body: '', status: 400, message: 'failed to unmarshal json: EOF' },
    { path: 'orgs', body: '{}', status: 400, message: 'org name is empty' },
    { path: 'orgs', body: '{"name":"acme"}', status: 422, message: 'organization with name acme already exists' },
    {
      path: 'buckets',
      body: '{"name":1}',
      status: 400,
      message:
        'failed to unmarshal json: json: cannot unmarshal number into Go struct field postBucketRequest.name of type string',
    },
    {
      path: 'buckets',
      body: '{"orgID":"0123456789abcdef","name":"b"}',
      status: 404,
      message: 'organization not found',
    },
  ])('POST $path answers $status to $body', async ({ path, body, status, message }) => {
    const reply = await world.call(world.operator, 'POST', `/api/v2/${path}`, body);
    expect([reply.status, reply.body?.message]).toEqual([status, message]);
  });

  it('hides what the caller may not read, and shows it to a session of its owner', async () => {
    const { call, mint, orgId } = world;
    const { token } = await mint([bucketGrant('read')]);
    expect((await call(token, 'GET', `/api/v2/orgs/${orgId}`)).body?.message).toBe(
      `read:orgs/${orgId} is unauthorized`,
    );
    const basic = { authorization: `Basic ${Buffer.from('admin:password1234').toString('base64')}` };
    const signedIn = await call(undefined, 'POST', '/api/v2/signin', undefined, basic);
    const cookie = { cookie: present(signedIn.headers.get('set-cookie')?.split(';')[0]) };
    expect((await call(undefined, 'GET', '/api/v2/me', undefined, cookie)).body?.name).toBe('admin');
    expect((await call(undefined, 'POST', '/api/v2/signout', undefined, cookie)).status).toBe(204);
    expect((await call(undefined, 'GET', '/api/v2/me', undefined, cookie)).status).toBe(401);
  });
});

describe('the store', () => {
  let now = 1_700_000_000_000;
  fresh({ now: () => now });

  it('takes its time from the clock it was given', async () => {
    now = 1_750_000_000_000;
    await world.mint([bucketGrant('read')]);
    expect(world.server.store.authorizations().at(-1)?.createdAt).toMatch(/^2025-06-15T15:06:40\.?\d{0,9}Z$/);
  });

  it('brings back deleted authorizations when a backup is restored', async () => {
    const { store } = world.server;
    const { id, token } = await world.mint([bucketGrant('read')]);
    const backup = store.snapshot();
    await world.call(world.operator, 'DELETE', `${authorizations}/${id}`);
    expect(store.statusOf(token)).toBe('unknown');
    store.restore(backup);
    expect(store.statusOf(token)).toBe('active');
  });
});
