import { whoseDocument } from '../document/own.ts';
import type { SecretContent } from '../document/secret-content.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { adoptedEntry, notesOnOldToken } from './adoption.ts';
import { youngRow } from './before-a-mint.ts';
import { summarize } from './before-an-end.ts';
import type { Decision, Mint, Obstacle, StartingVersion } from './decision.ts';
import type { Facts } from './facts.ts';
import { mintUnlessKept } from './mint.ts';
import { isGone, knownIds, nextLedger, ownEntry } from './next-ledger.ts';
import { endingOfStray, isPrevious } from './stray-token.ts';

/**
 * R2d: the secret holds no token of ours. Whatever it holds is replaced, and nothing is ended on its word; what is
 * ours goes into the new ledger.
 *
 * @param start undefined while the secret does not exist.
 */
export function planFirstToken(
  facts: Facts,
  start: StartingVersion | undefined,
  content: SecretContent,
  createFirst?: Mint['createFirst'],
): Decision {
  const marked = start === undefined ? [] : facts.listing.markedAs(start.identity);
  const copied = start === undefined ? undefined : whoseDocument(content, start.identity);
  const document = copied?.kind === 'copied' ? copied.document : undefined;
  const known = document === undefined ? new Set<string>() : knownIds(document);
  const live = marked.filter(({ row }) => row.status === 'active');
  const mayLook = youngRow(facts, { marked, document }) === undefined;
  // Somebody who moves the label back to an old value again and again is another writer, too.
  const crowded = mayLook && live.length >= 2 && !live.some((each) => isPrevious(facts, each));
  const leftovers = !crowded ? [] : live.filter((each) => !known.has(each.row.id) && isLeftover(facts, content, each));
  const since = facts.secret.kind === 'value' ? facts.secret.createdAt : facts.now;
  const sweep = summarize(
    facts,
    start === undefined ? [] : leftovers.map((each) => endingOfStray(facts, start.identity, since, each)),
  );
  const decision = mintUnlessKept(
    facts,
    {
      ...{ reason: { code: document === undefined ? 'FIRST_TOKEN' : 'REPLACED_BY_HAND' }, occasion: 'first' },
      ...{ start, createFirst, marked, document },
      others: () => otherWriter(live, leftovers, sweep.ends.length),
      ledger: () => {
        const own = document && ownEntry(facts, document);
        const superseded = own === undefined || isGone(facts, own) ? undefined : own;
        return nextLedger(facts, document, marked, { superseded, adopted: adoptedEntry(facts, content.token) });
      },
    },
    sweep,
  );
  if (decision.next === undefined) return decision;
  return { ...decision, notes: [...decision.notes, ...notesOnOldToken(facts, content.token)] };
}

/** Two live tokens that the value does not hold: either runs died over this secret, or something else writes it. */
function otherWriter(
  live: readonly MarkedRow[],
  leftovers: readonly MarkedRow[],
  ending: number,
): Obstacle | undefined {
  if (live.length - ending < 2) return undefined;
  const authorizationIds = live.map(({ row }) => row.id);
  return leftovers.length === live.length
    ? { state: 'waiting', reason: { code: 'LEFTOVERS_ARE_LIVE', authorizationIds } }
    : { state: 'blocked', reason: { code: 'OTHER_WRITER', authorizationIds } };
}

/**
 * Two live tokens, and neither is in the secret: that is another writer, whom we would replace for ever, unless the
 * value was there before the tokens. Then runs died, and R7 ends what they left. Where the clocks leave a doubt, a
 * value without any token, such as the empty one of a new secret, cannot be either of them.
 */
function isLeftover({ secret, limits }: Facts, { token }: SecretContent, { row }: MarkedRow): boolean {
  const doubtMs = token === undefined ? -limits.clockToleranceMs : limits.clockToleranceMs;
  return secret.kind === 'value' && secret.createdAt + doubtMs < row.createdAt;
}
