import { DAY_MS } from '../../config/duration.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import { nextAllowed } from './allowed.ts';
import { isForced } from './asked.ts';
import { type Occasion, obstacleTo, type WantedMint } from './before-a-mint.ts';
import { followsSince, passedCanary } from './canaries.ts';
import { acting, type Decision, kept, type Obstacle, type Rest } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';
import { recentChanges } from './recent-changes.ts';
import { endsOfNotes } from './refusal-notes.ts';
import type { Mint, StartingVersion } from './steps.ts';
import { isAllFrozen, latestMint } from './when.ts';

/** A mint that a rule asks for. */
export interface MintRequest extends WantedMint {
  readonly reason: Reason;
  readonly occasion: Occasion;
  readonly start: StartingVersion | undefined;
  readonly createFirst?: Mint['createFirst'];
  /** Since when it is due, in milliseconds since the epoch; undefined where nothing tells. */
  readonly dueSince?: number | undefined;
}

/** A wait that lasts longer than this is an alarm: somebody has to look (T4). */
const LONGEST_WAIT_MS = DAY_MS;

/** What the configuration lets wait, however long, as long as no token gets too old. */
const BY_PLAN: ReadonlySet<ReasonCode> = new Set(['FROZEN', 'OUTSIDE_WINDOW', 'CANARY_FIRST']);

/** The occasions on which the consumer may still have a working token. */
const NOT_URGENT: ReadonlySet<Occasion> = new Set(['scheduled', 'first', 'requested', 'compromised']);

/** The mint, or what keeps this run from it. */
export function mintUnlessKept(facts: Facts, request: MintRequest, given: Rest = {}): Decision {
  const rest = withEndsOfNotes(facts, request, given);
  const { reason, occasion, start, createFirst } = request;
  const { target, into } = facts;
  const obstacle = obstacleTo(facts, request, occasion);
  if (obstacle !== undefined) return kept(reason, asAlarm(facts, request, obstacle), rest);
  if (target.kind !== 'resolved') throw new Error('a guard keeps a mint without a target from happening');
  const urgent = !NOT_URGENT.has(occasion);
  // Where no token of ours lives, nobody else is making one for the same reason.
  const secondLook =
    urgent || occasion === 'compromised' || isForced(facts) || (occasion === 'first' && request.marked.length > 0);
  const ledger = request.ledger();
  const { changes, again } = recentChanges(facts, target, request.document, request.replaces);
  const mint: Mint = { kind: 'mint', reason, urgent, createFirst, start, target, ledger, secondLook, changes, into };
  const passed = occasion === 'scheduled' ? passedCanary(facts, request) : undefined;
  const notes = [...(rest.notes ?? []), ...(passed === undefined ? [] : [passed])];
  const decision = acting(mint, { ...rest, notes });
  return again ? { ...decision, state: 'blocked', obstacle: disagreement(facts) } : decision;
}

/** A refused put is tried again when its note ends. */
function withEndsOfNotes(facts: Facts, { start, marked, occasion }: MintRequest, rest: Rest): Rest {
  if (start === undefined || (occasion === 'scheduled' && isAllFrozen(facts))) return rest;
  const { ends = [] } = rest;
  const ending = new Set(ends.map(({ authorizationId }) => authorizationId));
  const more = endsOfNotes(facts, start.identity, marked).filter((step) => !ending.has(step.authorizationId));
  return more.length === 0 ? rest : { ...rest, ends: [...ends, ...more] };
}

/** What waits without a certain end is an alarm, and so is what two configurations want by turns. */
function asAlarm(facts: Facts, request: MintRequest, obstacle: Obstacle): Obstacle {
  const { target } = facts;
  const { state, reason } = obstacle;
  if (state === 'waiting' && target.kind === 'resolved' && reason.code !== 'CLOCKS_DISAGREE') {
    const { again } = recentChanges(facts, target, request.document, request.replaces);
    if (again) return { state: 'blocked', reason: { ...waitIn(reason), ...disagreement(facts) } };
  }
  return waitsTooLong(facts, request, obstacle) ? { state: 'blocked', reason } : obstacle;
}

/** Two stacks of one deployment's name, most likely. The rotation itself goes on: it takes no access away. */
function disagreement({ settings: { secret }, deployment }: Facts): Reason<'CONFIGURATIONS_DISAGREE'> {
  return { code: 'CONFIGURATIONS_DISAGREE', secret, deployment };
}

/** What a wait is for. */
function waitIn(reason: Reason): { readonly authorizationId?: string; readonly until?: number } {
  return {
    ...('authorizationId' in reason && reason.authorizationId !== undefined
      ? { authorizationId: reason.authorizationId }
      : {}),
    ...('until' in reason && reason.until !== undefined ? { until: reason.until } : {}),
  };
}

/** T4: no wait without an end. Clocks that disagree fail the whole run, so they need no alarm of their own. */
function waitsTooLong(facts: Facts, request: MintRequest, { state, reason }: Obstacle): boolean {
  const { now, clocks, settings } = facts;
  const { dueSince, document, replaces } = request;
  if (state !== 'waiting' || clocks.kind === 'disagree') return false;
  const until = 'until' in reason ? reason.until : undefined;
  if (BY_PLAN.has(reason.code) && until !== undefined && document !== undefined && replaces !== undefined)
    return until > latestMint(facts, document, replaces);
  const follows = followsSince(facts, request);
  if (dueSince !== undefined && follows !== undefined)
    if (nextAllowed(settings, Math.max(dueSince, follows)) + LONGEST_WAIT_MS <= now) return true;
  return until === undefined || until > now + LONGEST_WAIT_MS;
}
