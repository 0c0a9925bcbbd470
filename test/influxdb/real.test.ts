import { afterAll, beforeAll, describe, it } from 'vitest';
import { findInfluxd, type Influxd, startInfluxd, whyNotWith } from '../builders/a-real-influxd.ts';
import { RECORDINGS, replay } from '../local/influxdb/replay.ts';
import { whySkipped } from '../tools/tool.ts';
import { lifeTests } from './life.ts';
import { Stand } from './stand.ts';

/** An empty one is none. */
const external = process.env.INFLUXDB_TEST_URL || undefined;
const operatorToken = process.env.INFLUXDB_TEST_TOKEN || undefined;
const source = external === undefined ? findInfluxd() : { missing: 'INFLUXDB_TEST_URL names the server to test' };
const why = external === undefined ? whySkipped(source) : '';

const RECORDED = '2.9.1';

for (const { tokens, file } of RECORDINGS) {
  const whyNot = why || whyNotWith(source, tokens);
  describe.runIf(!('missing' in source) && whyNot === '')(`a real influxd with ${tokens} tokens${whyNot}`, () => {
    it('answers the recorded calls as it did when they were recorded', async ({ skip }) => {
      const server = await startInfluxd(source, tokens);
      try {
        skip(server.version !== RECORDED, `the calls were recorded with ${RECORDED}, and this is ${server.version}`);
        await replay(file, server.url);
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
}

if (external !== undefined)
  describe('the server of INFLUXDB_TEST_URL', () => {
    let stand: Stand;
    beforeAll(async () => {
      stand = await Stand.create(external, { operatorToken }).catch((cause: unknown) => {
        const hint =
          operatorToken === undefined
            ? 'a server that is set up needs its operator token as INFLUXDB_TEST_TOKEN'
            : 'INFLUXDB_TEST_TOKEN must be its operator token';
        throw new Error(`${external} cannot be prepared (${reasonOf(cause)}): it must answer, and ${hint}`, { cause });
      });
    });
    afterAll(() => stand?.close());
    lifeTests(() => stand);
  });

/** What fetch says is in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}
