/** What an administrator does in InfluxDB, by plain HTTP with the operator token, as an onboarding script would. */
export class Administrator {
  readonly url: string;
  readonly operatorToken: string;
  readonly orgId: string;
  /** The set-up user, who owns the operator token. */
  readonly userId: string;

  private constructor(url: string, { auth, org, user }: SetUp) {
    this.url = url;
    this.operatorToken = auth.token;
    this.orgId = org.id;
    this.userId = user.id;
  }

  /** Sets up a new server. */
  static async setUp(url: string, org: string): Promise<Administrator> {
    const body = { username: 'admin', password: 'only-for-this-demo', org, bucket: 'initial' };
    return new Administrator(url, (await send(url, 'POST', '/api/v2/setup', undefined, body)) as SetUp);
  }

  /** Takes a server that is set up already: works in its first org, as the user who owns the token. */
  static async signIn(url: string, operatorToken: string): Promise<Administrator> {
    const { orgs } = (await send(url, 'GET', '/api/v2/orgs', operatorToken, undefined)) as { orgs: SetUp['org'][] };
    const user = (await send(url, 'GET', '/api/v2/me', operatorToken, undefined)) as SetUp['user'];
    const [org] = orgs;
    if (org === undefined) throw new Error(`no org on ${url}`);
    return new Administrator(url, { auth: { token: operatorToken }, org, user });
  }

  /** @returns the new bucket's id. */
  async createBucket(name: string): Promise<string> {
    return this.#created('/api/v2/buckets', { orgID: this.orgId, name, retentionRules: [] });
  }

  /** @returns the new user's id. */
  async createUser(name: string): Promise<string> {
    return this.#created('/api/v2/users', { name });
  }

  /** @returns the new authorization's id and token. */
  async createAuthorization(body: {
    readonly userID: string;
    readonly description: string;
    readonly permissions: readonly unknown[];
    readonly status?: string;
  }): Promise<{ id: string; token: string }> {
    const answer = await this.send('POST', '/api/v2/authorizations', { orgID: this.orgId, ...body });
    const { id, token } = answer as { id: string; token: string };
    return { id, token };
  }

  /** Makes any call with the operator token. Throws if the answer is not a success. */
  send(method: string, path: string, body?: unknown): Promise<unknown> {
    return send(this.url, method, path, this.operatorToken, body);
  }

  async #created(path: string, body: unknown): Promise<string> {
    return ((await this.send('POST', path, body)) as { id: string }).id;
  }
}

interface SetUp {
  readonly auth: { readonly token: string };
  readonly org: { readonly id: string };
  readonly user: { readonly id: string };
}

async function send(
  url: string,
  method: string,
  path: string,
  token: string | undefined,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Token ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return text === '' ? undefined : JSON.parse(text);
}
