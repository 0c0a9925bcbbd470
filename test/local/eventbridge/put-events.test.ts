import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventBridgeServer, startEventBridge } from '../../../local/eventbridge/server.ts';

const NOW = Date.UTC(2026, 0, 15, 10, 30, 0, 250);

let server: EventBridgeServer;
beforeAll(async () => {
  server = await startEventBridge({ now: () => NOW, buses: ['tokens'] });
});
afterAll(() => server.close());

const ENTRY = { Source: 'mine', DetailType: 'Told', Detail: '{"a":1}', EventBusName: 'tokens' };
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/events/aws4_request, SignedHeaders=host;x-amz-date, Signature=0f';

async function send(body: unknown, change: { headers?: Record<string, string>; path?: string } = {}) {
  const response = await fetch(server.url + (change.path ?? '/'), {
    method: 'POST',
    headers: {
      'x-amz-target': 'AWSEvents.PutEvents',
      'x-amz-date': '20260115T103000Z',
      'content-type': 'application/x-amz-json-1.1',
      authorization: SIGNED,
      ...change.headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: JSON.parse(await response.text()), headers: response.headers };
}

const put = (...Entries: readonly object[]) => send({ Entries });

it('takes an event, gives it an id, and hands it to rules as EventBridge does', async () => {
  server.events.length = 0;
  const { status, answer, headers } = await put({ ...ENTRY, Resources: ['arn:a'] });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
  const [{ EventId: id }] = answer.Entries;
  expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: id }] });
  expect(server.events).toEqual([
    {
      ...{ id, bus: 'tokens', source: 'mine', 'detail-type': 'Told', time: '2026-01-15T10:30:00Z' },
      ...{ region: 'us-east-1', account: '123456789012', resources: ['arn:a'], detail: { a: 1 } },
    },
  ]);
});

it('takes each entry by itself: the others are not lost with one that fails', async () => {
  server.events.length = 0;
  const { answer } = await put(ENTRY, { ...ENTRY, Detail: 'no json' }, { ...ENTRY, Detail: '[]' }, ENTRY);
  expect(answer.FailedEntryCount).toBe(2);
  expect(answer.Entries.map(({ ErrorCode = 'taken' }) => ErrorCode)).toEqual([
    'taken',
    'MalformedDetail',
    'MalformedDetail',
    'taken',
  ]);
  expect(server.events).toHaveLength(2);
});

it.each([
  ['without a source', { Source: undefined }, 'InvalidArgument', 'Source is a required argument.'],
  ['without a type', { DetailType: '' }, 'InvalidArgument', 'DetailType is a required argument.'],
  ['without a detail', { Detail: undefined }, 'InvalidArgument', 'Detail is a required argument.'],
  ['in the name of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
])('does not take an entry %s', async (_name, change, code, message) => {
  const { status, answer } = await put({ ...ENTRY, ...change });
  expect([status, answer.FailedEntryCount, answer.Entries[0].ErrorCode]).toEqual([200, 1, code]);
  expect(answer.Entries[0].ErrorMessage).toContain(message);
});

it.each([
  ['by its name', 'tokens', 1],
  ['by its ARN', 'arn:aws:events:us-east-1:123456789012:event-bus/tokens', 1],
  ['that does not exist, without a word, as the service does', 'tokns', 0],
])('takes an event for a bus %s', async (_name, EventBusName, received) => {
  server.events.length = 0;
  const { answer } = await put({ ...ENTRY, EventBusName });
  expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  expect(server.events).toHaveLength(received);
});

describe('refuses', () => {
  const filler = (bytes: number) => ({ ...ENTRY, Detail: JSON.stringify({ x: 'x'.repeat(bytes) }) });

  it.each<[string, unknown, string, string]>([
    ['no entry', { Entries: [] }, 'ValidationException', 'greater than or equal to 1'],
    ['no list of entries', {}, 'ValidationException', "Value at 'entries' failed to satisfy constraint"],
    ['eleven', { Entries: Array(11).fill(ENTRY) }, 'ValidationException', 'less than or equal to 10'],
    ['more than 1 MB', { Entries: Array(9).fill(filler(120_000)) }, 'ValidationException', 'over the limit'],
    ['a misspelt member', { Entries: [{ ...ENTRY, Bus: 'x' }] }, 'SerializationException', 'unknown member Bus'],
    ['no JSON', 'entries', 'SerializationException', 'not JSON'],
  ])('%s', async (_name, body, type, message) => {
    const { status, answer } = await send(body);
    expect([status, answer.__type]).toEqual([400, type]);
    expect(answer.message).toContain(message);
  });

  it('takes what is just below the limit', async () => {
    expect((await send({ Entries: Array(8).fill(filler(120_000)) })).answer.FailedEntryCount).toBe(0);
  });

  it.each([
    ["another service's signature", { authorization: SIGNED.replace('/events/', '/secretsmanager/') }],
    ['a signature without the host', { authorization: SIGNED.replace('host;', '') }],
    ['another protocol', { 'content-type': 'application/json' }],
    ['another operation', { 'x-amz-target': 'AWSEvents.PutRule' }],
  ])('%s', async (_name, headers) => {
    const { status, answer } = await send({ Entries: [ENTRY] }, { headers });
    expect(status).toBe(400);
    expect(answer.__type).toMatch(/^(MissingAuthenticationTokenException|UnknownOperationException)$/);
  });
});

it('answers with an injected error in its own words, and does nothing', async () => {
  server.events.length = 0;
  server.faults.add({ on: 'PutEvents', status: 429 });
  expect((await put(ENTRY)).answer).toEqual({ __type: 'ThrottlingException', message: 'Rate exceeded' });
  expect(server.events).toEqual([]);
});
