import type {
  $Command,
  SecretsManagerClient,
  SecretsManagerClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { CallError } from '../calls/call-error.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import { toSecretsManagerError } from './errors.ts';

/** Makes the command for one attempt: each attempt sends a new one. */
type NewCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = () => $Command<
  Input,
  Output,
  SecretsManagerClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/** Calls through the AWS SDK, with our time-outs, our retries, and errors in our words. Notes the service's clock. */
export class SdkCalls {
  readonly #client: SecretsManagerClient;
  readonly #context: CallContext;

  /** @param client must not retry by itself (`maxAttempts: 1`): `call` does. */
  constructor(client: SecretsManagerClient, context: CallContext, serviceClocks: ServiceClocks) {
    this.#client = client;
    this.#context = context;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args).catch((error: unknown) => {
          serviceClocks.note(
            'Secrets Manager',
            dateOf(error instanceof Error && '$response' in error ? error.$response : undefined),
          );
          throw error;
        });
        serviceClocks.note('Secrets Manager', dateOf(result.response));
        return result;
      },
      { step: 'deserialize', name: 'noteServiceClock', override: true },
    );
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
      `Secrets Manager's answer to ${operation} is not understood (at ${path})`,
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
    options: Pick<CallOptions, 'onUnanswered'> = {},
  ): Promise<unknown> {
    return call(
      async (signal) => {
        try {
          return await this.#client.send(command(), { abortSignal: signal });
        } catch (error) {
          throw toSecretsManagerError(operation, error);
        }
      },
      this.#context,
      { retry, ...options },
    );
  }
}

function dateOf(response: unknown): string | undefined {
  const headers = (response as { headers?: Record<string, string> } | undefined)?.headers;
  return headers?.date ?? headers?.Date;
}
