import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exchange, type Service } from './exchange.ts';
import { type Call, FaultPlan } from './faults.ts';

export type { Answer } from './answer.ts';
export type { Request } from './exchange.ts';

export interface ServeOptions {
  /** Port on 127.0.0.1; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Milliseconds since the epoch; goes into the `Date` header, so that simulated time shows on the wire. */
  readonly now?: () => number;
}

export interface RunningServer {
  readonly url: string;
  /** Every call received since the start, in order of arrival. */
  readonly calls: Call[];
  readonly faults: FaultPlan;
  /** Cuts open connections and refuses new ones until `up`, as a server does that is being restarted. */
  down(): Promise<void>;
  up(): Promise<void>;
  isUp(): boolean;
  /** Opens one more port for the same service, and gives its URL. */
  openDoor(): Promise<string>;
  /** How many requests were received and neither answered nor dropped yet. */
  underWay(): number;
  close(): Promise<void>;
}

/** Serves `service` on loopback, records every call, and applies the injected faults. */
export async function serve(service: Service, options: ServeOptions = {}): Promise<RunningServer> {
  const calls: Call[] = [];
  const faults = new FaultPlan();
  const shared = { service, calls, faults, now: options.now ?? Date.now };
  let underWay = 0;
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    underWay += 1;
    const handled = exchange(shared, incoming, response).finally(() => {
      underWay -= 1;
    });
    handled.catch((error: unknown) => {
      // A caller that hung up while sending is not the server's fault; anything else is a defect and must show.
      // (`incoming.destroyed` would not tell them apart: it is true after every request that was read to its end.)
      if (incoming.complete) response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  };
  const server = createServer(onRequest);
  const doors = [server];
  await listen(server, options.port ?? 0);
  const port = portOf(server);
  return {
    url: urlOf(server),
    calls,
    faults,
    down: () => stop(server),
    up: () => listen(server, port),
    isUp: () => server.listening,
    openDoor: async () => {
      const door = createServer(onRequest);
      await listen(door, 0);
      doors.push(door);
      return urlOf(door);
    },
    underWay: () => underWay,
    close: async () => {
      await Promise.all(doors.map(stop));
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${portOf(server)}`;
}
