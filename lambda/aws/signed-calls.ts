import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { type AwsService, AwsServiceError } from './errors.ts';
import { answeredError, type Right, unansweredError } from './failure.ts';
import { type Answer, errorIn } from './said.ts';

/** One request, without what all of them have. */
export interface SignedRequest<T> {
  /** For people. */
  readonly operation: string;
  /** @default / */
  readonly path?: string;
  /** With the content's type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly right: Right;
  /** What a body says; undefined where it is not understood. */
  readonly understand: (body: string) => T | undefined;
}

export interface SignedCallsOptions {
  readonly service: AwsService;
  /** @default that of the Region */
  readonly endpoint: string | undefined;
}

/**
 * Calls of another service of AWS, made with the credentials, the signature and the connection of the client that the run
 * has anyway: the bundle needs no second one (docs/decisions/0010).
 */
export class SignedCalls {
  readonly #client: SecretsManagerClient;
  readonly #context: CallContext;
  readonly #options: SignedCallsOptions;

  constructor(client: SecretsManagerClient, context: CallContext, options: SignedCallsOptions) {
    this.#client = client;
    this.#context = context;
    this.#options = options;
  }

  /** @throws {CallError} */
  send<T>(request: SignedRequest<T>, retry: CallOptions['retry']): Promise<T> {
    return call((signal) => this.#attempt(request, signal), this.#context, { retry });
  }

  async #attempt<T>(request: SignedRequest<T>, abortSignal: AbortSignal): Promise<T> {
    const { service } = this.#options;
    const { config } = this.#client;
    let answer: Answer;
    let url: URL | undefined;
    try {
      url = await this.#url();
      const signed = await (await config.signer()).sign(requestTo(url, request), {
        signingService: service.id,
        signingDate: new Date(Date.now() + config.systemClockOffset),
      });
      const { response } = await config.requestHandler.handle(signed as never, { abortSignal });
      const { statusCode: status, headers } = response;
      answer = { status, headers, text: Buffer.from(await config.streamCollector(response.body)).toString() };
    } catch (error) {
      throw unansweredError(service, request.operation, error, url?.origin);
    }
    if (answer.status !== 200) throw answeredError(service, request.operation, errorIn(answer), request.right);
    const understood = request.understand(answer.text);
    if (understood !== undefined) return understood;
    const failure = { exception: 'unreadable', detail: 'its answer is not understood' };
    throw new AwsServiceError(service, request.operation, 'unanswered', failure);
  }

  /** They are where Secrets Manager is, under their own names: so this is right in every partition, and with FIPS. */
  async #url(): Promise<URL> {
    const { service, endpoint } = this.#options;
    if (endpoint !== undefined) return new URL(endpoint);
    const { config } = this.#client;
    const [Region, isFips] = await Promise.all([config.region(), config.useFipsEndpoint()]);
    const UseFIPS = isFips && !(UNNAMED_IN_GOVCLOUD.has(service.id) && Region.startsWith('us-gov-'));
    const { url } = config.endpointProvider({ Region, UseFIPS, UseDualStack: false });
    return new URL(url.href.replace('//secretsmanager', `//${service.id}`));
  }
}

/** Those whose ordinary endpoints in GovCloud are the ones with FIPS. */
const UNNAMED_IN_GOVCLOUD: ReadonlySet<AwsService['id']> = new Set(['logs', 'sns', 'config']);

function requestTo(url: URL, { path = '/', headers, body }: SignedRequest<unknown>) {
  const { protocol, hostname, port, host, pathname } = url;
  return {
    ...{ method: 'POST', protocol, hostname, path: `${pathname.replace(/\/$/, '')}${path}`, query: {}, body },
    ...(port !== '' && { port: Number(port) }),
    headers: { host, ...headers },
  };
}
