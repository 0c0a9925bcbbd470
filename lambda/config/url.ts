/** What stands in the examples of the API of some InfluxDB. Below a path of its own, a proxy may call it `api`. */
const API_PATH = /\/+api\/+v\d|^\/+api\/*$/i;

/** What a browser shows while somebody looks at InfluxDB, and paths of single calls. */
const PAGE_PATH =
  /\/+(?:(?:orgs|debug\/+pprof)(?:\/|$)|(?:login|signin|signout|onboarding|docs|me|health|ready|ping|query|write)\/*$)/i;

/** Names, IPv4 and IPv6 addresses. The parser of URLs takes `{host}` and `$HOST` for names. */
const HOST = /^(?:\[[0-9a-f:.]+\]|(?!.*\.\.)[\da-z_][\da-z_.-]*)$/;

/** A server's base URL, or what is wrong with it. */
export function parseUrl(text: string): {
  readonly base: string;
  readonly isCloud: boolean;
  readonly problem: string | undefined;
} {
  const bad = (problem: string) => ({ base: text, isCloud: false, problem });
  if (!URL.canParse(text)) return bad('must be a URL, such as https://influxdb.example.com:8086');
  const { protocol, origin, pathname, hostname, port, username, password, search, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return bad('must begin with https:// or http://');
  if (username !== '' || password !== '')
    return bad('must not contain a user or password: the token comes from influxdb.tokenSecret');
  if (search !== '' || hash !== '') return bad('must not have a query or a fragment');
  // `https://https://…`: what stands first is taken for the host.
  if (/^https?$/.test(hostname) && pathname.startsWith('//')) return bad('must have https:// or http:// once only');
  if (!HOST.test(hostname))
    return bad('must have the name or the address of a host, not a placeholder or an empty part: put in the real one');
  if (port === '0') return bad('must not have the port 0');
  const path = decoded(pathname);
  if (API_PATH.test(path))
    return bad('must be the base URL, without /api and what follows it: the program adds the path of each call');
  if (PAGE_PATH.test(path))
    return bad("must be the base URL, not the address of one of InfluxDB's pages: keep only what comes before it");
  const isCloud = hostname.replace(/\.$/, '').endsWith('.influxdata.com');
  // The dot that ends a full name is in no certificate.
  const server = isCloud ? origin.replace(/\.(?=:\d+$|$)/, '') : origin;
  return { base: `${server}${pathname.replace(/\/+$/, '')}`, isCloud, problem: undefined };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
