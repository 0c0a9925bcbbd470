import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FullOrg } from '../../bench/list/full-org.ts';
import { findInfluxd, type Influxd, startInfluxd } from '../builders/a-real-influxd.ts';
import { whySkipped } from '../tools/tool.ts';

// npm run bench:list shows the same with as many rows as one likes.
const ROWS = 5_000;
const MEMORY_MB = 256;
const source = findInfluxd();

describe.runIf(!('missing' in source))(
  `an org of a real influxd with ${ROWS} rows of others${whySkipped(source)}`,
  () => {
    let server: Influxd;
    let org: FullOrg;
    beforeAll(async () => {
      server = await startInfluxd(source, 'hashed');
      org = await FullOrg.open(server.url, undefined);
      await org.fill(ROWS);
    });
    afterAll(async () => {
      await org?.close();
      await server?.stop();
    });

    it('is listed in less than a fifth of the heap that the whole answer takes', async () => {
      const { operatorToken, orgId } = org.admin;
      const stream = await org.read(operatorToken, orgId, 'stream');
      const whole = await org.read(operatorToken, `orgID=${orgId}`, 'whole');
      expect(stream.rows).toBeGreaterThanOrEqual(ROWS);
      expect(whole.rows).toBe(stream.rows);
      expect(stream.heapMb).toBeLessThan(whole.heapMb / 5);
    });

    it.each([
      ['the fewest rights', () => org.rotatorToken],
      ['the right to see every row', () => org.admin.operatorToken],
    ])('ends in an idle run of a rotator with %s', async (_rights, token) => {
      const { served, quiet, peakMb } = await org.run(token(), MEMORY_MB);
      expect({ served, quiet }).toEqual({ served: 1, quiet: true });
      expect(peakMb).toBeLessThan(MEMORY_MB);
    });
  },
);
