/** What the servers hold, and how they answer. */
export interface ServerOptions {
  readonly consumers: number;
  /** Whether each consumer's token is so old that the next run replaces it. */
  readonly due: boolean;
  /** Authorizations of others in the same org. @default 0 */
  readonly foreign?: number;
  /** How long an answer takes, beside the work of making it, in milliseconds. @default 0 */
  readonly latencyMs?: { readonly secretsManager: number; readonly influxdb: number };
  /** Writes a second that Secrets Manager takes. @default unlimited */
  readonly writeQuota?: number;
  /** Simulated time, in which nobody is due before it is. @default that of the machine */
  readonly now?: () => number;
}

/** What the servers saw since they were last asked. */
export interface Load {
  /** How often each operation was called. */
  readonly operations: Readonly<Record<string, number>>;
  /** Of these, calls that were told to come back later. */
  readonly throttled: number;
  /** The most calls that were under way at once. */
  readonly atOnce: number;
  /** The share of the time, from the first call to the last, in which the servers' process worked; from 0 to 1. */
  readonly busy: number;
}

export type Command = 'reset' | 'take';

export const callsOf = ({ operations }: Load): number =>
  Object.values(operations).reduce((sum, count) => sum + count, 0);
