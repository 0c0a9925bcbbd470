import { afterEach, expect, it, vi } from 'vitest';
import type { NewsSettings } from '../../../lambda/config/news.ts';
import { createHandler } from '../../../lambda/handler.ts';
import type { PastEvent } from '../../../lambda/log/history.ts';
import { type LogsServer, startLogs } from '../../../local/logs/server.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

const GROUP = '/aws/lambda/rotator';
const NEWS: NewsSettings = {
  ...{ topic: 'arn:aws:sns:us-east-1:123456789012:people', format: 'text', digest: undefined },
  warnBeforeMs: 3 * DAY,
};

let scene: Scene;
let logs: LogsServer;
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([scene.close(), logs.close()]);
});

/** Runs as in Lambda, where each event is a line of the function's log group. */
async function run(): Promise<void> {
  const options = { history: undefined, endpoints: { logs: logs.url } };
  const write = (code: string, fields: object) =>
    logs.groups.write(GROUP, 'a-stream', JSON.stringify({ level: 'INFO', deployment: 'prod', code, ...fields }));
  await scene.run('run', { ...options, log: write });
  scene.world.clock.advance(HOUR);
}

it('what was told is remembered by the lines of the function, in CloudWatch Logs', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_GROUP_NAME', GROUP);
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()], { news: NEWS }) });
  logs = await startLogs({ now: scene.world.clock.now, scan: 5 });
  logs.groups.create(GROUP);
  await run();
  const { configuration } = scene.world;
  const wrong = configuration.consumers.map((each) => ({ ...each, owner: 'nobody' }));
  scene.world.configuration = { ...configuration, consumers: wrong };
  for (let hour = 0; hour < 5; hour += 1) await run();
  scene.world.configuration = configuration;
  for (let hour = 0; hour < 3; hour += 1) await run();
  expect(scene.world.audience.sns?.messages.map(({ subject }) => subject)).toEqual([
    'InfluxDB tokens, prod: telegraf fails',
    'InfluxDB tokens, prod: telegraf is well again',
  ]);
});

it('a warm function remembers what it told a minute ago, though CloudWatch does not show that line yet', async () => {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()], { news: NEWS, scheduleMs: MINUTE }) });
  logs = await startLogs({ now: scene.world.clock.now });
  const { world } = scene;
  const lines: PastEvent[] = [];
  const handler = createHandler({
    ...{ configuration: world.configuration, clock: world.clock, endpoints: world.audience.endpoints },
    ...{ secretsManager: world.secretsManagerConfig, publishMetrics: () => {} },
    history: { since: async () => lines.filter(({ at }) => at <= world.clock.now() - 90_000) },
    log: (code, fields) => lines.push({ at: world.clock.now(), code, fields: { ...fields } }),
  });
  const { functionTimeoutMs } = world.configuration.limits;
  for (let minute = 0; minute < 9; minute += 1) {
    if (minute === 3) await world.influxdb.down();
    if (minute === 6) await world.influxdb.up();
    await handler({ action: 'run' }, { getRemainingTimeInMillis: () => functionTimeoutMs }).catch(() => {});
    world.clock.advance(MINUTE);
  }
  expect(world.audience.sns?.messages.map(({ subject }) => subject)).toEqual([
    'InfluxDB tokens, prod: the whole run fails',
    'InfluxDB tokens, prod: the whole run is well again',
  ]);
});

it('without a log group, nobody is told, and the log says so', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_GROUP_NAME', '');
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()], { news: NEWS }) });
  logs = await startLogs({ now: scene.world.clock.now });
  const codes: string[] = [];
  await scene.run('run', { history: undefined, log: (code) => codes.push(code) });
  expect(codes.filter((code) => /NEWS|STATES/.test(code))).toEqual(['NEWS_WITHOUT_MEMORY']);
});
