import { afterAll, beforeAll, describe, it } from 'vitest';
import { findInfluxd, type Influxd, startInfluxd } from '../builders/a-real-influxd.ts';
import { replay } from '../local/influxdb/replay.ts';
import { whySkipped } from '../tools/tool.ts';
import { lifeTests } from './life.ts';
import { Stand } from './stand.ts';

const external = process.env.INFLUXDB_TEST_URL;
const source = external === undefined ? findInfluxd() : { missing: 'INFLUXDB_TEST_URL names the server to test' };
const why = external === undefined ? whySkipped(source) : '';

describe.runIf(!('missing' in source)).each([
  ['hashed', 'influxdb-2.9.1-hashed.jsonl'],
  ['plain', 'influxdb-2.9.1-plain.jsonl'],
] as const)(`a real influxd with %s tokens${why}`, (tokens, recording) => {
  it('answers the recorded calls as it did when they were recorded', async () => {
    const server = await startInfluxd(source, tokens);
    try {
      await replay(recording, server.url);
    } finally {
      await server.stop();
    }
  });

  describe('and the embedded Secrets Manager', () => {
    let server: Influxd;
    let stand: Stand;
    beforeAll(async () => {
      server = await startInfluxd(source, tokens);
      stand = await Stand.create(server.url);
    });
    afterAll(async () => {
      await stand?.close();
      await server?.stop();
    });
    lifeTests(() => stand);
  });
});

if (external !== undefined)
  describe('the server of INFLUXDB_TEST_URL', () => {
    let stand: Stand;
    beforeAll(async () => {
      stand = await Stand.create(external, process.env.INFLUXDB_TEST_TOKEN);
    });
    afterAll(() => stand?.close());
    lifeTests(() => stand);
  });
