import { type InfluxdbOptions, type InfluxdbServer, startInfluxdb } from '../../../local/influxdb/server.ts';

interface Reply {
  readonly status: number;
  readonly code: string | null;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; `undefined` when it is none. */
  readonly body: Body | undefined;
}

/** The parts of the answers that tests look at. */
interface Body {
  readonly id?: string;
  readonly token?: string;
  readonly message?: string;
  readonly name?: string;
  readonly status?: string;
  readonly description?: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly allowed?: boolean;
  readonly links?: Record<string, string>;
  readonly authorizations?: readonly Body[];
  readonly buckets?: readonly Body[];
  readonly orgs?: readonly Body[];
  readonly users?: readonly Body[];
  readonly permissions?: readonly { readonly action: string; readonly resource: Record<string, string> }[];
  readonly user?: Body;
  readonly org?: Body;
  readonly bucket?: Body;
  readonly auth?: Body;
}

export interface Grant {
  readonly action: string;
  readonly resource: Readonly<Record<string, string>>;
}

/** A server after its set-up: admin, org acme, bucket telemetry, and the operator's token. */
export interface World {
  readonly server: InfluxdbServer;
  readonly operator: string;
  readonly adminId: string;
  readonly orgId: string;
  readonly bucketId: string;
  readonly operatorId: string;
  call(
    token: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** A token of `userId` (the admin by default) with these rights. */
  mint(permissions: readonly Grant[], more?: Readonly<Record<string, unknown>>): Promise<{ id: string; token: string }>;
}

export async function startWorld(options: InfluxdbOptions = {}): Promise<World> {
  const server = await startInfluxdb(options);
  const call: World['call'] = async (token, method, path, body, headers = {}) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Token ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      code: response.headers.get('x-platform-error-code'),
      headers: response.headers,
      text,
      body: /^[{[]/.test(text) ? (JSON.parse(text) as Body) : undefined,
    };
  };
  const setup = { username: 'admin', password: 'password1234', org: 'acme', bucket: 'telemetry' };
  const { body } = await call(undefined, 'POST', '/api/v2/setup', setup);
  const operator = present(body?.auth?.token);
  const orgId = present(body?.org?.id);
  return {
    server,
    operator,
    orgId,
    adminId: present(body?.user?.id),
    bucketId: present(body?.bucket?.id),
    operatorId: present(body?.auth?.id),
    call,
    mint: async (permissions, more = {}) => {
      const made = await call(operator, 'POST', '/api/v2/authorizations', { orgID: orgId, permissions, ...more });
      return { id: present(made.body?.id), token: present(made.body?.token) };
    },
  };
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer lacks a part that the test needs');
  return value;
}
