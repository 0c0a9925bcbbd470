import type { ErrorCode } from '../../log/coded-error.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import { wasSeen } from './out-of-time.ts';
import type { ConsumerReport, TokenReport } from './report.ts';

/**
 * - `compliant`: everything is as it was agreed. `exempt`: so it is, because an exception is in force.
 * - `non-compliant`: at least one thing is not. `retired`: the consumer is to end, and is ending.
 * - `unknown`: this run could not look at the consumer.
 */
export type Verdict = 'compliant' | 'exempt' | 'non-compliant' | 'retired' | 'unknown';

/** What is not as it was agreed, the worst first. */
export interface Breach {
  readonly kind: 'no-access' | 'failed' | 'blocked' | 'overdue' | 'exception-expired';
  /** Of `docs/codes.md`: what is wrong with the consumer by its reason or error, or one of these. */
  readonly code: ReasonCode | ErrorCode | 'NO_ACCESS' | 'TOKEN_OVERDUE';
  readonly text: string;
}

export interface Compliance {
  readonly verdict: Verdict;
  /** None unless the verdict is `non-compliant`. */
  readonly breaches: readonly Breach[];
}

type Seen = Pick<
  ConsumerReport,
  'access' | 'state' | 'reason' | 'why' | 'obstacle' | 'errorCode' | 'notes' | 'tokens' | 'exception'
>;

/** Whether a consumer is as it was agreed: the one answer to that, whoever asks. */
export function complianceOf(report: Seen): Compliance {
  const expired = expiredException(report);
  if (!wasSeen(report))
    return expired.length === 0
      ? { verdict: 'unknown', breaches: [] }
      : { verdict: 'non-compliant', breaches: expired };
  const breaches = [...withoutAccess(report), ...stopped(report), ...overdue(report.tokens), ...expired];
  if (breaches.length > 0) return { verdict: 'non-compliant', breaches };
  if (report.access === 'retired') return { verdict: 'retired', breaches };
  return { verdict: report.exception?.inForce ? 'exempt' : 'compliant', breaches };
}

function withoutAccess({ access, reason }: Seen): Breach[] {
  if (access !== 'none') return [];
  return [{ kind: 'no-access', code: 'NO_ACCESS', text: `its applications have no working token: ${reason}` }];
}

/** Who has no access is told why as part of that. */
function stopped({ state, reason, why, obstacle, errorCode, access }: Seen): Breach[] {
  if (access === 'none' || (state !== 'failed' && state !== 'blocked')) return [];
  return [{ kind: state, code: errorCode ?? (obstacle ?? why).code, text: reason }];
}

function overdue(tokens: readonly TokenReport[]): Breach[] {
  return tokens
    .filter((token) => token.overdue)
    .map(({ role, authorizationId, overdueAt }) => ({
      ...({ kind: 'overdue', code: 'TOKEN_OVERDUE' } as const),
      text: `its ${role} token, authorization ${authorizationId}, is older than "maxTokenAge"${overdueAt === undefined ? '' : ` since ${overdueAt}`}`,
    }));
}

/** The reason comes last: where there is little room, it may be cut. */
function expiredException({ exception }: Seen): Breach[] {
  if (exception === undefined || exception.inForce) return [];
  const { reason, until } = exception;
  return [
    {
      ...({ kind: 'exception-expired', code: 'EXCEPTION_EXPIRED' } as const),
      text: `its exception ended at ${until}: remove "exception" from the configuration, or have it renewed; its reason was "${reason}"`,
    },
  ];
}
