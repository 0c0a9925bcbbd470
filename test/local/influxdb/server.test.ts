import { describe, expect, it } from 'vitest';
import { startWorld } from './client.ts';
import { authorizations, bucketGrant, fresh, grant, shared, unknownId, world } from './current-world.ts';

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
