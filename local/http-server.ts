import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, type FaultEffect, FaultPlan } from './faults.ts';

/** What a service answers to one request; `body` is sent as it stands. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request, read to its end. */
export interface Request {
  readonly method: string;
  /** Path and query as sent, e.g. `/api/v2/buckets?name=a`. */
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A service behind `serve`: names its operations for the call log, and answers them. Neither may throw. */
export interface Service {
  /** A stable name of the operation, e.g. `PATCH /api/v2/authorizations/{id}` or `PutSecretValue`. */
  operation(request: Request): string;
  answer(request: Request): Answer | Promise<Answer>;
  /** The body and headers that an injected error of this status has, in this service's own words. */
  errorAnswer(status: number): Answer;
}

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
  /** Refuses connections until `up`, as a server does that is being restarted; those that are open are cut. */
  down(): Promise<void>;
  up(): Promise<void>;
  isUp(): boolean;
  /** Opens one more port for the same service, and gives its URL. */
  openDoor(): Promise<string>;
  /** How many requests were received and are neither answered nor dropped yet. */
  underWay(): number;
  close(): Promise<void>;
}

/** Serves `service` on loopback, records every call, and applies the injected faults. */
export async function serve(service: Service, options: ServeOptions = {}): Promise<RunningServer> {
  const now = options.now ?? Date.now;
  const calls: Call[] = [];
  const faults = new FaultPlan();

  const respond = (response: ServerResponse, answer: Answer, effect: FaultEffect): void => {
    response.sendDate = false;
    if (effect.date !== 'omit') response.setHeader('Date', new Date(now() + (effect.skewMs ?? 0)).toUTCString());
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request: Request = {
      method: incoming.method ?? 'GET',
      url: new URL(incoming.url ?? '/', 'http://127.0.0.1'),
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    const call: Call = {
      number: calls.length + 1,
      operation: service.operation(request),
      method: request.method,
      path: request.url.pathname,
      port: incoming.socket.localPort,
      at: now(),
      status: undefined,
    };
    calls.push(call);
    const effect = await faults.effectOn(call);
    if (effect.before) await effect.before();
    if (effect.refuse) {
      incoming.socket.destroy();
      return;
    }
    if (effect.status !== undefined) {
      const answer = service.errorAnswer(effect.status);
      const headers = { ...answer.headers, ...effect.headers };
      call.status = effect.status;
      respond(response, { ...answer, headers, status: effect.status, body: effect.body ?? answer.body ?? '' }, effect);
      return;
    }
    let answer = await service.answer(request);
    call.status = answer.status;
    if (effect.after) await effect.after();
    if (effect.loseAnswer) {
      incoming.socket.destroy();
      return;
    }
    if (effect.rewrite) answer = effect.rewrite(answer);
    respond(response, answer, effect);
  };

  let underWay = 0;
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    underWay += 1;
    const handled = handle(incoming, response).finally(() => {
      underWay -= 1;
    });
    handled.catch((error: unknown) => {
      // A caller that hung up while sending is no error of the server's; anything else is a defect and must show.
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
