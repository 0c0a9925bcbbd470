import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { ServiceClocks } from '../../../lambda/calls/service-clocks.ts';
import { RATE_DEFAULTS } from '../../../lambda/config/rates.ts';
import { InfluxdbClient } from '../../../lambda/influxdb/client.ts';
import { Transport } from '../../../lambda/influxdb/transport.ts';

/** Waits of a retry take no time; a time-out is real. */
const clock = { ...systemClock, sleep: async () => {} };

export function aTransport(url: string, callTimeoutMs = 60_000): Transport {
  const limits = { callTimeoutMs, requestLifeMs: 1000 * callTimeoutMs, ...RATE_DEFAULTS };
  const budget = new Budget(clock, 1000 * callTimeoutMs, limits);
  return new Transport({ url, ca: undefined, clock, budget, limits, serviceClocks: new ServiceClocks(clock) });
}

export interface Stand {
  readonly url: string;
  readonly transport: Transport;
  readonly client: InfluxdbClient;
  /** Method, path and query of every request so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** A client of a server that answers by hand. */
export async function aStand(
  listener: RequestListener,
  { basePath = '', callTimeoutMs }: { basePath?: string; callTimeoutMs?: number } = {},
): Promise<Stand> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`;
  const transport = aTransport(url, callTimeoutMs);
  return {
    ...{ url, transport, requests, client: new InfluxdbClient(transport, 'the-token-of-the-rotator') },
    close: async () => {
      await transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
