import type { Permission } from '../../config/permission.ts';
import type { Grant } from '../../influxdb/grant.ts';
import { describePermission } from '../../influxdb/permissions.ts';
import { leastPermission } from '../../influxdb/refusals.ts';
import type { Decision, Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

// What a person is told of the rotator's own token.

/** It is the rotator's own token, not a consumer's. */
export function isOwn({ settings }: Pick<Facts, 'settings'>): boolean {
  return settings.access.kind === 'rotator';
}

/** H4: a successor without these rights could neither end the present token nor be replaced. */
export function ownRightMissing({ target }: Facts): Obstacle | undefined {
  const missing = target.kind === 'resolved' ? target.own?.withoutWhich : undefined;
  if (missing === undefined) return undefined;
  return { state: 'failed', reason: { code: 'RIGHT_MISSING', right: describePermission(missing) } };
}

/** What an operator should know of the rights of the rotator's own token. */
export function notesOnOwnRights(facts: Facts): Reason[] {
  const { target, settings } = facts;
  if (target.kind !== 'resolved' || target.own === undefined) return [];
  const { dropped } = target.own;
  const lacking = [...target.own.lacking, ...target.own.unseen];
  return [
    ...(lacking.length === 0 ? [] : [ownTokenNeeded(facts, lacking)]),
    ...(dropped.length === 0 ? [] : [{ code: 'RIGHTS_SHRINK', secret: settings.secret, rights: dropped } as const]),
  ];
}

/** Whether the present token may make the next one is only known if InfluxDB is asked. */
export function mayOnlyBeAsked({ target }: Facts, { next }: Decision): boolean {
  return next?.kind === 'mint' && target.kind === 'resolved' && target.own?.isKnown === false;
}

/** With the command for a person, where InfluxDB said that the present token may not make the next one. */
export function withCommand(facts: Facts, decision: Decision, grant: Grant): Decision {
  const right = grant.kind === 'may-not' && isOwn(facts) ? leastPermission(grant.right) : undefined;
  return right === undefined ? decision : { ...decision, notes: [...decision.notes, ownTokenNeeded(facts, [right])] };
}

/** That a person must make the next token, with all that it needs. */
export function ownTokenNeeded(
  { target, settings }: Facts,
  lacking: readonly Permission[],
): Reason<'OWN_RIGHTS_LACKING'> {
  if (target.kind !== 'resolved' || target.own === undefined) throw new Error("it is about the rotator's own token");
  const { orgId, userId = '', own } = target;
  const { secret, tokenKey } = settings;
  return {
    code: 'OWN_RIGHTS_LACKING',
    secret,
    tokenKey,
    orgId,
    userId,
    rights: lacking,
    wanted: [...own.wanted, ...own.unseen],
  };
}
