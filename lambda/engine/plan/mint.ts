import { type Occasion, obstacleTo, type WantedMint } from './before-a-mint.ts';
import { acting, type Decision, kept, type Mint, type Rest, type StartingVersion } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** A mint that a rule asks for. */
export interface MintRequest extends WantedMint {
  readonly reason: Reason;
  readonly occasion: Occasion;
  readonly start: StartingVersion | undefined;
  readonly createFirst?: Mint['createFirst'];
}

/** The occasions on which the consumer may still have a working token. */
const NOT_URGENT: ReadonlySet<Occasion> = new Set(['scheduled', 'first']);

/** The mint, or what keeps this run from it. */
export function mintUnlessKept(facts: Facts, request: MintRequest, rest: Rest = {}): Decision {
  const { reason, occasion, start, createFirst } = request;
  const obstacle = obstacleTo(facts, request, occasion);
  if (obstacle !== undefined) return kept(reason, obstacle, rest);
  const { target } = facts;
  if (target.kind !== 'resolved') throw new Error('a guard keeps a mint without a target from happening');
  const urgent = !NOT_URGENT.has(occasion);
  return acting({ kind: 'mint', reason, urgent, createFirst, start, target, ledger: request.ledger() }, rest);
}
