/** What stands in the examples of InfluxDB's API. */
const API_PATH = /\/+api\/+v2(?:\/|$)/i;

/** What a browser shows while somebody looks at InfluxDB, and the paths that only tell whether it runs. */
const PAGE_PATH = /\/+(?:orgs(?:\/|$)|(?:signin|signout|onboarding|me|health|ready|ping)\/*$)/i;

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
  if (port === '0') return bad('must not have the port 0');
  if (API_PATH.test(pathname))
    return bad('must be the base URL, without /api/v2 and what follows it: the program adds the path of each call');
  if (PAGE_PATH.test(pathname))
    return bad("must be the base URL, not the address of one of InfluxDB's pages: keep only what comes before it");
  return {
    base: `${origin}${pathname.replace(/\/+$/, '')}`,
    isCloud: hostname.endsWith('.influxdata.com'),
    problem: undefined,
  };
}
