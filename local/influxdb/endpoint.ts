import type { Answer, Request } from '../http/server.ts';
import { goJsonIndented } from './go-json.ts';
import type { Caller } from './permissions.ts';
import type { Store } from './store.ts';

/** One request on its way to its handler, with whoever sent it. */
export interface Exchange {
  readonly store: Store;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  /** The `{id}` of the path, as sent; empty where the path has none. */
  readonly id: string;
}

/** Answers, or throws an `ApiError`. */
export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

export function answerJson(status: number, body: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: goJsonIndented(body) };
}

export const noContent: Answer = { status: 204 };

/** A query parameter; an empty one counts as absent, as everywhere in this API. */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}
