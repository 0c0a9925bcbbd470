import * as z from 'zod/mini';
import { oneLine } from '../calls/cut.ts';
import type { StateChange } from './changes.ts';
import { RUN, STATES } from './condition.ts';
import type { Deed } from './deeds.ts';

/** The `detail-type` of all of them. */
export const CONSUMER_CHANGED = 'InfluxDB Consumer Changed';

const name = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/));
const time = z.iso.datetime();

/** The `detail` of an event about a change. `docs/events.md` is what readers rely on. */
export const ChangeDetail = z.object({
  /** Of this form. A later one has all that this one has, and may have more. */
  version: z.literal(1),
  deployment: name,
  kind: z.enum(['rotated', 'superseded', 'retired', 'failed', 'recovered', 'blocked', 'due-soon', 'overdue']),
  /** Missing where it is about the run as a whole, so about all consumers. */
  consumer: z.optional(name),
  /** As the configuration has it. */
  secret: z.optional(z.string()),
  /** As far as it is known. */
  secretArn: z.optional(z.string().check(z.regex(/^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+$/))),
  /** Of a change of state: the new one, and the one that was told before. */
  state: z.optional(z.enum(STATES)),
  was: z.optional(z.enum(STATES)),
  /** Of a deed, when it was done. Of a change, since when it is so; of `recovered`, since when it was not. */
  since: time,
  /** Of `docs/codes.md`. */
  code: z.optional(z.string()),
  reason: z.optional(z.string()),
  until: z.optional(time),
  /** Of `rotated`, the new token; of `superseded` and `retired`, the one that it happened to. */
  authorizationId: z.optional(z.string()),
  /** Whether it may have been told before. */
  mayRepeat: z.boolean(),
});

export type ChangeDetail = z.infer<typeof ChangeDetail>;

/** A call of EventBridge has a limit: what one reason quotes must not keep the others from being told. */
const LONGEST_REASON = 2000;

/** What readers of events validate `detail` with. */
export function eventsSchema(): object {
  const title = `influxdb-token-rotation: detail of the event "${CONSUMER_CHANGED}"`;
  return { title, ...z.toJSONSchema(ChangeDetail, { target: 'draft-7', io: 'input' }) };
}

/** Where an event comes from. */
export interface Sender {
  readonly deployment: string;
  readonly arnOf: (secret: string) => string | undefined;
  /** What the function said before is not known. */
  readonly mayRepeat: boolean;
}

export function ofDeed({ kind, consumer, secret, authorizationId, at, until }: Deed, sender: Sender): ChangeDetail {
  const own = { kind, consumer, authorizationId, since: at, ...(until !== undefined && { until }) };
  return {
    version: 1,
    deployment: sender.deployment,
    ...own,
    ...ofSecret(secret, sender),
    mayRepeat: sender.mayRepeat,
  };
}

export function ofChange({ kind, subject, secret, state, was, since, why }: StateChange, sender: Sender): ChangeDetail {
  const consumer = subject === RUN ? {} : { consumer: subject };
  const own = { kind, ...consumer, state, was, since };
  return {
    ...{ version: 1, deployment: sender.deployment, ...own },
    ...(secret !== undefined && ofSecret(secret, sender)),
    ...(why && { ...why, reason: oneLine(why.reason, LONGEST_REASON) }),
    mayRepeat: sender.mayRepeat,
  };
}

function ofSecret(secret: string, { arnOf }: Sender): Pick<ChangeDetail, 'secret' | 'secretArn'> {
  const secretArn = arnOf(secret);
  return secretArn === undefined ? { secret } : { secret, secretArn };
}
