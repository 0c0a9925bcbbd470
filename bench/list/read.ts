import { InfluxdbClient } from '../../lambda/influxdb/client.ts';
import { HeapMeter } from '../../test/builders/heap-meter.ts';
import { aTransport } from '../../test/lambda/influxdb/a-client.ts';

// One list of a real server, read in a process of its own: node --expose-gc read.ts URL TOKEN QUERY stream|whole
// Prints the rows, the time, and the most heap in use above the start, looked at ten times for a stream.

const [url = '', token = '', query = '', how] = process.argv.slice(2);
const MINUTES = 10 * 60_000;
const transport = aTransport(url, MINUTES);

const heap = new HeapMeter();
let rows = 0;
const startedAt = performance.now();
if (how === 'stream') {
  const row = () => {
    rows += 1;
    if (rows % 10_000 === 1) heap.note();
  };
  await new InfluxdbClient(transport, token).listAuthorizations({ orgID: query }, { begin: () => {}, row });
} else {
  const request = { method: 'GET', path: `/api/v2/authorizations?${query}`, operation: 'GET', token } as const;
  const answer = (await transport.send({ ...request, retry: 'read' })) as { readonly authorizations: unknown[] };
  rows = answer.authorizations.length;
  heap.note();
}
const ms = performance.now() - startedAt;
await transport.close();
process.stdout.write(JSON.stringify({ rows, ms, heapMb: heap.most / 2 ** 20 }));
