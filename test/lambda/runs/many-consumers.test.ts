import { afterEach, expect, it } from 'vitest';
import { Fleet } from '../../../bench/servers/fleet.ts';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { createHandler } from '../../../lambda/handler.ts';

let fleet: Fleet | undefined;
afterEach(() => fleet?.close());

async function status(size: number) {
  fleet = await Fleet.open({ consumers: size, due: false });
  const handler = createHandler({
    configuration: parseConfiguration(fleet.configuration),
    secretsManager: {
      ...{ region: 'us-east-1', endpoint: fleet.secretsManagerUrl },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    log: () => {},
    publishMetrics: () => {},
  });
  return handler({ action: 'status' }, { getRemainingTimeInMillis: () => 900_000 });
}

// Each has an owner and a bucket of its own: four rights.
it('a report whose list of rights would be too long says so', async () => {
  const { rightsNeeded, omitted, consumers } = await status(1300);
  expect({ rightsNeeded, omitted }).toEqual({
    rightsNeeded: undefined,
    omitted: { consumers: 0, notices: 0, rightsNeeded: 5001 },
  });
  expect(consumers).toHaveLength(1300);
});

it('a shorter list is whole', async () => {
  const { rightsNeeded, omitted } = await status(1200);
  // Beside two for the org.
  expect([rightsNeeded?.length, omitted]).toEqual([4 * 1200 + 2, undefined]);
});
