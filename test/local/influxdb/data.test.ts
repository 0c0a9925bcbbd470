import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseLines } from '../../../local/influxdb/line-protocol.ts';
import { startWorld, type World } from './client.ts';

const nowMs = 1_700_000_000_000;
let world: World;

beforeEach(async () => {
  world = await startWorld({ now: () => nowMs });
  return () => world.server.close();
});

describe('line protocol', () => {
  it.each([
    { line: 'garbage', message: 'missing fields' },
    { line: 'm ', message: 'invalid field format' },
    { line: ',t=a v=1', message: 'missing measurement' },
    { line: 'm,t v=1', message: 'missing tag value' },
    { line: 'm,=a v=1', message: 'missing tag key' },
    { line: 'm,t=a=b v=1', message: 'invalid tag format' },
    { line: 'm,t=a,t=b v=1', message: 'duplicate tags' },
    { line: 'm,_field=a v=1', message: 'cannot use reserved tag key "_field"' },
    { line: 'm v=', message: 'missing field value' },
    { line: 'm =1', message: 'missing field key' },
    { line: 'm v=1,w', message: 'invalid field format' },
    { line: 'm v=yes', message: 'invalid boolean' },
    { line: 'm v=1.1.1', message: 'invalid number' },
    { line: 'm v=1.5i', message: 'invalid number' },
    { line: 'm v=-1u', message: 'invalid number' },
    { line: 'm v="open', message: 'unbalanced quotes' },
    { line: 'm v=1 soon', message: 'bad timestamp' },
    { line: 'm v=1 1 2', message: 'point is invalid' },
    {
      line: 'm v=9223372036854775808i',
      message:
        'unable to parse integer 9223372036854775808: strconv.ParseInt: parsing "9223372036854775808": value out of range',
    },
  ])('refuses $line: $message', ({ line, message }) => {
    expect(parseLines(Buffer.from(line), nowMs, 'ns').failures).toEqual([`unable to parse '${line}': ${message}`]);
  });

  it('reads escapes, types, comments and timestamps', () => {
    const text = '# comment\n\na\\ b,t=x\\,y f=1,i=2i,u=3u,b=T,s="q\\" \\\\ z\n, =" 7\n';
    const { points, failures } = parseLines(Buffer.from(text), nowMs, 's');
    expect(failures).toEqual([]);
    expect(points).toHaveLength(1);
    const [point] = points;
    expect(point?.measurement).toBe('a b');
    expect(point?.at).toBe(7_000);
    expect([...(point?.tags ?? [])]).toEqual([['t', 'x,y']]);
    expect([...(point?.fields ?? [])].map(([name, { type, value }]) => [name, type, value])).toEqual([
      ['f', 'float', '1'],
      ['i', 'integer', '2'],
      ['u', 'unsigned', '3'],
      ['b', 'boolean', 'true'],
      ['s', 'string', 'q" \\ z\n, ='],
    ]);
  });
});

describe('POST write', () => {
  const path = (query: string) => `/api/v2/write?${query}`;

  it.each([
    { query: 'precision=m', status: 400, message: 'invalid precision; valid precision units are ns, us, ms, and s' },
    { query: '', status: 404, message: 'bucket not found' },
    { query: 'bucket=b', status: 400, message: 'Please provide either orgID or org' },
    { query: 'bucket=b&org=none', status: 404, message: 'organization name "none" not found' },
    { query: 'bucket=b&orgID=x', status: 400, message: 'id must have a length of 16 bytes' },
    { query: 'bucket=b&org=acme', status: 404, message: 'bucket "b" not found' },
    { query: 'bucket=telemetry&org=acme', status: 400, message: "unable to parse 'garbage': missing fields" },
  ])('answers $status to "$query": $message', async ({ query, status, message }) => {
    const reply = await world.call(world.operator, 'POST', path(query), 'm v=1\ngarbage');
    expect([reply.status, reply.text]).toEqual([status, JSON.stringify({ code: reply.code, message })]);
    expect(world.server.store.points(world.bucketId)).toEqual([]);
  });

  it('keeps lines with their times, also gzipped ones', async () => {
    const url = `${world.server.url}${path('org=acme&bucket=telemetry&precision=ms')}`;
    const headers = { authorization: `Token ${world.operator}`, 'content-encoding': 'gzip' };
    const response = await fetch(url, { method: 'POST', headers, body: gzipSync('m v=1 1500\nm v=2') });
    expect(response.status).toBe(204);
    expect(world.server.store.points(world.bucketId).map(({ line, at }) => ({ line, at }))).toEqual([
      { line: 'm v=1 1500', at: 1_500 },
      { line: 'm v=2', at: nowMs },
    ]);
  });

  it('writes the points that fit, and names a field of another type', async () => {
    const reply = await world.call(
      world.operator,
      'POST',
      path('org=acme&bucket=telemetry'),
      'm v=1 1\nm v="a" 2\nm v=3 3',
    );
    expect([reply.status, reply.body?.message]).toEqual([
      422,
      'failure writing points to database: partial write: field type conflict: input field "v" on measurement "m" is type string, already exists as type float dropped=1',
    ]);
    expect(world.server.store.points(world.bucketId)).toHaveLength(2);
  });
});

describe('POST query', () => {
  const ask = (
    body: string,
    headers: Record<string, string> = { 'content-type': 'application/vnd.flux' },
    org = 'acme',
  ) => world.call(world.operator, 'POST', `/api/v2/query?org=${org}`, body, headers);

  beforeEach(async () => {
    const lines = 'm,host=a v=1 1699999990\nm,host=a v=2.5 1699999991\nn s="x,y" 1699999992\nold v=1 5';
    await world.call(world.operator, 'POST', '/api/v2/write?org=acme&bucket=telemetry&precision=s', lines);
  });

  it('answers points of a measurement as CSV', async () => {
    const reply = await ask(
      'from(bucket:"telemetry") |> range(start: -1m) |> filter(fn: (r) => r._measurement == "m")',
    );
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(reply.text.split('\r\n')).toEqual([
      ',result,table,_start,_stop,_time,_value,_field,_measurement,host',
      ',_result,0,2023-11-14T22:12:20Z,2023-11-14T22:13:20Z,2023-11-14T22:13:10Z,1,v,m,a',
      ',_result,0,2023-11-14T22:12:20Z,2023-11-14T22:13:20Z,2023-11-14T22:13:11Z,2.5,v,m,a',
      '',
      '',
    ]);
  });

  it('annotates what a JSON request asks to annotate', async () => {
    const query = 'from(bucket: "telemetry") |> range(start: -1m) |> filter(fn: (r) => r._measurement == "n")';
    const dialect = { annotations: ['group', 'datatype', 'default'] };
    const reply = await ask(JSON.stringify({ query, type: 'flux', dialect }), { 'content-type': 'application/json' });
    expect(reply.text.split('\r\n').slice(0, 5)).toEqual([
      '#group,false,false,true,true,false,false,true,true',
      '#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,string',
      '#default,_result,,,,,,,',
      ',result,table,_start,_stop,_time,_value,_field,_measurement',
      ',,0,2023-11-14T22:12:20Z,2023-11-14T22:13:20Z,2023-11-14T22:13:12Z,"x,y",s,n',
    ]);
  });

  it('counts', async () => {
    const reply = await ask(
      'from(bucket:"telemetry") |> range(start: -1m) |> filter(fn: (r) => r.host == "a") |> count()',
    );
    expect(reply.text.split('\r\n')[1]).toBe(',_result,0,2023-11-14T22:12:20Z,2023-11-14T22:13:20Z,v,m,a,2');
  });

  it('answers an empty line when nothing is found', async () => {
    expect((await ask('from(bucket:"telemetry") |> range(start: -1s)')).text).toBe('\r\n');
  });

  it.each([
    {
      name: 'a missing bucket',
      body: 'from(bucket:"n") |> range(start: -1h)',
      org: 'acme',
      status: 404,
      message: 'failed to initialize execute state: could not find bucket "n"',
    },
    {
      name: 'a missing org',
      body: 'from(bucket:"n") |> range(start: -1h)',
      org: 'none',
      status: 400,
      message: 'failed to decode request body: organization name "none" not found',
    },
    {
      name: 'no org',
      body: 'x',
      org: '',
      status: 400,
      message: 'failed to decode request body: Please provide either orgID or org',
    },
    {
      name: 'no script',
      body: '',
      org: 'acme',
      status: 400,
      message: 'failed to decode request body: request body requires either query or AST',
    },
  ])('answers $status to $name', async ({ body, org, status, message }) => {
    const reply = await ask(body, undefined, org);
    expect([reply.status, reply.text]).toEqual([status, JSON.stringify({ code: reply.code, message })]);
  });
});
