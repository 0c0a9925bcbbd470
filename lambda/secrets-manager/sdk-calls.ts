import type {
  $Command,
  SecretsManagerClient,
  SecretsManagerClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import { type CallContext, type CallOptions, call, type OnUnanswered } from '../calls/call.ts';
import { CallError } from '../calls/call-error.ts';
import type { Headers } from '../calls/from-cache.ts';
import { RateLimiter } from '../calls/rate-limiter.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import type { Rates } from '../config/rates.ts';
import { BATCH_SIZE } from './batch.ts';
import { CredentialReasons } from './credential-reasons.ts';
import { toSecretsManagerError } from './failure.ts';
import { checkOf, type Place } from './place.ts';
import { assertDirected, type Environment, endpointSetting } from './settings.ts';

/** Makes the command for one attempt: each attempt sends a new one. */
type NewCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = () => $Command<
  Input,
  Output,
  SecretsManagerClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

export interface SdkContext extends CallContext {
  readonly limits: CallContext['limits'] &
    Pick<Rates, 'secretsManagerWritesPerSecond' | 'secretsManagerReadsPerSecond'>;
  /** In which the SDK finds its settings. It does not say which of them it failed with. */
  readonly environment: Environment;
}

/** Calls through the AWS SDK, with our time-outs, our retries, and errors in our words. Notes the service's clock. */
export class SdkCalls {
  readonly #client: SecretsManagerClient;
  readonly #context: SdkContext;
  readonly #clocks: ServiceClocks;
  readonly #reads: RateLimiter;
  readonly #writes: RateLimiter;
  #endpoint: string | undefined;
  #isAnswered = false;
  /** What was thrown once there was a request. */
  readonly #ofRequests = new WeakSet<object>();

  /** @param client must not retry by itself (`maxAttempts: 1`): `call` does. */
  constructor(client: SecretsManagerClient, context: SdkContext, serviceClocks: ServiceClocks) {
    this.#client = client;
    this.#context = context;
    this.#clocks = serviceClocks;
    const { secretsManagerReadsPerSecond: reads, secretsManagerWritesPerSecond: writes } = context.limits;
    this.#reads = new RateLimiter(context.clock, { perSecond: reads });
    // At 40 a second, no second has more than the 50 that AWS takes.
    this.#writes = new RateLimiter(context.clock, { perSecond: writes, burst: writes / 4 });
    client.middlewareStack.add(
      (next) => async (args) => {
        assertDirected(args.request as object, await client.config.region());
        this.#endpoint = originOf(args.request) ?? this.#endpoint;
        const result = await next(args).catch((error: unknown) => {
          if (typeof error === 'object' && error !== null) this.#ofRequests.add(error);
          this.#isAnswered ||= error instanceof Error && '$response' in error;
          serviceClocks.note(SERVICE, headersOf(error instanceof Error && '$response' in error && error.$response));
          throw error;
        });
        this.#isAnswered = true;
        serviceClocks.note(SERVICE, headersOf(result.response));
        return result;
      },
      { step: 'deserialize', name: 'noteServiceClock', override: true },
    );
  }

  /** Where these calls go. The account is known where the credentials tell it. */
  async place(): Promise<Place> {
    const { config } = this.#client;
    const region = await config.region().catch(() => undefined);
    // Only once there were credentials: to look for them again could take long.
    const credentials = this.#isAnswered ? await config.credentials().catch(() => undefined) : undefined;
    const { environment } = this.#context;
    const setting = endpointSetting(environment);
    return {
      ...{ region, endpoint: this.#endpoint, account: credentials?.accountId },
      ...{ profile: environment.AWS_PROFILE || undefined, endpointSetting: setting },
      isEndpointSet: Boolean(environment[setting]),
      reasons: config.logger instanceof CredentialReasons ? config.logger.messages : [],
    };
  }

  /**
   * Sends a command, and checks the shape of the answer.
   * @throws {SecretsManagerError}
   * @throws {CallError} `unanswered` if the answer has another shape.
   */
  async ask<T, Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    schema: z.ZodMiniType<T>,
    operation: string,
    retry: CallOptions['retry'],
    command: NewCommand<Input, Output>,
  ): Promise<T> {
    const parsed = schema.safeParse(await this.send(operation, retry, command));
    if (parsed.success) return parsed.data;
    const path = parsed.error.issues[0]?.path.join('.') || 'the answer';
    throw new CallError(
      'SECRETS_MANAGER_UNANSWERED',
      'unanswered',
      `Secrets Manager's answer to ${operation} is not understood (at ${path}): ${checkOf(await this.place())}`,
    );
  }

  /**
   * Sends a command whose answer does not matter.
   * @throws {SecretsManagerError}
   */
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    operation: string,
    retry: CallOptions['retry'],
    command: NewCommand<Input, Output>,
    options: OnUnanswered = {},
  ): Promise<unknown> {
    return call(
      async (signal) => {
        const sent = command();
        try {
          return await this.#client.send(sent, { abortSignal: signal });
        } catch (error) {
          const { SecretId: secret } = sent.input as { readonly SecretId?: string };
          const skewOf = (headers: Headers) => this.#clocks.skewIn(SERVICE, headers);
          const hadRequest = typeof error === 'object' && error !== null && this.#ofRequests.has(error);
          const { environment } = this.#context;
          const about = { operation, secret, place: await this.place(), hadRequest, environment, skewOf };
          throw toSecretsManagerError(about, error);
        }
      },
      this.#context,
      { retry, ...options, rate: this.#rateOf(operation, retry) },
    );
  }

  #rateOf(operation: string, retry: CallOptions['retry']): NonNullable<CallOptions['rate']> {
    if (retry !== 'read') return { limiter: this.#writes, cost: 1 };
    return { limiter: this.#reads, cost: OF_MANY.has(operation) ? BATCH_SIZE : 1 };
  }
}

/** AWS answers 100 a second of each of these, and of reads of one secret 10,000 and more: so each counts as a full batch. */
const OF_MANY: ReadonlySet<string> = new Set(['BatchGetSecretValue', 'ListSecrets']);

const SERVICE = 'Secrets Manager';

/** The headers of a response of the SDK, if it is one. */
function headersOf(response: unknown): Headers {
  return (response as { readonly headers?: Headers } | undefined)?.headers ?? {};
}

function originOf(request: unknown): string | undefined {
  const { protocol, hostname, port } = request as { protocol?: string; hostname?: string; port?: number };
  if (hostname === undefined) return undefined;
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}
