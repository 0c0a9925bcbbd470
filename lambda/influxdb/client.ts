import * as z from 'zod/mini';
import type { CallOptions } from '../call.ts';
import { CallError } from '../call-error.ts';
import { type Authorization, AuthorizationAnswer, AuthorizationListAnswer, type Status } from './authorization.ts';
import { InfluxdbError, isTokenEnd, RotatorRejectedError } from './errors.ts';
import type { Permission } from './permissions.ts';
import type { HttpRequest, Transport } from './transport.ts';

export interface NewAuthorization {
  readonly orgId: string;
  readonly userId: string;
  readonly description: string;
  readonly status: Status;
  readonly permissions: readonly Permission[];
}

type OnUnanswered = Pick<CallOptions, 'onUnanswered'>;

const UsersAnswer = z.object({ users: z.array(z.object({ id: z.string(), name: z.string() })) });
const BucketAnswer = z.object({ id: z.string(), orgID: z.string() });
const BucketsAnswer = z.object({ buckets: z.array(BucketAnswer) });
const OrgsAnswer = z.object({ orgs: z.array(z.object({ id: z.string() })) });
const IdAnswer = z.object({ id: z.string() });
const ResourcesAnswer = z.array(z.string());

/** InfluxDB's token API as the rotator uses it, authenticated with the rotator's own token. */
export class InfluxdbClient {
  readonly #transport: Transport;
  readonly #token: string;

  constructor(transport: Transport, token: string) {
    this.#transport = transport;
    this.#token = token;
  }

  /** All visible rows of one owner, or of one org. A row that may not be seen is missing without an error. */
  async listAuthorizations(filter: { readonly userID: string } | { readonly orgID: string }): Promise<Authorization[]> {
    const request = {
      method: 'GET',
      path: '/api/v2/authorizations',
      query: { ...filter },
      operation: 'GET /api/v2/authorizations',
    } as const;
    return this.#parse(AuthorizationListAnswer, request, await this.#send({ ...request, retry: 'read' }));
  }

  async getAuthorization(id: string): Promise<Authorization> {
    const request = {
      method: 'GET',
      path: authorizationPath(id),
      operation: 'GET /api/v2/authorizations/{id}',
    } as const;
    return this.#parse(AuthorizationAnswer, request, await this.#send({ ...request, retry: 'read' }));
  }

  /** Creates an authorization; an unanswered attempt is not repeated, because its row may exist. */
  async createAuthorization(
    { orgId, userId, ...rest }: NewAuthorization,
    options: OnUnanswered = {},
  ): Promise<Authorization> {
    const request = {
      method: 'POST',
      path: '/api/v2/authorizations',
      operation: 'POST /api/v2/authorizations',
    } as const;
    const body = { orgID: orgId, userID: userId, ...rest };
    const answer = await this.#send({ ...request, body, retry: 'single-effect', ...options });
    try {
      return this.#parse(AuthorizationAnswer, request, answer);
    } catch (error) {
      options.onUnanswered?.();
      throw error;
    }
  }

  /** Sets the status and answers the row as it is now. Repeated while unanswered: the same status twice is once. */
  async setStatus(id: string, status: Status, options: OnUnanswered = {}): Promise<Authorization> {
    const request = {
      method: 'PATCH',
      path: authorizationPath(id),
      operation: 'PATCH /api/v2/authorizations/{id}',
    } as const;
    const answer = await this.#send({ ...request, body: { status }, retry: 'idempotent-write', ...options });
    return this.#parse(AuthorizationAnswer, request, answer);
  }

  /** Deletes the row; one that is gone already is done. */
  async deleteAuthorization(id: string, options: OnUnanswered = {}): Promise<void> {
    const request = {
      method: 'DELETE',
      path: authorizationPath(id),
      operation: 'DELETE /api/v2/authorizations/{id}',
    } as const;
    try {
      await this.#send({ ...request, retry: 'idempotent-write', ...options });
    } catch (error) {
      if (!(error instanceof InfluxdbError && error.isAuthorizationGone)) throw error;
    }
  }

  /** The bucket of this name; undefined if it exists but may not be read. A name that does not exist is a refusal. */
  async findBucket(
    org: { readonly org: string } | { readonly orgID: string },
    name: string,
  ): Promise<{ id: string; orgId: string } | undefined> {
    const request = {
      method: 'GET',
      path: '/api/v2/buckets',
      query: { ...org, name },
      operation: 'GET /api/v2/buckets',
    } as const;
    const { buckets } = this.#parse(BucketsAnswer, request, await this.#send({ ...request, retry: 'read' }));
    const [bucket] = buckets;
    return bucket && { id: bucket.id, orgId: bucket.orgID };
  }

  async getBucket(id: string): Promise<{ id: string; orgId: string }> {
    const request = {
      method: 'GET',
      path: `/api/v2/buckets/${encodeURIComponent(id)}`,
      operation: 'GET /api/v2/buckets/{id}',
    } as const;
    const bucket = this.#parse(BucketAnswer, request, await this.#send({ ...request, retry: 'read' }));
    return { id: bucket.id, orgId: bucket.orgID };
  }

  /** The user of this name; undefined if it may not be read. A name that does not exist is a refusal (404). */
  async findUser(name: string): Promise<string | undefined> {
    const request = { method: 'GET', path: '/api/v2/users', query: { name }, operation: 'GET /api/v2/users' } as const;
    const { users } = this.#parse(UsersAnswer, request, await this.#send({ ...request, retry: 'read' }));
    return users.find((user) => user.name === name)?.id;
  }

  /** The org of this name; undefined if it may not be read (a minimal rotator may not). */
  async findOrg(name: string): Promise<string | undefined> {
    const request = {
      method: 'GET',
      path: '/api/v2/orgs',
      query: { org: name },
      operation: 'GET /api/v2/orgs',
    } as const;
    return this.#parse(OrgsAnswer, request, await this.#send({ ...request, retry: 'read' })).orgs[0]?.id;
  }

  async createUser(name: string): Promise<string> {
    const request = { method: 'POST', path: '/api/v2/users', operation: 'POST /api/v2/users' } as const;
    return this.#parse(IdAnswer, request, await this.#send({ ...request, body: { name }, retry: 'single-effect' })).id;
  }

  /** The user behind the rotator's own token. */
  async ownUser(): Promise<string> {
    const request = { method: 'GET', path: '/api/v2/me', operation: 'GET /api/v2/me' } as const;
    return this.#parse(IdAnswer, request, await this.#send({ ...request, retry: 'read' })).id;
  }

  /** The resource types that this server knows. */
  async resourceTypes(): Promise<string[]> {
    const request = { method: 'GET', path: '/api/v2/resources', operation: 'GET /api/v2/resources' } as const;
    return this.#parse(ResourcesAnswer, request, await this.#send({ ...request, retry: 'read' }));
  }

  async #send(request: Omit<HttpRequest, 'token'>): Promise<unknown> {
    try {
      return await this.#transport.send({ ...request, token: this.#token });
    } catch (error) {
      if (error instanceof InfluxdbError && isTokenEnd(error)) {
        throw new RotatorRejectedError(request.operation, error.status, error.reason);
      }
      throw error;
    }
  }

  /** An answer of another shape is as good as none: what was asked may have been done. */
  #parse<T>(schema: z.ZodMiniType<T>, request: Pick<HttpRequest, 'operation'>, answer: unknown): T {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const path = parsed.error.issues[0]?.path.join('.') || 'the answer';
    throw new CallError('unanswered', `InfluxDB's answer to ${request.operation} is not understood (at ${path})`);
  }
}

function authorizationPath(id: string): string {
  return `/api/v2/authorizations/${encodeURIComponent(id)}`;
}
