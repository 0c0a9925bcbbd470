import * as z from 'zod';
import { complianceOf } from '../../lambda/engine/report/compliance.ts';
import type {
  ActionReport,
  ConsumerReport,
  RunCounts,
  RunReport,
  TokenReport,
} from '../../lambda/engine/report/report.ts';
import { NOTHING_DUE } from '../../lambda/log/reason-codes.ts';
import type { Past } from '../log/past.ts';
import { lastProof } from '../log/proof-of-life.ts';
import type { Typed } from '../typed.ts';
import { endOf, isInUse } from './end-of-token.ts';
import { byHealth, HEALTHS, type Health, healthOf, isOutOfPolicy } from './health.ts';
import { LAST_EVENT, lastEvents } from './last-events.ts';
import { minuteOf } from './lines.ts';
import { nextCommand } from './next-command.ts';
import { OTHER, othersOf } from './others.ts';
import { sinceInLog } from './since-in-log.ts';

const time = z.iso.datetime().describe('ISO 8601, UTC');

const OLDER = z
  .strictObject({
    authorizationId: z.string(),
    phase: z
      .enum(['works', 'off', 'unknown'])
      .describe('it still works, it is switched off, or a call about it was not answered'),
    until: time.optional().describe('it works until then at least, or, switched off, is deleted after it'),
  })
  .describe('a token before the current one, or one that a run left behind');

const CONSUMER = z.strictObject({
  consumer: z.string(),
  secret: z.string(),
  health: z.enum(HEALTHS).describe('worst first'),
  since: time
    .optional()
    .describe('how long it has been so, where the servers show it, or the log of a consumer that was named'),
  authorizationId: z.string().optional().describe('of the current token'),
  mintedAt: time.optional().describe('of the current token'),
  overdueAt: time.optional().describe('when the current token is older than maxTokenAge'),
  provenAt: time
    .nullable()
    .optional()
    .describe('when the current token was last seen to work; null: not in two days; left out where it is not known'),
  nextRotationAt: time.optional().describe('where nothing is due before'),
  older: z.array(OLDER),
  events: z.array(LAST_EVENT).optional().describe('of a consumer that was named, the last of its log, in order'),
  exception: z
    .strictObject({ reason: z.string(), approvedBy: z.string(), until: time, inForce: z.boolean() })
    .optional()
    .describe('why its age is no reason to rotate it, and until when; it is over if it is not in force'),
  reason: z.string().describe('what is due, or what is wrong'),
  code: z.string().describe('of docs/codes.md'),
  next: z.string().optional().describe('the command to type next'),
});

/** What `status --json` prints. */
export const STATUS = z
  .strictObject({
    deployment: z.string(),
    at: time,
    consumers: z.array(CONSUMER).describe('the worst first'),
    omitted: z.int().describe('consumers that the answer had no room for; the most urgent are kept'),
    others: z.array(OTHER).describe('tokens of no consumer, and values that are shared'),
    errors: z.array(z.string()).describe('why the function could not look'),
    outOfPolicy: z
      .int()
      .describe(
        'how many consumers, at least, are without access, failed, blocked, overdue or with an expired exception, omitted ones included',
      ),
  })
  .describe('How the consumers of one deployment are');

export type Status = z.infer<typeof STATUS>;
export type ConsumerStatus = z.infer<typeof CONSUMER>;

/**
 * @param typed a command as it is typed here.
 * @param past what the function's log says of the days before; undefined where there is none.
 */
export function statusOf(report: RunReport, typed: Typed, past?: Past): Status {
  const { deployment, startedAt, consumers, omitted, errors } = report;
  const all = consumers
    .map((each) => ({ ...consumerStatus(each, typed), ...(past && pastOf(each, report, past)) }))
    .sort(byHealth);
  return {
    deployment,
    at: startedAt,
    consumers: all,
    omitted: omitted?.consumers ?? 0,
    others: othersOf(report, typed),
    errors: errors.map(({ message }) => message),
    outOfPolicy: outOfPolicyIn(all, report.counts),
  };
}

/** Of those that the answer had no room for, only the figures tell. */
function outOfPolicyIn(
  shown: readonly ConsumerStatus[],
  { failed, blocked, withoutAccess, overdue }: RunCounts,
): number {
  const seen = shown.filter(({ health }) => isOutOfPolicy(health)).length;
  return Math.max(seen, failed + blocked, withoutAccess, Math.min(overdue, 1));
}

function consumerStatus(report: ConsumerReport, typed: Typed): ConsumerStatus {
  const { consumer, secret, tokens, why, exception } = report;
  const current = tokens.find(({ role }) => role === 'current');
  const health = healthOf(report);
  const since = sinceWhen(health, report, current);
  const next = nextCommand(report);
  return {
    ...{ consumer, secret, health },
    ...(since !== undefined && { since }),
    ...(current !== undefined && { authorizationId: current.authorizationId }),
    ...(current?.mintedAt !== undefined && { mintedAt: current.mintedAt }),
    ...(current?.overdueAt !== undefined && { overdueAt: current.overdueAt }),
    ...(NOTHING_DUE.has(why.code) && why.until !== undefined && { nextRotationAt: why.until }),
    older: tokens.flatMap((token) => olderToken(token, report)),
    ...(exception !== undefined && { exception }),
    ...saidOf(report, health),
    ...(next !== undefined && { next: typed(next) }),
  };
}

/**
 * What is due, or what is wrong, and its code. The reason is about the next token: it does not say that an older one is
 * too old or is to end, nor that an exception is over.
 */
function saidOf(report: ConsumerReport, health: Health): Pick<ConsumerStatus, 'reason' | 'code'> {
  const { reason, why, obstacle, actions } = report;
  const { code } = obstacle ?? why;
  const [first] = actions;
  if (health === 'exception-expired')
    return { reason: complianceOf(report).breaches[0]?.text ?? reason, code: 'EXCEPTION_EXPIRED' };
  if (health === 'due' && (NOTHING_DUE.has(code) || code === 'RETIRED') && first !== undefined)
    return { reason: `the next run ${actions.map(endIn).join(', and ')}`, code: first.reasonCode };
  return { reason: health === 'overdue' ? tooOld(report) : reason, code };
}

function endIn({ kind, authorizationId, reason }: ActionReport): string {
  const deed = kind === 'delete' ? `deletes token ${authorizationId}` : `switches token ${authorizationId} off`;
  return `${deed} (${reason})`;
}

function tooOld({ reason, tokens }: ConsumerReport): string {
  const old = tokens.find(({ overdue, role }) => overdue && role !== 'current');
  if (old === undefined) return reason;
  const until = old.endsAt === undefined ? '' : `, and works until ${minuteOf(old.endsAt)} UTC at least`;
  return `the ${old.role} token, authorization ${old.authorizationId}, is older than "maxTokenAge"${until}; ${reason}`;
}

function sinceWhen(
  health: Health,
  { tokens, exception }: ConsumerReport,
  current: TokenReport | undefined,
): string | undefined {
  if (health === 'no-access') return current?.inactiveSince;
  if (health === 'exception-expired') return exception?.until;
  return health === 'overdue' ? tokens.find(({ overdue }) => overdue)?.overdueAt : undefined;
}

function pastOf(
  each: ConsumerReport,
  report: RunReport,
  past: Past,
): Pick<ConsumerStatus, 'provenAt' | 'events' | 'since'> {
  const since = sinceInLog(healthOf(each), each.consumer, report, past);
  const provenAt = lastProof(each, report, past);
  const isKnown = past.consumer === each.consumer && (past.problem === undefined || past.events.length > 0);
  return {
    ...(since !== undefined && { since }),
    ...(provenAt !== undefined && { provenAt }),
    ...(isKnown && { events: lastEvents(past.events) }),
  };
}

function olderToken(token: TokenReport, report: ConsumerReport): ConsumerStatus['older'] {
  const { authorizationId, status } = token;
  if (isInUse(token, report) || status === 'gone') return [];
  const phase = status === 'active' ? 'works' : status === 'inactive' ? 'off' : 'unknown';
  const until = endOf(token, report);
  return [{ authorizationId, phase, ...(until !== undefined && { until }) }];
}
