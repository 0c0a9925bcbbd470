import { afterEach, describe, expect, it } from 'vitest';
import { RunFailedError } from '../../../lambda/engine/report/run-failed-error.ts';
import { Auditor } from '../../../simulation/auditor.ts';
import type { World } from '../../../simulation/world.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import { aWorld, currentValue, madeIn } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

describe('answers that go wrong', () => {
  const FAULTS = {
    'a lost answer': { loseAnswer: true },
    'a refused connection': { refuse: true },
    'status 429 with Retry-After': { status: 429, headers: { 'retry-after': '3' } },
    'status 500': { status: 500 },
    "a proxy's page with 502": {
      status: 502,
      body: '<html>bad gateway</html>',
      headers: { 'content-type': 'text/html' },
    },
    'status 503': { status: 503 },
    'a truncated body': {
      rewrite: (answer: { body?: string | Buffer; status: number }) => ({
        ...answer,
        body: String(answer.body ?? '').slice(0, 20),
      }),
    },
  } as const;
  const POINTS = [
    ...Array.from({ length: 8 }, (_, index) => ['influxdb', index + 1] as const),
    ...Array.from({ length: 4 }, (_, index) => ['secretsManager', index + 1] as const),
  ];
  it.each(Object.entries(FAULTS))(
    'never cost access, and leave nothing behind: %s, at every call',
    async (_name, fault) => {
      for (const [server, call] of POINTS) {
        world = await aWorld();
        const auditor = new Auditor(world);
        world[server].faults.add({ on: call, ...fault });
        await world.run().catch((error: unknown) => expect(error).toBeInstanceOf(RunFailedError));
        auditor.inspect();
        for (const pause of [HOUR, 26 * HOUR, 26 * HOUR, 26 * HOUR]) {
          world.clock.advance(pause);
          await world.run();
          auditor.inspect();
        }
        const { token } = await currentValue(world);
        expect({
          server,
          call,
          violations: auditor.violations,
          rows: madeIn(world).length,
          current: world.influxdb.store.statusOf(token),
        }).toEqual({ server, call, violations: [], rows: 1, current: 'active' });
        await world.close();
      }
      world = await aWorld();
    },
  );
});
