import { afterEach, expect, it } from 'vitest';
import type { Configuration } from '../../../lambda/config/configuration.ts';
import { isDigestDue } from '../../../lambda/news/digest.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:people';

let scene: Scene;
afterEach(() => scene?.close());

async function open(digest: 'daily' | 'weekly', rest: Partial<Configuration['news']> = {}): Promise<void> {
  const news = { topic: TOPIC, format: 'text', digest, warnBeforeMs: 3 * DAY, ...rest } as const;
  const consumers = [aConsumer({ name: 'one' }), aConsumer({ name: 'two' })];
  scene = await Scene.open({ configuration: aConfiguration(consumers, { news }) });
}

async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
}

const messages = () => scene.world.audience.sns?.messages ?? [];

it('comes once a day, in the first run after six in the morning, UTC', async () => {
  await open('daily');
  scene.world.clock.advance(20 * MINUTE);
  await hours(72);
  expect(messages().map(({ at }) => new Date(at).toISOString().slice(0, 13))).toEqual([
    '2026-01-01T06',
    '2026-01-02T06',
    '2026-01-03T06',
  ]);
});

it('comes once a week, on Mondays', async () => {
  await open('weekly');
  await hours(15 * 24);
  expect(messages().map(({ at }) => new Date(at).toISOString().slice(0, 10))).toEqual(['2026-01-05', '2026-01-12']);
}, 60_000);

it('says what was done, what needs attention, and what comes', async () => {
  await open('daily');
  await hours(3);
  await scene.run({ action: 'rotate', consumers: ['one'], reason: 'drill' });
  const { configuration } = scene.world;
  const [one, two] = configuration.consumers;
  if (one === undefined || two === undefined) throw new Error('no consumers');
  scene.world.configuration = { ...configuration, consumers: [one, { ...two, owner: 'nobody' }] };
  await hours(4);
  const [, digest] = messages();
  expect(digest?.subject).toBe('InfluxDB tokens, prod: daily digest, 1 needs attention');
  expect(digest?.message).toMatchInlineSnapshot(`
    "Deployment prod, from 2026-01-01 00:00 UTC to 2026-01-01 06:00 UTC: 1 needs attention.

    Needs attention:
    - two is failed: owner "nobody" does not exist: create the user, or set "createOwner": true

    Runs: 7, of which 4 with failures.
    Rotated: 3 (one, two).
    Switched off: 0. Deleted: 0.

    Next: no rotation is due until the next digest.

    What to type next:
      npx influxdb-token-rotation status

    Runbook: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#find-your-symptom
    "
  `);
});

it('that could not be sent is sent by the next run', async () => {
  await open('daily');
  await hours(5);
  scene.world.audience.sns?.faults.add({ on: 'Publish', times: 8, status: 503 });
  await hours(6);
  expect(messages().map(({ at }) => new Date(at).toISOString().slice(0, 13))).toEqual(['2026-01-01T08']);
});

it('is due once in each period, whenever the runs are', () => {
  const at = (text: string) => Date.parse(text);
  expect(isDigestDue('daily', at('2026-01-01T06:00Z'), at('2026-01-02T05:59Z'))).toBe(false);
  expect(isDigestDue('daily', at('2026-01-01T06:00Z'), at('2026-01-02T06:00Z'))).toBe(true);
  expect(isDigestDue('daily', at('2026-01-01T05:59Z'), at('2026-01-05T06:00Z'))).toBe(true);
  expect(isDigestDue('weekly', at('2026-01-05T06:00Z'), at('2026-01-12T05:59Z'))).toBe(false);
  expect(isDigestDue('weekly', at('2026-01-05T05:59Z'), at('2026-01-05T06:00Z'))).toBe(true);
});
