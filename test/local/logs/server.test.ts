import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogsServer, startLogs } from '../../../local/logs/server.ts';

const GROUP = '/aws/lambda/rotator';
const START = Date.UTC(2026, 0, 1);

let server: LogsServer;
let client: CloudWatchLogsClient;
let now: number;
beforeEach(async () => {
  now = START;
  server = await startLogs({ now: () => now, scan: 3 });
  client = new CloudWatchLogsClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

/** A line a second. */
function write(...lines: readonly (object | string)[]): void {
  for (const line of lines) {
    server.groups.write(GROUP, 'a-stream', typeof line === 'string' ? line : JSON.stringify(line));
    now += 1000;
  }
}

const filter = (input: Partial<FilterLogEventsCommandInput> = {}) =>
  client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));

async function all(input: Partial<FilterLogEventsCommandInput> = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName: GROUP, ...input }))
    found.push(...events.map(({ message = '' }) => message));
  return found;
}

describe('the lines of a group', () => {
  it('come with their times and streams, and an id that stays', async () => {
    write('one');
    const [first] = (await filter()).events ?? [];
    expect(first).toEqual({
      eventId: expect.any(String),
      logStreamName: 'a-stream',
      ...{ timestamp: START, ingestionTime: START },
      message: 'one',
    });
    expect((await filter()).events?.[0]?.eventId).toBe(first?.eventId);
  });

  it('come in pages, from the oldest or from the latest', async () => {
    write('1', '2', '3', '4', '5', '6', '7');
    expect(await all()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(await all({ startFromHead: false, startTime: START, limit: 2 })).toEqual([
      '7',
      '6',
      '5',
      '4',
      '3',
      '2',
      '1',
    ]);
    expect(server.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200]);
  });

  it('stay in their pages, though others come meanwhile', async () => {
    write('1', '2', '3', '4');
    const latestFirst = { startFromHead: false, startTime: START };
    const { nextToken } = await filter(latestFirst);
    write('5', '6');
    expect((await filter({ ...latestFirst, nextToken })).events?.map(({ message }) => message)).toEqual(['1']);
  });

  it('are those from a time to a time, both included', async () => {
    write('1', '2', '3', '4');
    expect(await all({ startTime: START + 1000, endTime: START + 2000 })).toEqual(['2', '3']);
  });

  it('may begin with a page that has none', async () => {
    write('1', '2', '3', { code: 'A' });
    const first = await filter({ filterPattern: '{ $.code = "A" }' });
    expect(first).toMatchObject({ events: [], searchedLogStreams: [], nextToken: expect.any(String) });
    expect(await all({ filterPattern: '{ $.code = "A" }' })).toEqual(['{"code":"A"}']);
  });
});

it.each([
  ['{ $.code = "A" }', ['A1', 'A2']],
  ['{ $.code = "A" && $.consumer != "x" }', ['A2']],
  ['{ $.code = "B" || $.code = "A" && $.consumer = "x" }', ['A1', 'B']],
  ['{ ($.code = "B" || $.code = "A") && $.consumer = "x" }', ['A1']],
  ['{$.at="B"}', ['B']],
  ['{ $.quoted = "say \\"B\\"" }', ['B']],
  ['', ['A1', 'A2', 'B', 'C']],
])('the pattern %s finds its lines', async (filterPattern, found) => {
  write(
    { at: 'A1', code: 'A', consumer: 'x' },
    { at: 'A2', code: 'A', consumer: 'y' },
    { at: 'B', code: 'B', quoted: 'say "B"' },
    { at: 'C', nested: { code: 'A' } },
  );
  const lines = await all({ filterPattern });
  expect(lines.map((line) => JSON.parse(line).at)).toEqual(found);
});

it('a line that is no JSON object meets no pattern', async () => {
  write('START RequestId: $.code = "A"', '["A"]', 'null', { code: 'A' });
  expect(await all({ filterPattern: '{ $.code = "A" }' })).toEqual(['{"code":"A"}']);
});

describe('is refused', () => {
  beforeEach(() => write('1', '2', '3', '4'));

  it('a group that does not exist', () =>
    expect(filter({ logGroupName: '/aws/lambda/other' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
      $metadata: { httpStatusCode: 400 },
    }));

  it.each([
    '{ $.code = A }',
    '{ $.code = "A*" }',
    '{ $.code = "A" && }',
    '{ ($.code = "A" }',
    '{ $.code = "A" "B" }',
    '{ $.size > 3 }',
    '{ $.code IS NULL }',
    '{}',
    'ERROR',
    '?ERROR ?WARN',
    '%AUTH%',
  ])('the pattern %s, which the program does not send', (filterPattern) =>
    expect(filter({ filterPattern })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid filter pattern',
    }),
  );

  it.each<[string, object]>([
    ['no group', { logGroupName: undefined }],
    ['a limit of 0', { limit: 0 }],
    ['a limit of 10,001', { limit: 10_001 }],
    ['a time before 1970', { startTime: -1 }],
    ['the latest first, without a time', { startFromHead: false }],
    ['the latest first, from before 2024', { startFromHead: false, startTime: Date.UTC(2023, 11, 31) }],
    ['a token that it did not give', { nextToken: 'x' }],
    ['a pattern that is too long', { filterPattern: `{ $.code = "${'A'.repeat(1024)}" }` }],
  ])('%s', (_what, input) => expect(filter(input)).rejects.toMatchObject({ name: 'InvalidParameterException' }));

  it('a token that goes with another request', async () => {
    const { nextToken } = await filter();
    expect((await filter({ nextToken })).events).toHaveLength(1);
    await expect(filter({ nextToken, startTime: START })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The specified nextToken is invalid.',
    });
  });

  it('a member that it does not know', () =>
    expect(filter({ logStreamNamePrefix: 'a' })).rejects.toMatchObject({ name: 'SerializationException' }));

  it('what is not signed for it, and another operation', async () => {
    const send = (headers: Record<string, string>) => fetch(server.url, { method: 'POST', body: '{}', headers });
    const type = { 'content-type': 'application/x-amz-json-1.1' };
    expect(await (await send({ ...type, 'x-amz-target': 'Logs_20140328.FilterLogEvents' })).json()).toMatchObject({
      __type: 'MissingAuthenticationTokenException',
    });
    expect(await (await send({ 'x-amz-target': 'Logs_20140328.FilterLogEvents' })).json()).toMatchObject({
      __type: 'UnknownOperationException',
    });
  });
});
