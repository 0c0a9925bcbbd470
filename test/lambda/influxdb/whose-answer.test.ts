import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../../lambda/calls/call-error.ts';
import type { InfluxdbClient } from '../../../lambda/influxdb/client.ts';
import { InfluxdbError } from '../../../lambda/influxdb/errors.ts';
import { aStand, type Stand } from './a-client.ts';
import { AllRows, aWireRow, ORG, OWNER } from './a-list.ts';

let stand: Stand;
afterEach(() => stand.close());

const ID = '0000000000000001';
const said = (code: unknown, message: string) => JSON.stringify({ code, message });

async function answering(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  basePath = '',
): Promise<InfluxdbClient> {
  const listener: RequestListener = (_request, response) => response.writeHead(status, headers).end(body);
  stand = await aStand(listener, { basePath });
  return stand.client;
}

async function failureOf(call: Promise<unknown>): Promise<CallError> {
  const error = await call.catch((reason: unknown) => reason);
  if (!(error instanceof CallError)) throw new Error('the call did not fail as it should', { cause: error });
  return error;
}

type Ask = (client: InfluxdbClient) => Promise<unknown>;

const CALLS: readonly [string, Ask][] = [
  ['the list', (client) => client.listAuthorizations({ orgID: ORG }, new AllRows())],
  ['an authorization', (client) => client.lookUp(ID)],
  ['a bucket by name', (client) => client.findBucket({ org: 'acme' }, 'telemetry')],
  ['a bucket', (client) => client.getBucket(ID)],
  ['a user by name', (client) => client.findUser('svc')],
  ['an org by name', (client) => client.findOrg('acme')],
  ['a deletion', (client) => client.deleteAuthorization(ID)],
];

const NOT_ITS_OWN: readonly [string, number, string, string][] = [
  ["a proxy's page with 404", 404, '<html>not here</html>', '404 with a page or a text instead of JSON'],
  ['a default backend', 404, 'default backend - 404', '404 with a page or a text instead of JSON'],
  ['a 404 without a body', 404, '', '404 with no message'],
  ['a gateway', 404, '{"message":"authorization not found"}', '404 with authorization not found'],
  ['a code of its own', 404, said(404, 'user not found'), '404 with user not found'],
  ['another code', 404, said('NotFound', 'user not found'), '404 with user not found'],
  ['a wrong base path', 404, said('not found', 'path not found'), '404 with path not found'],
  ['a thing that nobody asked for', 404, said('not found', 'dashboard not found'), '404 with dashboard not found'],
  ['a page with 200', 200, '<html>please sign in</html>', '200 with a page or a text instead of JSON'],
  ['nothing with 200', 200, '', '200 without a body'],
];

describe.each(NOT_ITS_OWN)("%s is nobody's absence", (_name, status, body, sign) => {
  it.each(CALLS)('of %s', async (_call, ask) => {
    const error = await failureOf(ask(await answering(status, body, {}, '/influx')));
    expect(error).not.toBeInstanceOf(InfluxdbError);
    expect(error.code).toBe('INFLUXDB_NOT_ITSELF');
    expect(error.message).toContain(` is not its own: ${sign}`);
    expect(error.message).toMatch(
      / Check that influxdb\.url, http:\/\/127\.0\.0\.1:\d+\/influx, leads to InfluxDB itself/,
    );
    expect(error.message).not.toMatch(/sign in|not here|org=/);
  });
});

describe('in its own words InfluxDB says that', () => {
  it.each<[string, string, Ask, unknown]>([
    ['an authorization is gone', 'authorization not found', (client) => client.lookUp(ID), { kind: 'gone' }],
    ['an owner is gone', 'user not found', (client) => client.lookUp(ID), { kind: 'owner-gone' }],
    ['a deletion is done', 'authorization not found', (client) => client.deleteAuthorization(ID), undefined],
  ])('%s', async (_name, message, ask, answer) => {
    expect(await ask(await answering(404, said('not found', message)))).toEqual(answer);
  });

  it.each<[string, string, Ask, string]>([
    ['a user', 'user not found', (client) => client.findUser('svc'), 'user'],
    ['a bucket', 'bucket "telemetry" not found', (client) => client.findBucket({ org: 'acme' }, 'telemetry'), 'bucket'],
    ['a bucket of an id', 'bucket not found', (client) => client.getBucket(ID), 'bucket'],
    ['an org', 'organization name "acme" not found', (client) => client.findOrg('acme'), 'org'],
    ['the org of a bucket', 'organization name "x" not found', (client) => client.findBucket({ org: 'x' }, 'b'), 'org'],
  ])('%s does not exist', async (_name, message, ask, absent) => {
    const error = await failureOf(ask(await answering(404, said('not found', message))));
    expect(error).toMatchObject({ status: 404, wireCode: 'not found', absent, kind: 'refused' });
  });
});

describe('the answer of a cache is not believed', () => {
  const row = JSON.stringify(aWireRow(0));
  const gone = said('not found', 'authorization not found');
  it.each<[string, Record<string, string>]>([
    ['an age', { age: '7' }],
    ['a hit', { 'x-cache': 'HIT' }],
    ['a hit of CloudFront', { 'x-cache': 'Hit from cloudfront' }],
    ['a hit of nginx', { 'x-cache-status': 'HIT' }],
    ['a hit of Cloudflare', { 'cf-cache-status': 'HIT' }],
    ['a hit as in RFC 9211', { 'cache-status': 'ExampleCache; hit; ttl=30' }],
  ])('that has %s', async (_name, headers) => {
    for (const [status, body] of [
      [200, row],
      [404, gone],
    ] as const) {
      const error = await failureOf((await answering(status, body, headers)).lookUp(ID));
      expect(error).toMatchObject({ code: 'INFLUXDB_NOT_ITSELF', kind: 'unanswered' });
      expect(error.message).toContain('is not its own: a cache answers between. Check that influxdb.url, http://127');
      expect(stand.requests).toHaveLength(4);
      if (status === 200) await stand.close();
    }
  });

  it('nor its list', async () => {
    const rows = new AllRows();
    const client = await answering(200, '{"authorizations":[]}', { age: '1' });
    expect(await failureOf(client.listAuthorizations({ orgID: ORG }, rows))).toMatchObject({
      code: 'INFLUXDB_NOT_ITSELF',
    });
    expect(rows.attempts).toBe(0);
  });

  it('but one that asked the server is', async () => {
    const client = await answering(200, row, { age: '0', 'x-cache': 'MISS from proxy' });
    expect(await client.lookUp(ID)).toMatchObject({ kind: 'found' });
  });
});

const SOMEBODYS: readonly [string, number, string, string][] = [
  ["a firewall's page", 403, '<html>not here</html>', '403 with a page or a text instead of JSON'],
  ["a proxy's page that wants a password", 401, '<html>sign in</html>', '401 with a page or a text instead of JSON'],
  ['a proxy of the network', 407, '<html>sign in</html>', '407 with a page or a text instead of JSON, because a proxy'],
  ['a page of a gateway', 400, '<html>not here</html>', '400 with a page or a text instead of JSON'],
  ['a page for what is too large', 413, '<html>not here</html>', '413 with a page or a text instead of JSON'],
  ["a gateway's JSON", 403, '{"message":"Forbidden"}', '403 with Forbidden'],
  ["a gateway's code", 403, said('AccessDenied', 'unauthorized access'), '403 with unauthorized access'],
  ["a number for InfluxDB's code", 401, said(401, 'unauthorized access'), '401 with unauthorized access'],
  [
    'InfluxDB 3 behind something that hides its version',
    401,
    '{"error":"the request was not authenticated"}',
    '401 with JSON as of InfluxDB 1.x or 3.x, which are not supported (supported are InfluxDB 2.x, Cloud 2 and Cloud',
  ],
  ['JSON that is no object', 403, '"sign in"', "403 with JSON that is not InfluxDB's"],
  ['a refusal without a word', 401, '', '401 with no message'],
  ['a method that is not allowed', 405, '', '405 with no message'],
  [
    'a balancer',
    502,
    '<html>not here</html>',
    '502 with a page or a text instead of JSON, perhaps because InfluxDB does not',
  ],
  [
    'a balancer in maintenance',
    503,
    'sign in',
    '503 with a page or a text instead of JSON, perhaps because InfluxDB does',
  ],
  ['a redirect', 302, '', '302, a redirect to login.example.com, which is not followed'],
];

describe.each(SOMEBODYS)('%s is not told as what InfluxDB says', (_name, status, body, sign) => {
  const headers = { location: 'https://login.example.com/?back=org=acme' };
  it.each(CALLS)('of %s', async (_call, ask) => {
    const error = await failureOf(ask(await answering(status, body, status < 400 ? headers : {}, '/influx')));
    expect(error).toMatchObject({ code: 'INFLUXDB_NOT_ITSELF', kind: 'unanswered', endsRun: false });
    expect(error.message).toContain(` is not its own: ${sign}`);
    expect(error.message).toMatch(
      / Check that influxdb\.url, http:\/\/127\.0\.0\.1:\d+\/influx, leads to InfluxDB itself/,
    );
    expect(error.message).not.toMatch(/sign in<|not here|org=/);
  });
});

describe('what InfluxDB itself says without many words is told as what it is', () => {
  const itsOwn = { 'x-influxdb-version': 'v2.9.1' };
  it.each<[string, number, string, Record<string, string>, string, string]>([
    ['a method that is not allowed', 405, '', itsOwn, 'INFLUXDB_REFUSED', 'no message'],
    ['a refusal', 401, '', { 'x-platform-error-code': 'unauthorized' }, 'INFLUXDB_REFUSED', 'no message'],
    ['an absence', 404, '', itsOwn, 'INFLUXDB_REFUSED', 'no message'],
    ['a failure', 500, '', itsOwn, 'INFLUXDB_UNANSWERED', 'no message'],
    ['a failure of whoever', 503, '\n', {}, 'INFLUXDB_UNANSWERED', 'no message'],
    ['a start', 503, '{"status":"starting"}', {}, 'INFLUXDB_UNANSWERED', 'it is starting'],
    ['a busy page', 429, '<html></html>', {}, 'INFLUXDB_THROTTLED', 'a page or a text instead of JSON'],
    ['a code of Cloud', 415, said('unsupported media type', 'no'), {}, 'INFLUXDB_REFUSED', 'no'],
  ])('%s', async (_name, status, body, headers, code, reason) => {
    const error = await failureOf((await answering(status, body, headers)).lookUp(ID));
    expect(error).toMatchObject({ code, status, reason, absent: undefined });
    expect(error.message).toBe(`InfluxDB answered ${status} to GET /api/v2/authorizations/{id}: ${reason}`);
  });

  it('waits as long as a balancer asks for', async () => {
    const error = await failureOf((await answering(503, '<html></html>', { 'retry-after': '2' })).lookUp(ID));
    expect(error).toMatchObject({ code: 'INFLUXDB_NOT_ITSELF', retryAfterMs: 2_000 });
  });
});

describe('a version of InfluxDB that is not supported is told as that, at once', () => {
  const V1 = { 'x-influxdb-version': '1.8.10', 'x-influxdb-build': 'OSS' };
  const V3 = { 'x-influxdb-version': '3.2.0', 'x-influxdb-build': 'Core' };
  const JSON_ERROR = (error: string) => JSON.stringify({ error });
  it.each<[string, number, string, Record<string, string>]>([
    ['1.x without the path', 404, JSON_ERROR('not found'), V1],
    ['1.x with a page', 404, '404 page not found\n', V1],
    ['1.x with a sign-in', 401, JSON_ERROR('authorization failed'), V1],
    ['1.x without a word', 404, '', V1],
    ['1.x of Enterprise', 404, JSON_ERROR('not found'), { 'x-influxdb-version': '1.11.3-c1.11.3' }],
    ['1.x that fails', 500, JSON_ERROR('timeout'), V1],
    ['3.x without the path', 404, 'not found', V3],
    ['3.x with a sign-in', 401, JSON_ERROR('the request was not authenticated'), V3],
    ['3.x without a word', 401, '', { 'x-influxdb-version': 'v3.2.0' }],
  ])('%s', async (_name, status, body, headers) => {
    const version = headers['x-influxdb-version'];
    for (const [, ask] of CALLS) {
      const error = await failureOf(ask(await answering(status, body, headers, '/influx')));
      expect(error).toMatchObject({ code: 'INFLUXDB_VERSION', endsRun: true });
      expect(error.message).toMatch(
        /^InfluxDB v?[\d.c-]+ answered \d+ to \w+ \S+, and this version is not supported: supported are InfluxDB 2\.x, Cloud 2 and Cloud Serverless\. Give the URL of one of these as influxdb\.url \(is http:\/\/127\.0\.0\.1:\d+\/influx\)$/,
      );
      expect(error.message).toContain(`InfluxDB ${version} answered ${status} to `);
      if (status < 500) expect(stand.requests).toHaveLength(1);
      await stand.close();
    }
  });

  it('but not where the words are those of 2.x, or the version is none', async () => {
    const own = await answering(404, said('not found', 'authorization not found'), V3);
    expect(await own.lookUp(ID)).toEqual({ kind: 'gone' });
    await stand.close();
    const odd = await answering(404, '<html></html>', { 'x-influxdb-version': '3.<script>' });
    expect(await failureOf(odd.lookUp(ID))).toMatchObject({ code: 'INFLUXDB_NOT_ITSELF' });
  });
});

describe('JSON of another shape names the URL, and what to do', () => {
  it.each(['{}', '[]', '{"orgs":{}}', '{"id":'])('%s', async (body) => {
    for (const [name, ask] of CALLS.filter(([each]) => each !== 'a deletion')) {
      const error = await failureOf(ask(await answering(200, body, {}, '/influx')));
      expect(error, name).toMatchObject({ code: 'INFLUXDB_UNANSWERED', kind: 'unanswered' });
      expect(error.message, name).toMatch(
        /is not (?:understood \(at [\w ]+\)|readable JSON)\. Check that influxdb\.url, http:\/\/127\.0\.0\.1:\d+\/influx, leads to InfluxDB itself, with the right base path, and that nothing on the way answers for it$/,
      );
      await stand.close();
    }
  });
});

describe('an answer that breaks off', () => {
  const cut: RequestListener = (_request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
      .write('{"authorizations":[');
    setTimeout(() => response.destroy(), 10);
  };
  it.each(CALLS)('is told as that in plain HTTP, too: %s', async (_call, ask) => {
    stand = await aStand(cut);
    const error = await failureOf(ask(stand.client));
    expect(error).toMatchObject({ code: 'INFLUXDB_UNANSWERED', kind: 'unanswered' });
    expect(error.message).toMatch(
      /^InfluxDB's answer to \w+ \S+ broke off \(\w+\)\. If it stays, look at the log of InfluxDB, and at what stands between it and http:\/\/127\.0\.0\.1:\d+$/,
    );
  });

  it('before its head is no sign of TLS, either, where the server has answered before', async () => {
    let asked = 0;
    stand = await aStand((request, response) => {
      asked += 1;
      if (asked > 1) request.socket.destroy();
      else response.writeHead(204).end();
    });
    await stand.client.deleteAuthorization(ID);
    const error = await failureOf(stand.client.lookUp(ID));
    expect(error.message).toMatch(/^InfluxDB did not answer GET \/api\/v2\/authorizations\/\{id\} \(\w+\)$/);
  });
});

describe('a refusal of somebody else', () => {
  it.each([401, 403])("does not end the rotator's token, and hides no row: %i", async (status) => {
    const client = await answering(status, '{"message":"unauthorized access"}');
    expect(await failureOf(client.lookUp(ID))).toMatchObject({ code: 'INFLUXDB_NOT_ITSELF', endsRun: false });
  });
});

describe('a user', () => {
  const answer = (status: string) => ({ id: OWNER, name: 'svc', status, links: {} });
  it.each([
    ['active', 'active'],
    ['inactive', 'inactive'],
    ['of-its-own', 'active'],
  ])('of status %s is %s', async (wire, status) => {
    const byName = await answering(200, JSON.stringify({ users: [answer(wire)] }));
    expect(await byName.findUser('svc')).toEqual({ id: OWNER, name: 'svc', status });
  });

  it('that may not be read is undefined', async () => {
    const hidden = await answering(200, '{"users":[]}');
    expect(await hidden.findUser('svc')).toBeUndefined();
  });
});

describe('an echo of the mint', () => {
  const wanted = { orgId: ORG, userId: OWNER, description: '', status: 'inactive', permissions: [] } as const;
  const echo = 'my-super-secret-auth-token';
  it.each<[string, object, string]>([
    ['in its org', { orgID: echo }, 'orgID'],
    ['in its owner', { userID: echo }, 'userID'],
    ['in a permission', { permissions: [{ action: 'read', resource: { type: echo } }] }, 'permissions.0.resource.type'],
    [
      'in the id of a permission',
      { permissions: [{ action: 'read', resource: { type: 'buckets', id: echo } }] },
      'permissions.0.resource.id',
    ],
  ])('%s is not understood, and not repeated', async (_name, change, path) => {
    const client = await answering(201, JSON.stringify(aWireRow(0, change)));
    expect((await failureOf(client.createAuthorization(wanted))).message).toBe(
      `InfluxDB's answer to POST /api/v2/authorizations is not understood (at ${path}). Check that influxdb.url, ${stand.url}, leads to InfluxDB itself, with the right base path, and that nothing on the way answers for it`,
    );
  });
});
