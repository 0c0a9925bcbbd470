import { type Answer, type Request, type RunningServer, serve } from '../../../local/http/server.ts';
import type { SecretsManagerServer } from '../../../local/secrets-manager/server.ts';

// AWS as a caller meets it before Secrets Manager: the access key, the Region of the request, and the policies.

export interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

export const ACCESS_KEY = 'AKIAEXAMPLEVALID';
export const EXPIRED_KEY = 'ASIAEXAMPLEEXPIRED';

interface Caller {
  readonly key: string;
  readonly region: string;
}

/** One account, with a Secrets Manager in each of its Regions. */
export class Account {
  /** Of the caller: whoever looks, and the function. */
  statements: Statement[] = [];
  /** The secrets have a key of their own, which takes a right of its own. */
  hasKey = false;
  /** The clock of this machine is so far off that no signature is taken. */
  hasOtherTime = false;
  readonly #regions: ReadonlyMap<string, SecretsManagerServer>;
  #server!: RunningServer;

  private constructor(regions: ReadonlyMap<string, SecretsManagerServer>) {
    this.#regions = regions;
  }

  static async open(regions: ReadonlyMap<string, SecretsManagerServer>): Promise<Account> {
    const account = new Account(regions);
    account.#server = await serve({
      operation: operationOf,
      answer: (request) => account.#answer(request),
      errorAnswer: (status) => refusal('InternalServiceError', 'injected', status),
    });
    return account;
  }

  get faults(): RunningServer['faults'] {
    return this.#server.faults;
  }

  get url(): string {
    return this.#server.url;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(request: Request): Promise<Answer> {
    const caller = callerOf(request);
    if (caller.key === EXPIRED_KEY)
      return refusal('ExpiredTokenException', 'The security token included in the request is expired');
    if (caller.key !== ACCESS_KEY)
      return refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
    if (this.hasOtherTime)
      return refusal('InvalidSignatureException', 'Signature expired: 20200101T000000Z is now earlier than allowed');
    const server = this.#regions.get(caller.region);
    if (server === undefined) return refusal('InvalidRequestException', `no Region ${caller.region}`);
    const input = JSON.parse(request.body.toString() || '{}');
    const action = `secretsmanager:${operationOf(request)}`;
    if (action === 'secretsmanager:BatchGetSecretValue') return this.#batch(server, request, input);
    const denied = this.#refusalOf(action, arnIn(server, input.SecretId ?? input.Name));
    return denied === undefined ? forward(server, request, input) : refusal('AccessDeniedException', denied);
  }

  /** Each secret of a batch takes the right to read it. */
  async #batch(server: SecretsManagerServer, request: Request, input: { SecretIdList: string[] }): Promise<Answer> {
    const whole = this.#refusalOf('secretsmanager:BatchGetSecretValue', '*');
    if (whole !== undefined) return refusal('AccessDeniedException', whole);
    const errors = input.SecretIdList.flatMap((SecretId) => {
      const arn = arnIn(server, SecretId);
      const Message = this.#refusalOf('secretsmanager:GetSecretValue', arn);
      if (Message !== undefined) return [{ SecretId, ErrorCode: 'AccessDeniedException', Message }];
      if (!this.hasKey || this.#refusalOf('kms:Decrypt', '*') === undefined) return [];
      return [{ SecretId, ErrorCode: 'DecryptionFailure', Message: 'Access to KMS is not allowed' }];
    });
    const allowed = input.SecretIdList.filter((id) => !errors.some(({ SecretId }) => SecretId === id));
    const none = { SecretValues: [], Errors: [] };
    const answer =
      allowed.length === 0 ? undefined : await forward(server, request, { ...input, SecretIdList: allowed });
    const body = answer === undefined ? none : JSON.parse(String(answer.body));
    return json(200, { ...body, Errors: [...(body.Errors ?? []), ...errors] });
  }

  /** In AWS's words; undefined where it is allowed. */
  #refusalOf(action: string, resource: string): string | undefined {
    const who = `User: arn:aws:sts::123456789012:assumed-role/rotation/rotation is not authorized to perform: ${action} on resource: ${resource}`;
    const matching = this.statements.filter(
      ({ Action, Resource }) => matches(Action, action) && matches(Resource, resource),
    );
    if (matching.some(({ Effect }) => Effect === 'Deny'))
      return `${who} with an explicit deny in an identity-based policy`;
    if (matching.length > 0) return undefined;
    return `${who} because no identity-based policy allows the ${action} action`;
  }
}

function matches(patterns: readonly string[], text: string): boolean {
  const regex = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
  return patterns.some((pattern) => regex(pattern).test(text));
}

/** A secret that does not exist has no random characters yet. */
function arnIn({ store }: SecretsManagerServer, id: string): string {
  return store.secret(id)?.arn ?? (id.startsWith('arn:') ? id : store.arn(id).slice(0, -7));
}

function operationOf({ headers }: Request): string {
  return String(headers['x-amz-target']).replace('secretsmanager.', '');
}

function callerOf({ headers }: Request): Caller {
  const [, key = '', region = ''] = /Credential=([^/]+)\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { key, region };
}

async function forward({ url }: SecretsManagerServer, { headers }: Request, input: object): Promise<Answer> {
  const { 'x-amz-target': target, authorization, 'content-type': type, 'x-amz-date': date } = headers;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'x-amz-target': String(target),
      authorization: String(authorization),
      'content-type': String(type),
      'x-amz-date': String(date),
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, headers: HEADERS, body: await response.text() };
}

const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'a-request' };

function json(status: number, body: object): Answer {
  return { status, headers: HEADERS, body: JSON.stringify(body) };
}

function refusal(type: string, message: string, status = 400): Answer {
  return json(status, { __type: type, Message: message });
}
