import type { Configuration } from '../../config/configuration.ts';
import { type Identity, identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { Target } from '../observe/target.ts';
import { youngRow } from './before-a-mint.ts';
import { countedRows } from './counted-rows.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { nameUnresolved } from './name-unresolved.ts';
import { youngUntil } from './next-ledger.ts';
import type { Reason } from './reason.ts';
import { frozen } from './when.ts';

/** A dead authorization like the consumer's next token, which a check makes and deletes again. */
export interface TrialOfMint {
  readonly identity: Identity;
  readonly target: Target;
  readonly userId: string;
}

/**
 * What a check tries for this consumer, or why it tries nothing. A trial is the first step of a rotation and its undo, so
 * whatever dies leaves nothing but what a rotation may leave, too. Its marker is the consumer's, so the runs sweep it (R7).
 * Until then it makes that consumer's next rotation wait, for a lease at most. A marker of the rotator's would make nobody
 * wait, and nobody would sweep it where `influxdb.self` is not set.
 */
export function trialOfMint(facts: Facts, decision: Decision, mode: Configuration['mode']): TrialOfMint | Reason {
  const { settings, target } = facts;
  if (settings.retired) return { code: 'RETIRED' };
  if (decision.state === 'changed') return decision.reason;
  if (target.kind === 'unresolved') return nameUnresolved(target);
  const known = unfit(decision);
  if (known !== undefined) return known;
  if (mode === 'plan') return { code: 'PLAN_ONLY' };
  const { userId } = target;
  if (userId === undefined) return { code: 'MADE_WITH_FIRST_TOKEN', what: 'owner' };
  const identity = identityIn(facts);
  if (identity === undefined)
    return decision.state === 'failed' ? decision.reason : { code: 'MADE_WITH_FIRST_TOKEN', what: 'secret' };
  return inTheWay(facts, decision, identity) ?? { identity, target, userId };
}

/** InfluxDB was asked already, and would refuse the mint, or make a token that does not work. */
function unfit({ reason, obstacle, notes }: Decision): Reason | undefined {
  return [reason, obstacle, ...notes].find(
    (each) => each?.code === 'RIGHT_MISSING' || each?.code === 'NAME_UNRESOLVED',
  );
}

/** Undefined where the secret does not exist, or may not be read: what is left of the trial could not be told from others'. */
function identityIn({ secret, answers, deployment, settings }: Facts): Identity | undefined {
  if (secret.kind === 'value') return secret.identity;
  const described = answers.knownDescription();
  if (secret.kind !== 'not-found' || described === 'unasked' || described === undefined) return undefined;
  return described.deletedAt === undefined ? identityOf(deployment, settings.name, described.arn) : undefined;
}

/** What a trial could hold up, or what should not be written now. */
function inTheWay(facts: Facts, { next, reason }: Decision, identity: Identity): Reason | undefined {
  const freeze = frozen(facts);
  if (freeze !== undefined) return freeze.reason;
  const { secret, listing } = facts;
  const document = secret.kind === 'value' ? ownDocument(secret.content, identity) : undefined;
  const marked = countedRows(facts, listing.markedAs(identity), document);
  const young = youngRow(facts, { marked, document });
  if (young !== undefined) return { code: 'TOO_YOUNG', authorizationId: young.row.id, until: youngUntil(young, facts) };
  // A run that is as urgent as this counts what is young, and undoes its own mint if it is one too many (U4).
  return next === undefined || (next.kind === 'mint' && !next.secondLook) ? undefined : reason;
}
