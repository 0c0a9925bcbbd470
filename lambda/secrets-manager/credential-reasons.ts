import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

/** Messages of one search for credentials; there are some twenty. */
const LONGEST = 50;

/** By which the SDK marks what its providers of credentials say. */
const MARK = /^@smithy\/property-provider \S+ /;

/**
 * A logger for the SDK that keeps why each provider gave no credentials. The error at the end of the chain says only that
 * none did. Everything else that the SDK logs is dropped, as without a logger.
 */
export class CredentialReasons implements NonNullable<SecretsManagerClientConfig['logger']> {
  #messages: string[] = [];

  /** In the order in which they were said. They may hold secrets, such as a command and its output. */
  get messages(): readonly string[] {
    return this.#messages;
  }

  debug(message?: unknown): void {
    if (typeof message !== 'string' || !MARK.test(message)) return;
    this.#messages = [...this.#messages.slice(1 - LONGEST), message.replace(MARK, '')];
  }

  trace(): void {}
  info(): void {}
  error(): void {}

  /** Without a logger, it would be written there: it tells of settings that exclude each other. */
  warn(message?: unknown): void {
    if (typeof message === 'string' && /credential sources/i.test(message)) console.warn(message);
  }
}
