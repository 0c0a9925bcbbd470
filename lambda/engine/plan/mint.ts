import { type Occasion, obstacleTo, type WantedMint } from './before-a-mint.ts';
import { acting, type Decision, kept, type Mint, type Obstacle, type Rest, type StartingVersion } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

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
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** The occasions on which the consumer may still have a working token. */
const NOT_URGENT: ReadonlySet<Occasion> = new Set(['scheduled', 'first', 'compromised']);

/** The mint, or what keeps this run from it. */
export function mintUnlessKept(facts: Facts, request: MintRequest, rest: Rest = {}): Decision {
  const { reason, occasion, start, createFirst } = request;
  const obstacle = obstacleTo(facts, request, occasion);
  if (obstacle !== undefined) {
    const state = waitsTooLong(facts, request, obstacle) ? 'blocked' : obstacle.state;
    return kept(reason, { ...obstacle, state }, rest);
  }
  const { target } = facts;
  if (target.kind !== 'resolved') throw new Error('a guard keeps a mint without a target from happening');
  const urgent = !NOT_URGENT.has(occasion);
  // Where no token of ours lives, nobody else is making one for the same reason.
  const secondLook = urgent || occasion === 'compromised' || (occasion === 'first' && request.marked.length > 0);
  const ledger = request.ledger();
  return acting({ kind: 'mint', reason, urgent, createFirst, start, target, ledger, secondLook }, rest);
}

/** T4: no wait without an end. Clocks that disagree fail the whole run, so they need no alarm of their own. */
function waitsTooLong({ now, clocks }: Facts, { dueSince }: MintRequest, { state, reason }: Obstacle): boolean {
  if (state !== 'waiting' || clocks.kind === 'disagree') return false;
  if (dueSince !== undefined && dueSince + LONGEST_WAIT_MS <= now) return true;
  const until = 'until' in reason ? reason.until : undefined;
  return until === undefined || until > now + LONGEST_WAIT_MS;
}
