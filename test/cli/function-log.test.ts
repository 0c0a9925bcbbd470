import { afterEach, beforeEach, expect, it } from 'vitest';
import { FunctionLog } from '../../cli/log/function-log.ts';
import type { LogEvent } from '../../cli/log/log-event.ts';
import { type LogsServer, startLogs } from '../../local/logs/server.ts';
import { DAY, HOUR } from '../builders/a-configuration.ts';

let now: number;
let server: LogsServer;
beforeEach(async () => {
  now = Date.now() - 3 * DAY;
  server = await startLogs({ now: () => now, scan: 1 });
  server.groups.create('a-group');
});
afterEach(() => server.close());

const log = () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return new FunctionLog({ config, group: async () => 'a-group' });
};

const write = (line: object | string) =>
  server.groups.write('a-group', 'a-stream', typeof line === 'string' ? line : JSON.stringify(line));

it('reads back two days, the latest first, through pages without any event', async () => {
  for (let hour = 0; hour < 72; hour += 2) {
    write(hour % 12 === 0 ? { code: 'TOKEN_ALIVE', authorizationId: `a${hour}` } : 'END RequestId: a-request');
    now += 2 * HOUR;
  }
  const { events, since, problem } = await log().lookBack(undefined, new AbortController().signal);
  expect(problem).toBeUndefined();
  expect(events.map(({ fields }) => fields.authorizationId)).toEqual(['a60', 'a48', 'a36', 'a24']);
  expect(Date.now() - since).toBeLessThan(52 * HOUR + 1000);
});

it('says how far it came, where the log is too long', async () => {
  now = Date.now() - 2 * DAY;
  write({ code: 'TOKEN_ALIVE', authorizationId: 'older' });
  now = Date.now() - HOUR;
  write({ code: 'TOKEN_ALIVE', authorizationId: 'newer' });
  for (let line = 0; line < 49; line += 1) write('END RequestId: a-request');
  const { events, since, problem } = await log().lookBack(undefined, new AbortController().signal);
  expect(problem).toBe('the log of the function could not be read: it goes on after 50 pages');
  expect(events.map(({ fields }) => fields.authorizationId)).toEqual(['newer']);
  expect(since).toBe(now);
});

it('follows the invocation that a request begins, and tells each of its events once', async () => {
  const by = (requestId: string, code: string, more: object = {}) => write({ requestId, code, ...more });
  const followed = async (request: object, last: string) => {
    const told: string[] = [];
    const over = new AbortController();
    now = Date.now();
    by('before', 'RUN_STARTED', { action: 'rotate', reason: 'another reason' });
    by('resumed', 'STEP_STARTED', { versionId: 'v1', consumer: 'ci' });
    by('ours', 'RUN_STARTED', { action: 'rotate', reason: 'mine' });
    by('before', 'TOKEN_MINTED', { consumer: 'ci' });
    by('ours', 'TOKEN_MINTED', { consumer: 'telegraf' });
    const tell = ({ code, fields }: LogEvent) => {
      told.push(`${fields.requestId} ${code}`);
      if (told.length === 2) by('ours', 'TOKEN_PROMOTED', { consumer: 'telegraf' });
      if (code === last) over.abort();
    };
    expect(await log().follow(request, tell, over.signal)).toBeUndefined();
    return told;
  };
  expect(await followed({ action: 'rotate', reason: 'mine' }, 'TOKEN_PROMOTED')).toEqual([
    'ours RUN_STARTED',
    'ours TOKEN_MINTED',
    'ours TOKEN_PROMOTED',
  ]);
  expect(await followed({ action: 'resume', versionId: 'v1' }, 'STEP_STARTED')).toEqual(['resumed STEP_STARTED']);
});

it('asks for a consumer by what was typed, whatever it was', async () => {
  for (const name of ['tele"graf', 'tele\\', 'x" || $.code = "TOKEN_ALIVE'])
    expect(await log().lookBack(name, new AbortController().signal)).toMatchObject({ events: [], problem: undefined });
});
