import { longestRunPeriodMs } from '../../config/worst-wait.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { RotationDocument } from '../document/document.ts';
import { ownDocument } from '../document/own.ts';
import { nextAllowed } from './allowed.ts';
import type { Canary } from './canary.ts';
import type { Decision, Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import { isOnlyOfOlder } from './older-token-alarm.ts';
import type { Reason } from './reason.ts';
import { mintedAt } from './reason-to-rotate.ts';
import { latestMint } from './when.ts';

/** The token that works now. */
interface Replaced {
  readonly document: RotationDocument | undefined;
  readonly replaces?: Authorization;
}

// The others follow when each canary has had its present token for the soak, and is well. Nothing is remembered for
// that: how old the token is stands in the canary's document and row, and how it is, each run finds out.

/** What the others make of a canary. @param decision undefined if this run could not decide for it. */
export function canaryOf(facts: Facts, decision: Decision | undefined, soakMs: number): Canary {
  const { settings, now } = facts;
  const consumer = settings.name;
  const why = decision?.obstacle?.code ?? decision?.reason.code;
  // The next run looks again.
  if (decision?.state === 'changed') return { consumer, state: 'due', wellAt: now, why };
  const isWell = decision !== undefined && (WELL.has(decision.state) || isOnlyOfOlder(decision));
  if (!isWell) return { consumer, state: 'unwell', wellAt: undefined, why };
  if (decision.next !== undefined) return { consumer, state: 'due', wellAt: now + soakMs, why };
  if (decision.state === 'waiting') {
    const { obstacle } = decision;
    const until = obstacle !== undefined && 'until' in obstacle ? obstacle.until : undefined;
    return { consumer, state: 'due', wellAt: (until ?? now) + soakMs, why };
  }
  const wellAt = currentSince(facts) + soakMs;
  return { consumer, state: wellAt > now ? 'soaking' : 'well', wellAt, why };
}

const WELL: ReadonlySet<Decision['state']> = new Set(['idle', 'acting', 'waiting']);

/** Since when the canary has the token that it has. */
function currentSince({ secret, listing, limits, now }: Facts): number {
  if (secret.kind !== 'value') return now;
  const document = ownDocument(secret.content, secret.identity);
  if (document === undefined) return now;
  const row = listing.get(document.authorizationId);
  return row === undefined ? document.mintedAt : mintedAt(document, row, limits.clockToleranceMs);
}

/** The guard: a canary is not well yet. But no token gets older than `maxTokenAge` for that (T4). */
export function canariesFirst(facts: Facts, token: Replaced): Obstacle | undefined {
  const canary = firstUnready(facts);
  if (canary === undefined || isLastChance(facts, token)) return undefined;
  const latest = latestOf(facts, token);
  return {
    state: 'waiting',
    reason: { code: 'CANARY_FIRST', ...aboutOf(canary), until: Math.min(canary.wellAt ?? latest, latest) },
  };
}

/** It gets a new token by the schedule in this run, because the canaries are well. */
export function isFollowing({ canaries }: Facts, { next, reason }: Decision): boolean {
  return canaries.length > 0 && next?.kind === 'mint' && BY_SCHEDULE.has(reason.code);
}

const BY_SCHEDULE: ReadonlySet<ReasonCode> = new Set(['DUE', 'PERMISSIONS_CHANGED', 'OWNER_CHANGED']);

/** A canary that is passed, so that the token does not get too old. */
export function passedCanary(facts: Facts, token: Replaced): Reason<'CANARY_PASSED'> | undefined {
  const canary = firstUnready(facts);
  return canary && isLastChance(facts, token) ? { code: 'CANARY_PASSED', ...aboutOf(canary) } : undefined;
}

/** When all canaries were well, so that this consumer could follow; undefined if they are not. */
export function followsSince(facts: Facts, token: Replaced): number | undefined {
  if (facts.canaries.length === 0 || isLastChance(facts, token)) return 0;
  return firstUnready(facts) === undefined ? Math.max(...facts.canaries.map(({ wellAt = 0 }) => wellAt)) : undefined;
}

/** The one to wait for longest; one that is unwell before all others. */
function firstUnready({ canaries }: Facts): Canary | undefined {
  const last = ({ wellAt }: Canary) => wellAt ?? Number.POSITIVE_INFINITY;
  return canaries.filter(({ state }) => state !== 'well').toSorted((one, other) => last(other) - last(one))[0];
}

function aboutOf({ consumer, state, why }: Canary): Omit<Reason<'CANARY_PASSED'>, 'code'> {
  return { canary: consumer, state, ...(state === 'unwell' && why !== undefined && { why }) };
}

/** The next run that may replace the token could be too late for it. */
function isLastChance(facts: Facts, token: Replaced): boolean {
  const { now, settings, scheduleMs } = facts;
  return nextAllowed(settings, now + longestRunPeriodMs(scheduleMs)) > latestOf(facts, token);
}

/** What there is no old token for can wait for ever; such mints have other occasions. */
function latestOf(facts: Facts, { document, replaces }: Replaced): number {
  if (document === undefined || replaces === undefined) return Number.POSITIVE_INFINITY;
  return latestMint(facts, document, replaces);
}
