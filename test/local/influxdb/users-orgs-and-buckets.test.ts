import { describe, expect, it } from 'vitest';
import { present } from './client.ts';
import { bucketGrant, fresh, world } from './current-world.ts';

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
