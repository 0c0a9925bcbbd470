/** The headers of an answer, by their names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Headers by which caches say whether they had the answer: `HIT`, `Hit from …`, or `name; hit` (RFC 9211). */
const CACHE_HEADERS = ['x-cache', 'x-cache-status', 'x-proxy-cache', 'cf-cache-status', 'cache-status'];

/** True if a cache had the answer. Neither InfluxDB nor AWS sends any of these headers. */
export function isFromCache(headers: Headers): boolean {
  if (Number(first(headers.age)) > 0) return true;
  return CACHE_HEADERS.some((name) => /\bhit\b/i.test(first(headers[name]) ?? ''));
}

export function first(header: Headers[string]): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
