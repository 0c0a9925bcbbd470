import { bareToken } from '../../secrets-manager/plain-token.ts';
import type { RotationDocument } from '../document/document.ts';
import type { Identity } from '../document/marker.ts';
import { whoseDocument } from '../document/own.ts';
import type { SecretContent } from '../document/secret-content.ts';
import { isOfValue, type MarkedRow } from '../observe/listing.ts';
import { adoptedEntry } from './adoption.ts';
import { isForced, isLeakAsked } from './asked.ts';
import { youngRow } from './before-a-mint.ts';
import { summarize } from './before-an-end.ts';
import { leakWithoutMarker } from './compromised.ts';
import { countedRows } from './counted-rows.ts';
import type { Decision, Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import { mintUnlessKept } from './mint.ts';
import { knownIds, nextLedger } from './next-ledger.ts';
import { notesOnAdoption } from './notes-on-adoption.ts';
import { planRestore } from './restore.ts';
import type { Mint, StartingVersion } from './steps.ts';
import { endingOfStray, isPrevious } from './stray-token.ts';

/**
 * R2d: the secret holds no token of ours. Whatever it holds is replaced, and nothing is ended on its word; what is
 * ours goes into the new ledger.
 *
 * @param start undefined while the secret does not exist.
 * @param copied a document of ours that turned out not to speak of the token beside it.
 */
export function planFirstToken(
  facts: Facts,
  start: StartingVersion | undefined,
  content: SecretContent,
  createFirst?: Mint['createFirst'],
  copied?: RotationDocument,
): Decision {
  const { identity } = start ?? {};
  const all = identity === undefined ? [] : facts.listing.markedAs(identity);
  const found = identity === undefined ? undefined : whoseDocument(content, identity);
  const document = copied ?? (found?.kind === 'copied' ? found.document : undefined);
  const marked = countedRows(facts, all, document);
  const known = document === undefined ? new Set<string>() : knownIds(document);
  const live = marked.filter((each) => each.row.status === 'active' && !holds(content, each));
  const mayLook = youngRow(facts, { marked, document }) === undefined;
  // Somebody who moves the label back to an old value again and again is another writer, too.
  const crowded = mayLook && live.length >= 2;
  const cut = { document, copied: true, marked, live };
  const leaked = isLeakAsked(facts);
  const restored = crowded && !leaked && start !== undefined ? planRestore(facts, { start, ...cut }) : undefined;
  if (restored !== undefined) return restored;
  const leftovers =
    !crowded || live.some((each) => isPrevious(facts, each))
      ? []
      : live.filter((each) => !known.has(each.row.id) && isLeftover(facts, content, each));
  const since = facts.secret.kind === 'value' ? facts.secret.createdAt : facts.now;
  const holder = { documentId: undefined, currentId: undefined, since, marked };
  const sweep = summarize(
    facts,
    identity === undefined ? [] : leftovers.map((each) => endingOfStray(facts, { identity, ...holder }, each)),
  );
  const decision = mintUnlessKept(
    facts,
    {
      ...{ reason: { code: document === undefined ? 'FIRST_TOKEN' : 'REPLACED_BY_HAND' } },
      occasion: leaked ? 'compromised' : 'first',
      ...{ start, createFirst, marked, document },
      others: () => otherWriter(live, leftovers, sweep, isForced(facts) ? 2 : 1),
      ledger: () =>
        identity === undefined
          ? { kept: [], added: [], mayGo: [] }
          : nextLedger(facts, {
              ...{ identity, document, copied: true, marked, supersedes: true },
              former: document === undefined ? formerDocument(facts, identity) : undefined,
            }),
    },
    sweep,
  );
  if (decision.next === undefined) return decision;
  const isForeign = content.token !== undefined && !marked.some((each) => holds(content, each));
  const lives = leaked && isForeign && content.token !== '' && !isTakenOver(facts, content.token);
  const onLeak = lives ? [leakWithoutMarker()] : [];
  return { ...decision, notes: [...decision.notes, ...onLeak, ...notesOnAdoption(facts)] };
}

/** Of this consumer's, under `AWSPREVIOUS`: what somebody's value took the place of. */
function formerDocument({ answers }: Facts, identity: Identity): RotationDocument | undefined {
  if (answers.description()?.previous === undefined) return undefined;
  const found = whoseDocument(answers.version('AWSPREVIOUS')?.content, identity);
  return 'document' in found ? found.document : undefined;
}

/** The new ledger adopts it, so that this run ends it as soon as the new token is current. */
function isTakenOver(facts: Facts, token: string | undefined): boolean {
  const adopted = adoptedEntry(facts)?.authorizationId;
  const shown = token === undefined ? undefined : facts.listing.showing(bareToken(token))?.id;
  return adopted !== undefined && (shown === undefined || shown === adopted);
}

/** What the secret holds is this authorization's own token, though no document says so. */
function holds({ token }: SecretContent, marked: MarkedRow): boolean {
  return token !== undefined && isOfValue(marked, token);
}

/**
 * Two live tokens that the value does not hold: either runs died over this secret, or something else writes it.
 * @param most how many are none too many.
 */
function otherWriter(
  live: readonly MarkedRow[],
  leftovers: readonly MarkedRow[],
  { ends, notes }: Pick<Decision, 'ends' | 'notes'>,
  most: number,
): Obstacle | undefined {
  if (live.length - ends.length <= most) return undefined;
  const authorizationIds = live.map(({ row }) => row.id);
  if (leftovers.length !== live.length) return { state: 'blocked', reason: { code: 'OTHER_WRITER', authorizationIds } };
  const times = notes.flatMap((note) => ('until' in note && note.until !== undefined ? [note.until] : []));
  const until = times.length === 0 ? {} : { until: Math.max(...times) };
  return { state: 'waiting', reason: { code: 'LEFTOVERS_ARE_LIVE', authorizationIds, ...until } };
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
