import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { Call, FaultEffect, FaultPlan } from './faults.ts';

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

/** What all exchanges of one server share. */
export interface Shared {
  readonly service: Service;
  readonly calls: Call[];
  readonly faults: FaultPlan;
  readonly now: () => number;
}

/** Reads one request, records it as a call, and answers it as the service and the armed faults decide. */
export async function exchange(shared: Shared, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { service, calls, faults, now } = shared;
  const restedMs = performance.now() - (lastAnswers.get(incoming.socket) ?? Number.POSITIVE_INFINITY);
  const request = await read(incoming);
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
  const answer = await answerUnder(effect, service, request, call, restedMs);
  if (answer === undefined) incoming.socket.destroy();
  else send(response, answer, effect, now());
  lastAnswers.set(incoming.socket, performance.now());
}

/** When each connection was last used, in real time: how long it rests is not simulated. */
const lastAnswers = new WeakMap<Socket, number>();

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://127.0.0.1'),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

/** Undefined if the fault closes the connection instead of answering. */
async function answerUnder(
  effect: FaultEffect,
  service: Service,
  request: Request,
  call: Call,
  restedMs: number,
): Promise<Answer | undefined> {
  if (effect.refuse || restedMs >= (effect.refuseRested ?? Number.POSITIVE_INFINITY)) return undefined;
  if (effect.status !== undefined) {
    call.status = effect.status;
    const answer = service.errorAnswer(effect.status);
    const headers = { ...answer.headers, ...effect.headers };
    return { status: effect.status, headers, body: effect.body ?? answer.body ?? '' };
  }
  const answer = await service.answer(request);
  call.status = answer.status;
  if (effect.after) await effect.after();
  if (effect.loseAnswer) return undefined;
  return effect.rewrite ? effect.rewrite(answer) : answer;
}

function send(response: ServerResponse, answer: Answer, effect: FaultEffect, now: number): void {
  response.sendDate = false;
  if (effect.date !== 'omit') response.setHeader('Date', new Date(now + (effect.skewMs ?? 0)).toUTCString());
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
