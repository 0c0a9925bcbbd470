import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { allAccessPermissions } from '../../../local/influxdb/permissions.ts';

/** One recorded call of the real server; `recordings/` holds them in the order in which they were made. */
interface Exchange {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly scheme: string | null;
  readonly caller: string | null;
  readonly request: unknown;
  readonly status: number;
  readonly errorCodeHeader: string | null;
  readonly contentType: string | null;
  readonly body: unknown;
}

/** The values that placeholders stand for, bound where they are seen first. */
class Bindings {
  readonly #values = new Map<string, string>();
  readonly #patterns: Readonly<Record<string, RegExp>> = {
    TOKEN88: /^[A-Za-z0-9_-]{86}==$/,
    HASH: /^\$influxdb2-sha256\$[A-Za-z0-9_-]{43}=$/,
    RFC3339NANO: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,8}[1-9]|\.[1-9])?Z$/,
  };

  /** The text with its known ids filled in. */
  fill(text: string): string {
    return text.replace(/<ID\d+>/g, (placeholder) => this.#values.get(placeholder) ?? placeholder);
  }

  /** `actual` with everything that agrees with `expected` replaced by the placeholder, so that both can be compared. */
  mask(actual: unknown, expected: unknown): unknown {
    if (typeof actual === 'string' && typeof expected === 'string') return this.#maskText(actual, expected);
    if (Array.isArray(actual) && Array.isArray(expected)) return actual.map((one, at) => this.mask(one, expected[at]));
    if (!isObject(actual) || !isObject(expected)) return actual;
    return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, this.mask(value, expected[key])]));
  }

  #maskText(actual: string, expected: string): string {
    const pattern = this.#patterns[/^<(\w+)>$/.exec(expected)?.[1] ?? ''];
    if (pattern) return pattern.test(actual) ? expected : actual;
    if (/^<ID\d+>$/.test(expected) && !this.#values.has(expected)) {
      if (!/^[0-9a-f]{16}$/.test(actual)) return actual;
      this.#values.set(expected, actual);
    }
    return this.fill(expected) === actual ? expected : actual;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The recordings of InfluxDB 2.9.1, by how the server kept its tokens. */
export const RECORDINGS = [
  { tokens: 'hashed', file: 'influxdb-2.9.1-hashed.jsonl' },
  { tokens: 'plain', file: 'influxdb-2.9.1-plain.jsonl' },
] as const;

/** The header of a call whose caller is not the token of an earlier one. */
async function literalHeader(label: string, setUp: SetUp, url: string): Promise<string> {
  const operator = setUp.auth.token;
  if (label === 'bad token') return 'Token nonsense';
  if (label === 'two spaces') return `Token  ${operator}`;
  if (label === 'Basic') return `Basic ${Buffer.from(`admin:${operator}`).toString('base64')}`;
  if (label === 'signin') return `Basic ${Buffer.from('admin:password1234').toString('base64')}`;
  if (label === 'all-access makes operator') return `Token ${await allAccessToken(setUp, url)}`;
  throw new Error(`no literal for ${label}`);
}

interface SetUp {
  readonly auth: { readonly token: string };
  readonly org: { readonly id: string };
  readonly user: { readonly id: string };
}

// The recording does not show how its all-access token was made.
async function allAccessToken({ auth, org, user }: SetUp, url: string): Promise<string> {
  const permissions = allAccessPermissions(org.id, user.id);
  const response = await fetch(`${url}/api/v2/authorizations`, {
    method: 'POST',
    headers: { authorization: `Token ${auth.token}` },
    body: JSON.stringify({ orgID: org.id, userID: user.id, description: 'all-access', permissions }),
  });
  return ((await response.json()) as { token: string }).token;
}

/** Sends a recording's calls to a virgin server: status, error code, content type and body must be the recorded ones. */
export async function replay(file: string, url: string): Promise<void> {
  const lines = readFileSync(new URL(`recordings/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const exchanges = lines.map((line) => JSON.parse(line) as Exchange);
  expect(exchanges).toHaveLength(124);
  const bindings = new Bindings();
  const callers = new Map<string, string>();
  let setUp: SetUp | undefined;
  let cookie = '';
  for (const exchange of exchanges) {
    const { label, scheme, caller, request } = exchange;
    const headers: Record<string, string> = {};
    if (caller === '(literal)' && setUp !== undefined) headers.authorization = await literalHeader(label, setUp, url);
    else if (caller !== null) headers.authorization = `${scheme} ${callers.get(caller)}`;
    else if (label.startsWith('session')) headers.cookie = cookie;
    const text = typeof request === 'string' ? request : JSON.stringify(request);
    const response = await fetch(url + bindings.fill(exchange.path), {
      method: exchange.method,
      headers,
      ...(request === null ? {} : { body: bindings.fill(text) }),
    });
    const raw = await response.text();
    const body: unknown = raw === '' ? '' : JSON.parse(raw);
    // Once to bind: an id may stand within a text before it stands alone.
    bindings.mask(body, exchange.body);
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const seen = {
      label,
      status: response.status,
      errorCodeHeader: response.headers.get('x-platform-error-code'),
      contentType: response.headers.get('content-type'),
      body: bindings.mask(body, exchange.body),
    };
    const { status, errorCodeHeader, contentType } = exchange;
    expect(seen).toEqual({ label, status, errorCodeHeader, contentType, body: exchange.body });
    // Objects that are equal may still differ in the order of their keys.
    expect(JSON.stringify(seen.body)).toBe(JSON.stringify(exchange.body));
    const created = body as { token?: string } & Partial<SetUp>;
    if (response.status === 201 && created.auth) {
      setUp = created as SetUp;
      callers.set('operator', created.auth.token);
    }
    if (response.status === 201 && created.token) callers.set(label, created.token);
  }
}
