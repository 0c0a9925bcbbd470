import type { SecretContent } from '../document/document.ts';
import {
  acting,
  type Base,
  blocked,
  type Decision,
  failure,
  type Mint,
  rotatedElsewhere,
  waiting,
} from './decision.ts';
import type { Facts, MarkedRow } from './facts.ts';
import { isGone, isYoung, knownIds, nextLedger, ownEntry } from './next-ledger.ts';
import { fateOfStray, isPrevious } from './stray-token.ts';
import { stepsOf } from './superseded-token.ts';

type Unowned = Extract<SecretContent, { kind: 'none' } | { kind: 'foreign' }>;

/**
 * R2d: the secret holds no token of ours. Whatever it holds is replaced, and nothing is retired on its word; what is
 * ours goes into the new ledger.
 *
 * @param base undefined while the secret does not exist.
 */
export function planFirstToken(
  facts: Facts,
  base: Base | undefined,
  content: Unowned,
  prepare: Mint['prepare'],
): Decision {
  const { settings, target, looks } = facts;
  const reason = content.kind === 'foreign' ? 'replaced by hand' : 'first token';
  const marked = base === undefined ? [] : facts.listing.markedAs(base.identity);
  const document = content.kind === 'foreign' ? content.document : undefined;
  // What a hand-made value with copied keys names was promoted once: no run is at work on it (docs/protocol.md, G2).
  const known = document === undefined ? new Set<string>() : knownIds(document);
  const young = marked.find((each) => !known.has(each.row.id) && isYoung(each, facts));
  if (young !== undefined) {
    return waiting(
      `${reason}, but authorization ${young.row.id} is younger than the lease: a run may be at work on it`,
    );
  }
  const live = marked.filter(({ row }) => row.status === 'active');
  const currentSince = facts.reading.kind === 'value' ? facts.reading.createdAt : facts.now;
  // Somebody who moves the label back to an old value again and again is another writer, too.
  const crowded = live.length >= 2 && !live.some((each) => isPrevious(facts, each));
  const leftovers = !crowded ? [] : live.filter((each) => !known.has(each.row.id) && isLeftover(facts, content, each));
  const sweep = stepsOf(
    facts,
    leftovers.map((each) => fateOfStray(facts, currentSince, each)),
  );
  if (live.length - sweep.retirements.length >= 2) {
    const ids = live.map(({ row }) => row.id).join(', ');
    if (leftovers.length === live.length)
      return waiting(
        `${reason}, but runs that died over it left authorizations ${ids} live: they are switched off after a grace period, or at once by hand`,
        sweep,
      );
    return blocked(
      `something else writes this secret: authorizations ${ids} were made for it and are live, and its value is none of them; end the other writer, then switch all but one of them off`,
      sweep,
    );
  }
  if (target.kind === 'unresolved') return failure(target.problem, sweep);
  if (prepare === undefined && looks.description()?.rotationEnabled === true)
    return rotatedElsewhere(settings.secret, sweep);
  const own = document && ownEntry(facts, document);
  const superseded = own === undefined || isGone(facts, own) ? undefined : own;
  const ledger = nextLedger(facts, document, marked, superseded, content.token);
  if (facts.clocks.kind === 'disagree' && ledger.added.length > 0)
    return waiting(`${reason}, but ${facts.clocks.detail}`, sweep);
  const notes = [...sweep.notes, ...noteOnOldToken(facts, content.token), ...noteOnAdoption(facts)];
  return acting({ kind: 'mint', reason, urgent: false, prepare, base, target, ledger }, { ...sweep, notes });
}

/**
 * Two live tokens, and neither is in the secret: that is another writer, whom we would replace for ever, unless the
 * value was there before the tokens. Then runs died, and R7 ends what they left. Where the clocks leave a doubt, a
 * value without any token, such as the empty one of a new secret, cannot be either of them.
 */
function isLeftover({ reading, limits }: Facts, { token }: Unowned, { row }: MarkedRow): boolean {
  const doubtMs = token === undefined ? -limits.clockToleranceMs : limits.clockToleranceMs;
  return reading.kind === 'value' && reading.createdAt + doubtMs < row.createdAt;
}

/** A value that matches proves nothing about who else uses it, so a token is only ever adopted by its id. */
function noteOnOldToken({ settings, listing }: Facts, token: string | undefined): string[] {
  if (token === undefined || settings.adopt !== undefined) return [];
  const match = [...listing.rows()].find((row) => row.token === token);
  const which = match === undefined ? '' : ` (it is authorization ${match.id})`;
  return [
    `the token that secret ${settings.secret} held before is not one of ours${which}: revoke it by hand once nothing uses it, or name its authorization as "adopt" before the first rotation`,
  ];
}

function noteOnAdoption({ settings, listing, looks, untouchable }: Facts): string[] {
  const id = settings.adopt;
  if (id === undefined) return [];
  const protection = untouchable.get(id);
  if (protection !== undefined) return [`authorization ${id} cannot be adopted: ${protection}`];
  if (listing.get(id) !== undefined || looks.authorization(id).kind === 'found') return [];
  return [`authorization ${id} cannot be adopted: it does not exist, or the rotator's token may not see it`];
}
