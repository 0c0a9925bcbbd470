import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { World } from '../../simulation/world.ts';
import { exactly, type Figure } from '../figure.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const CONFIGURATION = {
  deployment: 'bench',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  // Tries that are not for a rotation are counted elsewhere.
  defaults: { probe: 'never' },
  consumers: [
    {
      name: 'telegraf',
      secret: 'influxdb/acme/telegraf',
      owner: 'svc-telegraf',
      read: ['telemetry'],
      write: ['telemetry'],
    },
  ],
} as const;

/** The calls that a token's life adds to those of idle runs: made, promoted, switched off, deleted. Simulated time. */
export async function measureLife(): Promise<Figure[]> {
  const world = await World.create({ configuration: parseConfiguration(CONFIGURATION, 'the bench') });
  try {
    await world.run();
    const idle = await callsOf(world);
    let calls = 0;
    let writes = 0;
    // It becomes due, its predecessor's grace period ends, and a day later its time to be held.
    for (const wait of [30 * DAY_MS, 25 * HOUR_MS, 25 * HOUR_MS]) {
      world.clock.advance(wait);
      const made = await callsOf(world);
      calls += made.all - idle.all;
      writes += made.writes;
    }
    const of = { part: 'life', name: '', unit: 'calls', at: 1 };
    return [
      { ...of, limit: 'life-calls', ...exactly(calls) },
      { ...of, limit: 'life-writes', ...exactly(writes) },
    ];
  } finally {
    await world.close();
  }
}

async function callsOf(world: World): Promise<{ readonly all: number; readonly writes: number }> {
  const before = world.calls;
  const { calls } = world.secretsManager;
  const first = calls.length;
  await world.run();
  const writes = calls.slice(first).filter(({ operation }) => /^(?:Put|Update)/.test(operation)).length;
  return { all: world.calls - before, writes };
}
