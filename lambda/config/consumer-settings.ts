import { type Access, accessOf } from './access.ts';
import { parseDurationText } from './duration.ts';
import { type ExceptionSettings, exceptionOf } from './exception.ts';
import { CONSUMER_DEFAULTS, type ConfigurationFile, type ConsumerFile } from './file/schema.ts';
import type { When } from './when.ts';

/** One consumer, with the defaults filled in. Durations are in milliseconds. */
export interface ConsumerSettings extends When {
  readonly name: string;
  readonly secret: string;
  readonly tokenKey: string;
  /** Undefined on Cloud: the rotator's own user. */
  readonly owner: string | undefined;
  readonly access: Access;
  /** Who begins a rotation. */
  readonly rotation: 'schedule' | 'secrets-manager';
  readonly rotateEveryMs: number;
  readonly gracePeriodMs: number;
  readonly holdPeriodMs: number;
  readonly maxTokenAgeMs: number;
  readonly consumerCacheTtlMs: number;
  /** An authorization's id, or `auto`. */
  readonly adopt: string | undefined;
  readonly onMissing: 'rotate' | 'report';
  /** Whether the current token is tried once a day. */
  readonly probe: 'daily' | 'never';
  /** Whether the end of an old token is proven. */
  readonly proof: boolean;
  readonly convert: boolean;
  readonly createSecret: boolean;
  readonly createOwner: boolean;
  readonly retired: boolean;
  /** Until when its age is no reason to rotate it; undefined: it has no exception. */
  readonly exception: ExceptionSettings | undefined;
}

type Defaults = NonNullable<ConfigurationFile['defaults']>;

export function fillInConsumer(consumer: ConsumerFile, defaults: Defaults): Omit<ConsumerSettings, keyof When> {
  const inForce = <K extends keyof typeof CONSUMER_DEFAULTS>(key: K) =>
    consumer[key] ?? defaults[key] ?? CONSUMER_DEFAULTS[key];
  return {
    name: consumer.name,
    secret: consumer.secret,
    tokenKey: inForce('tokenKey'),
    owner: consumer.owner ?? defaults.owner,
    access: accessOf(consumer),
    rotation: inForce('rotation'),
    rotateEveryMs: ms(inForce('rotateEvery')),
    gracePeriodMs: ms(inForce('gracePeriod')),
    holdPeriodMs: ms(inForce('holdPeriod')),
    maxTokenAgeMs: ms(inForce('maxTokenAge')),
    consumerCacheTtlMs: ms(inForce('consumerCacheTtl')),
    adopt: consumer.adopt?.toLowerCase(),
    onMissing: inForce('onMissing'),
    probe: inForce('probe'),
    proof: inForce('proof'),
    convert: inForce('convert'),
    createSecret: inForce('createSecret'),
    createOwner: inForce('createOwner'),
    retired: consumer.retired ?? false,
    exception: exceptionOf(consumer.exception),
  };
}

function ms(duration: string): number {
  return parseDurationText(duration) ?? Number.NaN;
}
