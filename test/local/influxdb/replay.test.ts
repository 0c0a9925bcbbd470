import { describe, it } from 'vitest';
import { startInfluxdb } from '../../../local/influxdb/server.ts';
import { RECORDINGS, replay } from './replay.ts';

describe.each(RECORDINGS)('the recording of InfluxDB 2.9.1 with $tokens tokens', ({ tokens, file }) => {
  it('is answered without a difference in status, error code, content type and body', async () => {
    const server = await startInfluxdb({ tokens });
    await replay(file, server.url);
    await server.close();
  });
});
