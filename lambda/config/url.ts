/** A server's base URL, or what is wrong with it. */
export function parseUrl(text: string): {
  readonly base: string;
  readonly isCloud: boolean;
  readonly problem: string | undefined;
} {
  const bad = (problem: string) => ({ base: text, isCloud: false, problem });
  if (!URL.canParse(text)) return bad('must be a URL, such as https://influxdb.example.com:8086');
  const { protocol, origin, pathname, hostname, username, password, search, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return bad('must begin with https:// or http://');
  if (username !== '' || password !== '')
    return bad('must not contain a user or password: the token comes from influxdb.tokenSecret');
  if (search !== '' || hash !== '') return bad('must not have a query or a fragment');
  return {
    base: `${origin}${pathname.replace(/\/+$/, '')}`,
    isCloud: hostname.endsWith('.influxdata.com'),
    problem: undefined,
  };
}
