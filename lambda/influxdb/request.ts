import type { HttpRequest } from './transport.ts';

type Call = Pick<HttpRequest, 'method' | 'path' | 'operation' | 'retry'>;

/** A call that reads. `id` stands for `{id}` in the route. */
export function read(route: string, id?: string): Call & { readonly method: 'GET' } {
  return { method: 'GET', path: fill(route, id), operation: `GET ${route}`, retry: 'read' };
}

/** A call that writes, and that may be sent twice. */
export function write(method: 'POST' | 'PATCH' | 'DELETE', route: string, id?: string): Call {
  return { method, path: fill(route, id), operation: `${method} ${route}`, retry: 'idempotent-write' };
}

function fill(route: string, id: string | undefined): string {
  return id === undefined ? route : route.replace('{id}', encodeURIComponent(id));
}
