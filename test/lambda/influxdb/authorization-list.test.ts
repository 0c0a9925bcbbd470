import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { AuthorizationList } from '../../../lambda/influxdb/authorization-list.ts';
import { AuthorizationStream } from '../../../lambda/influxdb/authorization-stream.ts';
import { InfluxdbClient } from '../../../lambda/influxdb/client.ts';
import type { BodyReader } from '../../../lambda/influxdb/transport.ts';
import { startInfluxdb } from '../../../local/influxdb/server.ts';
import { aStand, aTransport, type Stand } from './a-client.ts';
import { AllRows, aWireRow, ORG } from './a-list.ts';

const LIST = 'GET /api/v2/authorizations';
const list = (...rows: unknown[]) =>
  JSON.stringify({ links: { self: '/api/v2/authorizations' }, authorizations: rows });

/** White space after which an answer is too long to be read as a whole. */
const LONG = ' '.repeat(5 * 1024 * 1024);

/** How the same answer is read. */
const WAYS: readonly (readonly [string, string])[] = [
  ['as a whole', ''],
  ['as a stream', LONG],
];

let stand: Stand;
afterEach(() => stand.close());

/** Answers every request with this text, in pieces of so many bytes, each sent for itself. */
async function serving(text: string | Buffer, size = Number.POSITIVE_INFINITY, space = ''): Promise<AllRows> {
  stand = await aStand(async (_request, response) => {
    response.write(space);
    await inPieces(response, Buffer.from(text), size);
    response.end();
  });
  return new AllRows();
}

async function inPieces(response: ServerResponse, bytes: Buffer, size: number): Promise<void> {
  for (let start = 0; start < bytes.length; start += size) {
    response.write(bytes.subarray(start, start + size));
    if (size < 100) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function failureOf(rows: AllRows): Promise<CallError> {
  const error = await stand.client.listAuthorizations({ orgID: ORG }, rows).catch((reason: unknown) => reason);
  if (!(error instanceof CallError)) throw new Error('the list did not fail as it should', { cause: error });
  return error;
}

describe.each(WAYS)('a list that is read %s', (_way, space) => {
  it.each([1, 2, 3, 7, 64])('is whole in chunks of %i bytes, that split characters', async (size) => {
    const description = 'Zähler 東京 🚀 "\\u00e9" \u2028 <&>';
    const rows = await serving(list(aWireRow(0, { description }), aWireRow(1)), size, space);
    await stand.client.listAuthorizations({ orgID: ORG }, rows);
    expect(rows.rows.map(({ id, description }) => [id, description])).toEqual([
      ['0000000000000001', description],
      ['0000000000000002', 'no. 1'],
    ]);
    expect(stand.requests).toEqual([`GET /api/v2/authorizations?orgID=${ORG}`]);
  });

  it.each<[string, string]>([
    ['an empty list', list()],
    ['other keys before and after', `{"x":"authorizations","y":{"authorizations":null},"authorizations":[],"z":[]}`],
    ['a byte order mark and spaces', `\ufeff \n${list()} \n`],
  ])('may be %s', async (_name, text) => {
    const rows = await serving(text + space);
    await stand.client.listAuthorizations({ orgID: ORG }, rows);
    expect(rows).toMatchObject({ rows: [], attempts: 1 });
  });

  it('is read anew by each attempt', async () => {
    let attempts = 0;
    stand = await aStand(async (_request, response) => {
      attempts += 1;
      response.write(space);
      await inPieces(response, Buffer.from(list(aWireRow(0), aWireRow(1))), 600);
      if (attempts < 3) response.destroy();
      else response.end();
    });
    const rows = new AllRows();
    await stand.client.listAuthorizations({ orgID: ORG }, rows);
    expect(rows.rows).toHaveLength(2);
    expect(attempts).toBe(3);
  });

  it('ends with the time-out of one attempt, however slowly it goes on', async () => {
    stand = await aStand(
      async (_request, response) => {
        response.write(`${space}{"authorizations":[`);
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
      { callTimeoutMs: 200 },
    );
    const rows = new AllRows();
    const startedAt = performance.now();
    expect(await failureOf(rows)).toMatchObject({ kind: 'unanswered', message: /did not answer .*TimeoutError/ });
    expect(rows.attempts).toBe(4);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });

  it('passes on what the collector throws', async () => {
    const rows = await serving(list(aWireRow(0)) + space);
    const defect = new TypeError('a defect');
    const row = () => {
      throw defect;
    };
    await expect(stand.client.listAuthorizations({ orgID: ORG }, { begin: () => rows.begin(), row })).rejects.toBe(
      defect,
    );
    expect(rows.attempts).toBe(1);
  });
});

describe.each(WAYS)('an answer that is not the list, and is read %s, is none', (_way, space) => {
  const CHECK =
    ' Check that influxdb.url, URL, leads to InfluxDB itself, with the right base path, and that nothing on the way answers for it';
  const notUnderstood = (path: string) => `InfluxDB's answer to ${LIST} is not understood (at ${path}).${CHECK}`;
  const unreadable = `InfluxDB's answer to ${LIST} is not readable JSON.${CHECK}`;
  const deep = `{"authorizations":${'['.repeat(1_000_000)}`;
  it.each<[string, string | Buffer, string]>([
    [
      'a row of another shape',
      list(aWireRow(0), aWireRow(1, { status: 'weird' })),
      notUnderstood('authorizations.1.status'),
    ],
    ['a row that is null', list(null), notUnderstood('authorizations.0')],
    ['a row that is a list', list([aWireRow(0)]), notUnderstood('authorizations.0')],
    ['a list alone', JSON.stringify([aWireRow(0)]), notUnderstood('authorizations')],
    ['no list in it', '{"links":{}}', notUnderstood('authorizations')],
    ['null as its list', '{"authorizations":null}', notUnderstood('authorizations')],
    ['a text as its list', '{"authorizations":"none"}', notUnderstood('authorizations')],
    ['an object as its list', '{"authorizations":{"0":{}}}', notUnderstood('authorizations')],
    ['a list in a list in a list', deep, space === '' ? unreadable : notUnderstood('authorizations')],
    ['50 MB that are no JSON', `{"authorizations":"${'x'.repeat(50_000_000)}`, notUnderstood('authorizations.0')],
    ['the beginning of the list', list(aWireRow(0), aWireRow(1)).slice(0, -1), unreadable],
    ['the beginning of a row', list(aWireRow(0), aWireRow(1)).slice(0, -90), unreadable],
    ['a second answer behind it', `${list()}{}`, unreadable],
    ['bytes that are no text', Buffer.from([...Buffer.from('{"authorizations":["'), 0xff, 0xfe]), unreadable],
  ])('%s', async (_name, text, message) => {
    const rows = await serving(text, 65_536, space);
    expect(await failureOf(rows)).toMatchObject({
      ...{ code: 'INFLUXDB_UNANSWERED', kind: 'unanswered' },
      message: message.replace('URL', stand.url),
    });
    expect(rows.attempts).toBe(4);
  });

  it.each(['', 'null', '<html>please sign in</html>', 'default backend', '"text"'])(
    "but somebody else's: %s",
    async (text) => {
      const error = await failureOf(await serving(text, undefined, space));
      expect(error).toMatchObject({ kind: 'unanswered' });
      expect(error.message).toMatch(/^InfluxDB's answer to GET \/api\/v2\/authorizations is not /);
      expect(error.message).not.toContain('sign in');
    },
  );
});

describe('a list that is garbled', () => {
  const HEAD = { operation: LIST, method: 'GET', status: 200, headers: {}, url: 'http://influxdb.example.com:8086' };
  const TEXT = Buffer.from(list(aWireRow(0, { description: 'Zähler "🚀" \\ \n' }), aWireRow(1)));

  function outcomeOf(reader: (rows: AllRows) => BodyReader, bytes: Uint8Array, size: number): unknown {
    const rows = new AllRows();
    try {
      const reading = reader(rows);
      for (let start = 0; start < bytes.length; start += size) reading.chunk(bytes.subarray(start, start + size));
      reading.end();
      return rows.rows;
    } catch (error) {
      // Where a row is broken and the text behind it, too, either may be said.
      return (error as CallError).kind;
    }
  }

  it('is read as a whole as it is read as a stream, whatever bytes are others', () => {
    const place = fc.nat(TEXT.length);
    fc.assert(
      fc.property(
        place,
        fc.nat(4),
        fc.uint8Array({ maxLength: 3 }),
        fc.constantFrom(1, 64, 65_536),
        (at, less, more, size) => {
          const bytes = Buffer.concat([TEXT.subarray(0, at), more, TEXT.subarray(at + less)]);
          const whole = outcomeOf((rows) => new AuthorizationList(HEAD, rows), bytes, size);
          expect(whole).toEqual(outcomeOf((rows) => new AuthorizationStream(HEAD, rows), bytes, size));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('takes little memory, though it comes byte by byte', () => {
    const reader = new AuthorizationList(HEAD, new AllRows());
    const space = Buffer.alloc(1, ' ');
    const before = process.memoryUsage().heapUsed;
    for (let piece = 0; piece < 1_500_000; piece += 1) reader.chunk(space.subarray());
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(80_000_000);
  });
});

it('has no two lists, where it is too long to be parsed as a whole', async () => {
  const error = await failureOf(await serving(`${LONG}{"authorizations":[],"authorizations":[]}`));
  expect(error.message).toContain('is not understood (at authorizations)');
});

it('reads 10,000 rows of the embedded server', async () => {
  stand = await aStand(() => {});
  const server = await startInfluxdb();
  const { store } = server;
  const org = store.addOrg('acme', '', '');
  const user = store.addUser({ name: 'svc', oauthId: undefined, status: 'active' });
  const fields = { status: 'active', description: 'a row', orgId: org.id, userId: user.id } as const;
  const { token } = store.addAuthorization({
    ...fields,
    permissions: ['authorizations', 'users'].map((type) => ({ action: 'read', resource: { type } })),
  });
  for (let row = 1; row < 10_000; row += 1) store.addAuthorization({ ...fields, permissions: [] });
  const transport = aTransport(server.url);
  const rows = new AllRows();
  await new InfluxdbClient(transport, token).listAuthorizations({ orgID: org.id }, rows);
  expect(rows).toMatchObject({ attempts: 1, rows: { length: 10_000 } });
  expect(new Set(rows.rows.map(({ id }) => id)).size).toBe(10_000);
  await transport.close();
  await server.close();
});

it('needs little memory for 20,000 rows of others: a few MB at most, where the whole has more than 15', async () => {
  stand = await aStand(() => {});
  const file = fileURLToPath(new URL('./memory-of-a-list.ts', import.meta.url));
  const memoryOf = async (...how: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', file, '20000', ...how]);
    const { rows, heapBytes } = JSON.parse(stdout) as { rows: number; heapBytes: number };
    expect(rows).toBe(20_000);
    return heapBytes;
  };
  expect(await memoryOf()).toBeLessThan(5_000_000);
  expect(await memoryOf('whole')).toBeGreaterThan(15_000_000);
});
