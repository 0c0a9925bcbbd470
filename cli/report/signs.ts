import type { ConsumerReport, TokenReport } from '../../lambda/engine/report/report.ts';
import type { Token } from '../../lambda/evidence/deed.ts';
import type { CensusEntry, ConsumerRecord } from '../../lambda/evidence/record.ts';
import type { ReasonCode } from '../../lambda/log/reason-codes.ts';
import type { Signs } from '../status/health.ts';
import type { ConsumerEntry } from './consumer.ts';

/**
 * How a consumer was at the end of what is on record, as a run would have reported it: from the later one of the two. The
 * records are of any version that wrote them, so their words need not be ours.
 */
export function signsIn(
  census: { readonly at: number; readonly entry: CensusEntry } | undefined,
  record: ConsumerRecord | undefined,
  at: number,
): Signs {
  const isRecordLater = record !== undefined && Date.parse(record.at) > (census?.at ?? 0);
  const { state = 'idle', access = 'unknown', tokens = [] } = (isRecordLater ? record : census?.entry) ?? {};
  const code = isRecordLater ? record.why.code : (census?.entry.code ?? '');
  const exception = census?.entry.exception && withForce(census.entry.exception, at);
  return {
    access: access as ConsumerReport['access'],
    // What was due was done by the run that wrote it down.
    state: (isRecordLater && state === 'acting' ? 'idle' : state) as ConsumerReport['state'],
    reason: isRecordLater ? record.why.reason : wordsOf(code),
    why: { code: code as ReasonCode },
    obstacle: undefined,
    errorCode: undefined,
    notes: [],
    tokens: tokens.map((token) => withAge(token, exception?.inForce === true, at)),
    ...(exception !== undefined && { exception }),
  };
}

export function withForce(
  exception: NonNullable<CensusEntry['exception']>,
  at: number,
): ConsumerEntry['exception'] & object {
  return { ...exception, inForce: Date.parse(exception.until) > at };
}

/** A census has the code alone. */
function wordsOf(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

/** As the function counts it: an exception excuses the age of what is in use. */
function withAge({ authorizationId, role, status, ...times }: Token, isExempt: boolean, at: number): TokenReport {
  const { mintedAt, supersededAt, overdueAt, inactiveSince, endsAt } = times;
  const isInUse = role === 'current' || (endsAt !== undefined && Date.parse(endsAt) > at);
  const isOld = status === 'active' && overdueAt !== undefined && Date.parse(overdueAt) < at;
  return {
    ...{ authorizationId, role, status, mintedAt, supersededAt, overdueAt, inactiveSince, endsAt },
    overdue: isOld && !(isExempt && isInUse),
  };
}
