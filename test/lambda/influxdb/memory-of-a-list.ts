import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InfluxdbClient } from '../../../lambda/influxdb/client.ts';
import { HeapMeter } from '../../builders/heap-meter.ts';
import { peakMemory } from '../../builders/peak-memory.ts';
import { aTransport } from './a-client.ts';
import { aWireRow, ORG } from './a-list.ts';

// Run as a process of its own with --expose-gc: lists so many rows of others, and prints the most heap that this took
// above the start. With a second argument the list is read as a whole instead, to compare.

const count = Number(process.argv[2]);
const whole = process.argv[3] !== undefined;

const server = createServer(async (_request, response) => {
  response.write('{"authorizations":[');
  for (let number = 0; number < count; number += 1) {
    const row = JSON.stringify(aWireRow(number, { token: `${'x'.repeat(86)}==` }));
    if (!response.write(`${number === 0 ? '' : ','}${row}`)) await once(response, 'drain');
  }
  response.end(']}');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const transport = aTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

const heap = new HeapMeter();
let rows = 0;
const row = () => {
  rows += 1;
  if (rows % Math.ceil(count / 10) === 0) heap.note();
};
const startedAt = performance.now();
if (whole) {
  const request = { method: 'GET', path: '/', operation: 'GET /', token: 'x', retry: 'read' } as const;
  const answer = (await transport.send(request)) as { authorizations: unknown[] };
  rows = answer.authorizations.length;
  heap.note();
} else await new InfluxdbClient(transport, 'the-token').listAuthorizations({ orgID: ORG }, { begin: () => {}, row });
const ms = Math.round(performance.now() - startedAt);
const rss = Math.round(peakMemory() / (1024 * 1024));
process.stdout.write(`${JSON.stringify({ rows, heapBytes: heap.most, ms, maxRssMb: rss })}\n`);
await transport.close();
server.close();
