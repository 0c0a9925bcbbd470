import * as z from 'zod/mini';
import { jsonIn } from '../aws/said.ts';
import { DAY_MS } from '../config/duration.ts';
import { RequestError } from '../requests/request.ts';

/** What AWS Config sends when it wants its rule answered. More fields come, and mean nothing here. */
const Event = z.object({
  invokingEvent: z.string(),
  resultToken: z.string().check(z.minLength(1)),
  configRuleArn: z.string().check(z.regex(/^arn:[\w-]+:config:[\w-]+:\d{12}:config-rule\/[\w-]+$/)),
  configRuleName: z.string().check(z.minLength(1), z.maxLength(128)),
  accountId: z.string().check(z.regex(/^\d{12}$/)),
});

/** The text in it. */
const Invoking = z.object({
  messageType: z.literal('ScheduledNotification'),
  awsAccountId: z.string(),
  notificationCreationTime: z.iso.datetime({ offset: true }),
});

/** A rule of AWS Config that is to be answered. */
export interface RuleAsked {
  readonly name: string;
  /** By it, Config knows the rule and the event again. */
  readonly resultToken: string;
  /** When Config asked, in milliseconds since the epoch: of two answers, the one to the later question counts. */
  readonly at: number;
}

export interface Place {
  /** Of this function. */
  readonly functionArn: string | undefined;
  readonly now: number;
  readonly clockToleranceMs: number;
}

/**
 * The rule that an event of AWS Config asks about. Whoever may invoke the function can make up such
 * an event: so it decides nothing but whom the answer goes to, and when it was asked for.
 * @throws {RequestError} if it is not understood, or is not from this account and Region.
 */
export function ruleIn(event: object, place: Place): RuleAsked {
  const { resultToken, invokingEvent, configRuleArn, configRuleName: name, accountId } = understood(Event, event, '');
  const { awsAccountId, notificationCreationTime } = understood(Invoking, jsonIn(invokingEvent), 'invokingEvent.');
  const [, , , region, account] = (place.functionArn ?? '').split(':');
  const [, , , ruleRegion, ruleAccount] = configRuleArn.split(':');
  if (account === undefined || [accountId, awsAccountId, ruleAccount].some((each) => each !== account))
    throw new RequestError('the event of AWS Config is not about the account of this function');
  if (ruleRegion !== region)
    throw new RequestError(`the rule of AWS Config is in Region ${ruleRegion}, and this function in ${region}`);
  const at = Date.parse(notificationCreationTime);
  // A time to come would keep later answers from being taken.
  if (at > place.now + place.clockToleranceMs || at < place.now - DAY_MS)
    throw new RequestError(`the event of AWS Config is not of this day: it was made at ${notificationCreationTime}`);
  return { name, resultToken, at };
}

function understood<T>(schema: z.ZodMiniType<T>, value: unknown, before: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path }) => `${before}${path.join('.')}`).join(', ');
  throw new RequestError(`the event of AWS Config is not understood, at ${wrong}: its rule must be a periodic one`);
}
