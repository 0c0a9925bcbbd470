import type * as z from 'zod/mini';
import type { OnUnanswered } from '../calls/call.ts';
import { CallError } from '../calls/call-error.ts';
import { Secrets } from '../calls/secrets.ts';
import { isAbout, notUnderstood } from './answer.ts';
import {
  type Authorization,
  AuthorizationAnswer,
  type AuthorizationPatch,
  ID,
  type NewAuthorization,
} from './authorization.ts';
import { AuthorizationList } from './authorization-list.ts';
import { InfluxdbError } from './errors.ts';
import type { RowCollector } from './listed-row.ts';
import { type AuthorizationLookup, lookupIn } from './lookup.ts';
import {
  type Bucket,
  BucketAnswer,
  BucketsAnswer,
  IdAnswer,
  LISTS,
  type Lists,
  type OrgFilter,
  OrgsAnswer,
  ResourcesAnswer,
  ROWS_A_PAGE,
  type User,
  UserAnswer,
  UsersAnswer,
} from './named.ts';
import { asMintError, asRotatorsError } from './refusals.ts';
import { read, write } from './request.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** A request before it gets a token. */
type Unsigned = Omit<HttpRequest, 'token'>;

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

  /** Shows all visible rows of one org, or of one user in it. A row that may not be seen is missing without an error. */
  listAuthorizations(of: OrgFilter & { readonly userID?: string }, collector: RowCollector): Promise<void> {
    const request = { ...read('/api/v2/authorizations'), query: of, token: this.#token };
    return this.#asRotator(this.#transport.sendStreaming(request, (head) => new AuthorizationList(head, collector)));
  }

  /** The row of this id. If it is gone, hidden, or has lost its owner, that is an error; see `lookUp`. */
  getAuthorization(id: string): Promise<Authorization> {
    return this.#askRow(read('/api/v2/authorizations/{id}', id), isAbout(id));
  }

  /** Looks up an authorization that existed before. That it is gone or may not be read is an answer, not an error. */
  async lookUp(id: string): Promise<AuthorizationLookup> {
    // InfluxDB refuses the request for what is no id, which would say nothing; but no row can have it.
    if (!ID.test(id)) return { kind: 'gone' };
    return this.getAuthorization(id).then((row) => ({ kind: 'found', row }) as const, lookupIn);
  }

  /** Creates an authorization. An attempt that got no answer is not repeated, because its row may exist. */
  async createAuthorization(wanted: NewAuthorization, options: OnUnanswered = {}): Promise<Authorization> {
    const { orgId, userId, ...rest } = wanted;
    const body = { orgID: orgId, userID: userId, ...rest };
    try {
      const request = { ...write('POST', '/api/v2/authorizations'), body, retry: 'single-effect', ...options } as const;
      return await this.#askRow(request);
    } catch (error) {
      throw await asMintError(error, wanted, this);
    }
  }

  /**
   * Sets the status, and the description where one is given, in one call: the server writes the whole row. Answers the
   * row as it is now. Repeated while unanswered: the same twice is once.
   */
  patchAuthorization(id: string, patch: AuthorizationPatch, options: OnUnanswered = {}): Promise<Authorization> {
    const request = { ...write('PATCH', '/api/v2/authorizations/{id}', id), body: patch, ...options };
    return this.#askRow(request, isAbout(id));
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
  async findBucket(org: OrgFilter, name: string): Promise<Bucket | undefined> {
    const { buckets } = await this.#ask(BucketsAnswer, { ...read('/api/v2/buckets'), query: { ...org, name } });
    return buckets.find((bucket) => bucket.name === name);
  }

  getBucket(id: string): Promise<Bucket> {
    return this.#ask(BucketAnswer, read('/api/v2/buckets/{id}', id), isAbout(id));
  }

  /** The user of this name; undefined if it may not be read. A name that does not exist is refused (404). */
  async findUser(name: string): Promise<User | undefined> {
    const { users } = await this.#ask(UsersAnswer, { ...read('/api/v2/users'), query: { name } });
    return users.find((user) => user.name === name);
  }

  /** The user of this id. One that does not exist is refused (404), and so is one that may not be read (401). */
  getUser(id: string): Promise<User & { readonly name: string }> {
    return this.#ask(UserAnswer, read('/api/v2/users/{id}', id), isAbout(id));
  }

  /** The id of the org of this name; undefined if it may not be read, as by a rotator with the fewest rights. */
  async findOrg(name: string): Promise<string | undefined> {
    const { orgs } = await this.#ask(OrgsAnswer, { ...read('/api/v2/orgs'), query: { org: name } });
    // InfluxDB finds an org by its name without white space at the ends.
    return orgs.find((org) => org.name.trim() === name.trim())?.id;
  }

  /** A page of a list. What the token may not read is left out of it, so a page may be short, or even empty, before the last. */
  list<What extends keyof Lists>(what: What, org: OrgFilter | object = {}, offset = 0): Promise<Lists[What]> {
    const query = { ...org, limit: `${ROWS_A_PAGE}`, offset: `${offset}` };
    return this.#ask(LISTS[what], { ...read(`/api/v2/${what}`), query });
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

  /** The user behind another token, which InfluxDB names even where it refuses the answer; undefined if it does not. */
  async ownerOf(token: string): Promise<string | undefined> {
    try {
      return IdAnswer.parse(await this.#transport.send({ ...read('/api/v2/me'), token })).id;
    } catch (error) {
      if (!(error instanceof InfluxdbError && error.isMissingRight)) return undefined;
      return /^read:users\/([0-9a-f]{16}) is unauthorized$/.exec(error.reason)?.[1];
    }
  }

  /** The same for the rotator's own token. */
  rotatorsOwner(): Promise<string | undefined> {
    return this.ownerOf(this.#token);
  }

  /** The resource types that this server knows. */
  resourceTypes(): Promise<string[]> {
    return this.#ask(ResourcesAnswer, read('/api/v2/resources'));
  }

  /** The version that the server names in its answers; undefined before the first one, or for what is no version. */
  get serverVersion(): string | undefined {
    return this.#transport.serverVersion;
  }

  /** Whether something exists; undefined where InfluxDB does not tell. */
  async exists(route: string, id: string): Promise<boolean | undefined> {
    try {
      await this.#send(read(route, id));
      return true;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return error instanceof InfluxdbError && error.absent !== undefined ? false : undefined;
    }
  }

  /** Whatever token a row shows must not be shown by us. */
  async #askRow(request: Unsigned, isMeant?: (row: Authorization) => boolean): Promise<Authorization> {
    const row = await this.#ask(AuthorizationAnswer, request, isMeant);
    if (row.token !== 'redacted') Secrets.known.add(row.token);
    return row;
  }

  /** An answer of an unexpected shape counts as no answer, since the request may have taken effect. */
  async #ask<T>(schema: z.ZodMiniType<T>, request: Unsigned, isMeant: (answer: T) => boolean = () => true): Promise<T> {
    const parsed = schema.safeParse(await this.#send(request));
    if (parsed.success && isMeant(parsed.data)) return parsed.data;
    request.onUnanswered?.();
    const path = parsed.success ? 'id' : (parsed.error.issues[0]?.path.join('.') ?? '');
    throw notUnderstood({ ...request, url: this.#transport.url }, path);
  }

  #send(request: Unsigned): Promise<unknown> {
    return this.#asRotator(this.#transport.send({ ...request, token: this.#token }));
  }

  #asRotator<T>(answer: Promise<T>): Promise<T> {
    return answer.catch((error: unknown) => {
      throw asRotatorsError(error);
    });
  }
}
