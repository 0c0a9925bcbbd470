import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import { tooOldToPromoteAt } from '../document/grace.ts';
import { type Identity, identityOf, isSameIdentity, markerHash, parseMarker } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import { type Question, type SeenVersion, Unanswered } from '../observe/question.ts';
import { settlingMs } from './asked.ts';
import type { Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import type { PendingProblem } from './pending-problem.ts';
import type { Reason } from './reason.ts';
import { mintedAt } from './reason-to-rotate.ts';
import { frozen } from './when.ts';

/** What the decision about one step of a rotation by Secrets Manager depends on. */
export interface StepFacts extends Pick<Facts, 'now' | 'clocks' | 'deployment' | 'limits' | 'settings' | 'answers'> {
  readonly step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** The version that the rotation makes. */
  readonly versionId: string;
  /** `plan`: runs only report, and nothing is rotated. */
  readonly mode: 'rotate' | 'plan';
}

/** The token in the pending version, as its document and the server say. */
export interface PendingToken {
  readonly identity: Identity;
  readonly token: string;
  readonly row: Authorization;
}

export type StepPlan =
  /** There is nothing to do (any more). */
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: Reason }
  /** The rotator may not read the authorization; `detail` names the missing right. */
  | { readonly kind: 'unseen'; readonly detail: string }
  /** The pending version has no value: whether a token may be made for it is decided like for any other (`plan.ts`). */
  | { readonly kind: 'make' }
  | ({ readonly kind: 'activate' | 'verify' } & PendingToken)
  /** `from`: the version that is current now. */
  | ({ readonly kind: 'promote'; readonly from: string } & PendingToken)
  | { readonly kind: 'question'; readonly question: Question };

/**
 * Decides what one step does. Pure: each step looks at what is, whatever the ones before it said, since Secrets Manager
 * repeats all of them after a failure, and old events may come late (docs/protocol.md, H22).
 */
export function planStep(facts: StepFacts): StepPlan {
  try {
    return decide(facts);
  } catch (error) {
    if (error instanceof Unanswered) return { kind: 'question', question: error.question };
    throw error;
  }
}

function decide(facts: StepFacts): StepPlan {
  const { answers, settings, step, versionId, mode } = facts;
  const { secret } = settings;
  const description = answers.description();
  if (description === undefined) return refused({ code: 'SECRET_NOT_FOUND', secret, consumer: settings.name });
  const { current, pending } = description;
  if (current === versionId) return { kind: 'done' };
  if (settings.retired) return refused({ code: 'RETIRED' });
  if (settings.rotation === 'schedule') return refused({ code: 'ROTATED_ELSEWHERE', secret });
  if (!description.rotationEnabled) return refused({ code: 'ROTATION_OFF', secret });
  if (pending !== versionId) return refused({ code: 'VERSION_NOT_PENDING', secret, versionId });
  const version = answers.version('AWSPENDING');
  // A new configuration is tried with this step alone, on a version without a value.
  if (version === undefined && step === 'testSecret') return { kind: 'done' };
  if (mode === 'plan') return refused({ code: 'PLAN_ONLY' });
  if (current === undefined) return refused({ code: 'SECRET_WITHOUT_VALUE', secret });
  if (version === undefined) return step === 'createSecret' ? { kind: 'make' } : unusable(facts, 'empty');
  if (version.versionId !== versionId) return refused({ code: 'CHANGED_MEANWHILE' });
  return decideWithValue(facts, description, current, version);
}

/** The value is there: is it ours, does its authorization exist, and may it still become current? */
function decideWithValue(
  facts: StepFacts,
  description: SecretDescription,
  from: string,
  { content }: SeenVersion,
): StepPlan {
  const { answers, clocks, deployment, limits, now, settings, step, versionId } = facts;
  const identity = identityOf(deployment, settings.name, description.arn);
  const document = content.kind === 'ours' ? ownDocument(content, identity) : undefined;
  const { token } = content;
  if (document === undefined || token === undefined) return unusable(facts, 'foreign');
  if (document.replaces !== from) return unusable(facts, 'outdated');
  if (step === 'createSecret') return { kind: 'done' };
  const found = answers.authorization(document.authorizationId);
  if (found.kind === 'unseen') return found;
  if (found.kind !== 'found') return unusable(facts, 'gone');
  const { row } = found;
  // T1: whoever writes the secret can name any authorization there. Only the server says whose it is.
  const marker = parseMarker(row.description);
  const isOurs = marker !== undefined && isSameIdentity(marker, identity) && marker.rotationId === versionId;
  if (!isOurs || (marker.tokenHash ?? markerHash(token)) !== markerHash(token)) return unusable(facts, 'foreign');
  // The activation would write over the note.
  if (marker.compromised) return unusable(facts, 'leaked');
  if (clocks.kind === 'disagree') return refused({ code: 'CLOCKS_DISAGREE', detail: clocks.detail });
  // H21: older tokens are superseded since it was put, and must not end right after they were current.
  const storedAt = mintedAt(document, row, limits.clockToleranceMs);
  if (tooOldToPromoteAt(storedAt, limits, settings) <= now) return unusable(facts, 'old');
  const pendingToken = { identity, token, row };
  const works = row.status === 'active' && marker.tokenHash !== undefined;
  if (step === 'setSecret') return works ? { kind: 'done' } : { kind: 'activate', ...pendingToken };
  if (!works) return unusable(facts, 'off');
  if (step === 'testSecret') return { kind: 'verify', ...pendingToken };
  const until = unsettledUntil(facts, description, storedAt);
  if (until > now) return refused({ code: 'PENDING_UNSETTLED', secret: settings.secret, versionId, until });
  const freeze = frozen(facts);
  if (freeze !== undefined && currentWorks(facts, identity, from)) return refused(freeze.reason);
  return { kind: 'promote', from, ...pendingToken };
}

/** A freeze keeps what works; what is missing, off or leaked does not wait for its end. */
function currentWorks({ answers }: StepFacts, identity: Identity, current: string): boolean {
  const content = answers.stored(current)?.content;
  const document = content && ownDocument(content, identity);
  if (document === undefined) return false;
  const found = answers.authorization(document.authorizationId);
  if (found.kind !== 'found') return found.kind === 'unseen';
  const { status, description } = found.row;
  return status === 'active' && parseMarker(description)?.compromised !== true;
}

/**
 * H20: with rotation off, a run may take the token for a leftover, once the secret has rested for a grace period. If it
 * was touched only now, that run's last request may still be under way.
 */
function unsettledUntil(
  { limits, settings }: StepFacts,
  { lastChangedAt = 0 }: SecretDescription,
  storedAt: number,
): number {
  const restedBefore = lastChangedAt - storedAt >= settings.gracePeriodMs - limits.clockToleranceMs;
  return restedBefore ? lastChangedAt + settlingMs(limits) : 0;
}

function refused(reason: Obstacle['reason']): StepPlan {
  return { kind: 'refused', reason };
}

function unusable({ settings: { secret }, versionId }: StepFacts, problem: PendingProblem): StepPlan {
  return refused({ code: 'PENDING_UNUSABLE', secret, versionId, problem });
}
