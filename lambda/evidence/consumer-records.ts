import { arnOf } from '../engine/observe/observed-secret.ts';
import { describe } from '../engine/plan/describe.ts';
import type { Facts } from '../engine/plan/facts.ts';
import type { ConsumerReport, TokenReport } from '../engine/report/report.ts';
import type { Deed, Token } from './deed.ts';
import type { ConsumerRecord, IntentRecord, Unlinked } from './record.ts';

/** A consumer for whom something was done. */
export interface Consumer {
  readonly name: string;
  /** As configured; undefined of one that is configured no more. */
  readonly secret: string | undefined;
  readonly deeds: readonly Deed[];
  /** What the run saw of it, and what it says of it; undefined where it did not look at all of it. */
  readonly facts: Facts | undefined;
  readonly report: ConsumerReport | undefined;
}

/** A consumer that no run looks at any more, or that a step alone was about. */
const UNSEEN = { state: 'acting', access: 'unknown' } as const;

/** @param isWhole the run looked at all of the consumer, and what is not on record was reconstructed. */
export function consumerRecord(
  { name, secret = '', deeds, facts, report }: Consumer,
  isWhole: boolean,
): Unlinked<ConsumerRecord> {
  const { state, access } = report ?? UNSEEN;
  const why = report?.why.code ?? 'ROTATE_SECRET_CALLED';
  const { errorCode } = report ?? {};
  return {
    kind: 'consumer',
    consumer: name,
    secret,
    ...ofSecret(facts),
    ...{ state, access, why: { code: why, reason: report?.reason ?? describe({ code: 'ROTATE_SECRET_CALLED' }) } },
    deeds: [...deeds],
    tokens:
      isWhole && report !== undefined ? report.tokens.map((token) => tokenIn(token, ownerOf(token, facts, deeds))) : [],
    ...(errorCode !== undefined && report !== undefined && { failure: { code: errorCode, message: report.reason } }),
  };
}

/** What of its secret was read. */
export function ofSecret(facts: Facts | undefined): { readonly secretArn?: string; readonly versionId?: string } {
  const secretArn = facts && arnOf(facts.secret);
  const versionId = facts?.secret.kind === 'value' ? facts.secret.versionId : undefined;
  return { ...(secretArn !== undefined && { secretArn }), ...(versionId !== undefined && { versionId }) };
}

type Owner = Pick<Token, 'orgId' | 'userId'>;

export function tokenIn({ overdue: _, ...token }: TokenReport, owner: Owner, intendedAt?: string): Token {
  return { ...token, ...owner, ...(intendedAt !== undefined && { intendedAt }) };
}

/** As the lists show it, or, of one that this run made, as it was asked for. */
export function ownerOf(
  { authorizationId }: Pick<TokenReport, 'authorizationId'>,
  facts: Facts | undefined,
  deeds: readonly Deed[],
): Owner {
  const row = facts?.listing.get(authorizationId);
  if (row !== undefined) return { orgId: row.orgId, userId: row.userId };
  const made = deeds.find((deed) => deed.what === 'minted' && deed.authorizationId === authorizationId);
  if (made?.userId === undefined || facts?.target.kind !== 'resolved') return {};
  return { orgId: facts.target.orgId, userId: made.userId };
}

/** The deletions that follow once a hold period is over, as far as none of them is on record (E2). */
export function laterDeletions(
  { name, deeds, report }: Consumer,
  isIntended: (authorizationId: string) => boolean,
): Unlinked<IntentRecord>[] {
  return (report?.tokens ?? []).flatMap(({ authorizationId, role, status, endsAt }) => {
    if (status !== 'inactive' || endsAt === undefined || isIntended(authorizationId)) return [];
    const code = role === 'superseded' ? 'HOLD_OVER' : 'LEFT_BEHIND_AND_HELD';
    const { reason = describe({ code, authorizationId }), reasonCode = code } =
      deeds.findLast((deed) => deed.what === 'switched-off' && deed.authorizationId === authorizationId) ?? {};
    return { kind: 'intent', consumer: name, authorizationId, notBefore: endsAt, reason, reasonCode };
  });
}
