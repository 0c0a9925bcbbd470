import * as z from 'zod/mini';
import type { CallOptions } from '../calls/call.ts';
import { CallError } from '../calls/call-error.ts';
import type { Permission } from '../config/permission.ts';
import { type Authorization, AuthorizationAnswer, AuthorizationListAnswer, ID, type Status } from './authorization.ts';
import { InfluxdbError, isTokenEnd, RotatorRejectedError } from './errors.ts';
import type { AuthorizationLookup } from './lookup.ts';
import type { HttpRequest, Transport } from './transport.ts';

export interface NewAuthorization {
  readonly orgId: string;
  readonly userId: string;
  readonly description: string;
  readonly status: Status;
  readonly permissions: readonly Permission[];
}

export interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly orgId: string;
}

type OnUnanswered = Pick<CallOptions, 'onUnanswered'>;

const UsersAnswer = z.object({ users: z.array(z.object({ id: z.string(), name: z.string() })) });
const BucketAnswer = z.pipe(
  z.object({ id: z.string().check(z.regex(ID)), name: z.string(), orgID: z.string().check(z.regex(ID)) }),
  z.transform(({ orgID, ...bucket }): Bucket => ({ ...bucket, orgId: orgID })),
);
const BucketsAnswer = z.object({ buckets: z.array(BucketAnswer) });
const OrgsAnswer = z.object({ orgs: z.array(z.object({ id: z.string(), name: z.string() })) });
const IdAnswer = z.object({ id: z.string() });
const ResourcesAnswer = z.array(z.string());

/**
 * InfluxDB's token API as the rotator uses it, authenticated with the rotator's own token. Every method throws a
 * `CallError` if the call failed: an `InfluxdbError` for a refusal, a `RotatorRejectedError` if the token has ended.
 */
export class InfluxdbClient {
  readonly #transport: Transport;
  readonly #token: string;

  constructor(transport: Transport, token: string) {
    this.#transport = transport;
    this.#token = token;
  }

  /** The rows of one owner or one org that the rotator may read. InfluxDB omits all others silently. */
  listAuthorizations(filter: { readonly userID: string } | { readonly orgID: string }): Promise<Authorization[]> {
    return this.#ask(AuthorizationListAnswer, {
      ...read('/api/v2/authorizations'),
      query: { ...filter },
    });
  }

  /** The row of this id. If it is gone, hidden, or has lost its owner, that is an error; see `lookUp`. */
  getAuthorization(id: string): Promise<Authorization> {
    return this.#ask(about(AuthorizationAnswer, id), read('/api/v2/authorizations/{id}', id));
  }

  /** Looks up an authorization that existed before. That it is gone or may not be read is an answer, not an error. */
  async lookUp(id: string): Promise<AuthorizationLookup> {
    try {
      return { kind: 'found', row: await this.getAuthorization(id) };
    } catch (error) {
      if (!(error instanceof InfluxdbError) || error.kind !== 'refused') throw error;
      if (error.isAuthorizationGone) return { kind: 'gone' };
      if (error.isOwnerGone) return { kind: 'owner-gone' };
      if (error.isMissingRight) return { kind: 'unseen', detail: error.message };
      throw error;
    }
  }

  /** Creates an authorization. An attempt that got no answer is not repeated, because its row may exist. */
  createAuthorization(wanted: NewAuthorization, options: OnUnanswered = {}): Promise<Authorization> {
    const { orgId, userId, ...rest } = wanted;
    return this.#ask(AuthorizationAnswer, {
      ...write('POST', '/api/v2/authorizations'),
      body: { orgID: orgId, userID: userId, ...rest },
      retry: 'single-effect',
      ...options,
    });
  }

  /** Sets the status, and returns the changed row. Safe to repeat, so attempts without an answer are retried. */
  setStatus(id: string, status: Status, options: OnUnanswered = {}): Promise<Authorization> {
    return this.#ask(about(AuthorizationAnswer, id), {
      ...write('PATCH', '/api/v2/authorizations/{id}', id),
      body: { status },
      ...options,
    });
  }

  /** Deletes the row, or does nothing if it is gone already. */
  async deleteAuthorization(id: string, options: OnUnanswered = {}): Promise<void> {
    try {
      await this.#send({ ...write('DELETE', '/api/v2/authorizations/{id}', id), ...options });
    } catch (error) {
      if (!(error instanceof InfluxdbError && error.isAuthorizationGone)) throw error;
    }
  }

  /** The bucket of this name; undefined if it may not be read. A name that does not exist is refused (404). */
  async findBucket(
    org: { readonly org: string } | { readonly orgID: string },
    name: string,
  ): Promise<Bucket | undefined> {
    const { buckets } = await this.#ask(BucketsAnswer, { ...read('/api/v2/buckets'), query: { ...org, name } });
    return buckets.find((bucket) => bucket.name === name);
  }

  getBucket(id: string): Promise<Bucket> {
    return this.#ask(about(BucketAnswer, id), read('/api/v2/buckets/{id}', id));
  }

  /** The id of the user of this name; undefined if it may not be read. A name that does not exist is refused (404). */
  async findUser(name: string): Promise<string | undefined> {
    const { users } = await this.#ask(UsersAnswer, { ...read('/api/v2/users'), query: { name } });
    return users.find((user) => user.name === name)?.id;
  }

  /** The id of the org of this name; undefined if it may not be read, as by a rotator with the fewest rights. */
  async findOrg(name: string): Promise<string | undefined> {
    const { orgs } = await this.#ask(OrgsAnswer, { ...read('/api/v2/orgs'), query: { org: name } });
    return orgs.find((org) => org.name === name)?.id;
  }

  /** Creates a user, and returns its id. An attempt that got no answer is not repeated, because the user may exist. */
  async createUser(name: string): Promise<string> {
    const request = { ...write('POST', '/api/v2/users'), body: { name }, retry: 'single-effect' } as const;
    return (await this.#ask(IdAnswer, request)).id;
  }

  /** The id of the user who owns the rotator's own token. */
  async ownUser(): Promise<string> {
    return (await this.#ask(IdAnswer, read('/api/v2/me'))).id;
  }

  /** The resource types that this server knows. */
  resourceTypes(): Promise<string[]> {
    return this.#ask(ResourcesAnswer, read('/api/v2/resources'));
  }

  /** An answer of an unexpected shape counts as no answer, since the request may have taken effect. */
  async #ask<T>(schema: z.ZodMiniType<T>, request: Omit<HttpRequest, 'token'>): Promise<T> {
    const parsed = schema.safeParse(await this.#send(request));
    if (parsed.success) return parsed.data;
    request.onUnanswered?.();
    const path = parsed.error.issues[0]?.path.join('.') || 'the answer';
    throw new CallError(
      'INFLUXDB_UNANSWERED',
      'unanswered',
      `InfluxDB's answer to ${request.operation} is not understood (at ${path})`,
    );
  }

  async #send(request: Omit<HttpRequest, 'token'>): Promise<unknown> {
    try {
      return await this.#transport.send({ ...request, token: this.#token });
    } catch (error) {
      if (error instanceof InfluxdbError && isTokenEnd(error)) throw new RotatorRejectedError(error);
      throw error;
    }
  }
}

/** Accepts only an answer about this id, since a proxy or a cache may return what somebody else asked for. */
function about<T extends { readonly id: string }>(schema: z.ZodMiniType<T>, id: string): z.ZodMiniType<T> {
  return schema.check(z.refine((answer: T) => answer.id === id.toLowerCase(), { path: ['id'] }));
}

type Call = Pick<HttpRequest, 'method' | 'path' | 'operation' | 'retry'>;

function read(route: string, id?: string): Call {
  return { method: 'GET', path: fill(route, id), operation: `GET ${route}`, retry: 'read' };
}

function write(method: 'POST' | 'PATCH' | 'DELETE', route: string, id?: string): Call {
  return { method, path: fill(route, id), operation: `${method} ${route}`, retry: 'idempotent-write' };
}

function fill(route: string, id: string | undefined): string {
  return id === undefined ? route : route.replace('{id}', encodeURIComponent(id));
}
