import { afterAll, beforeAll, describe } from 'vitest';
import { type InfluxdbServer, startInfluxdb } from '../../local/influxdb/server.ts';
import { lifeTests } from './life.ts';
import { Stand } from './stand.ts';

// What a real influxd passes, its double must pass as well: else one of the two is wrong.
describe('the embedded InfluxDB', () => {
  let server: InfluxdbServer;
  let stand: Stand;
  beforeAll(async () => {
    server = await startInfluxdb();
    stand = await Stand.create(server.url);
  });
  afterAll(async () => {
    await stand?.close();
    await server?.close();
  });
  lifeTests(() => stand);
});
