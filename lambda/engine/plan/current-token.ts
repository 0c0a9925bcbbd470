import type { AuthorizationLookup } from '../../influxdb/lookup.ts';
import type { RotationDocument } from '../document/document.ts';
import { isSameIdentity, type Marker, parseMarker } from '../document/marker.ts';
import { ledgerIn, ownDocument } from '../document/own.ts';
import { isForced, isLeakAsked, requested, rotationAsked } from './asked.ts';
import type { Occasion } from './before-a-mint.ts';
import { summarize } from './before-an-end.ts';
import { isNoted } from './compromised.ts';
import { countedRows } from './counted-rows.ts';
import { acting, blocked, type Decision, failed, kept } from './decision.ts';
import type { Facts } from './facts.ts';
import { planLiveToken } from './live-token.ts';
import { mintUnlessKept } from './mint.ts';
import { isYoung, knownIds, nextLedger } from './next-ledger.ts';
import { holderOf, type Owned } from './owned.ts';
import type { Reason } from './reason.ts';
import { planRestore } from './restore.ts';
import { endingOfStray } from './stray-token.ts';
import { endingOfEntry } from './superseded-token.ts';

/** The consumer's secret holds a document of ours: what becomes of its current token, and of the older ones. */
export function planCurrentToken(facts: Facts, owned: Owned): Decision {
  const { document, start } = owned;
  const current = findCurrent(facts, document);
  const { authorizationId } = document;
  switch (current.kind) {
    case 'unseen':
      return failed({ code: 'CURRENT_UNSEEN', authorizationId, detail: current.detail });
    case 'gone':
      return planMissing(facts, owned, { code: 'MISSING', authorizationId, how: 'deleted', orgId: document.orgId });
    case 'owner-gone':
      return planMissing(facts, owned, {
        code: 'MISSING',
        authorizationId,
        how: 'owner-deleted',
        orgId: document.orgId,
      });
    case 'found': {
      const owner = facts.listing.markerOf(authorizationId) ?? parseMarker(current.row.description);
      if (owner !== undefined && !isSameIdentity(owner, start.identity))
        return blocked({ code: 'MARKER_OF_ANOTHER', authorizationId, owner });
      return current.row.status === 'active'
        ? planLiveToken(facts, owned, current.row)
        : planInactive(facts, owned, owner);
    }
  }
}

function findCurrent({ listing, answers }: Facts, { authorizationId }: RotationDocument): AuthorizationLookup {
  const row = listing.get(authorizationId);
  return row === undefined ? answers.authorization(authorizationId) : { kind: 'found', row };
}

/** R4: the consumer has no access now, so neither young rows nor a failed probe of the server stop the rotation. */
function planMissing(facts: Facts, owned: Owned, reason: Reason<'MISSING'>): Decision {
  const { authorizationId } = reason;
  if (facts.settings.onMissing === 'report' && !isForced(facts))
    return kept(reason, { state: 'blocked', reason: { code: 'MISSING_AND_REPORTED', authorizationId } });
  return restoreOrReplace(facts, owned, reason, 'missing', false);
}

/** R3: somebody switched the current token off on purpose, or put back one that we had retired: by label, or its value. */
function planInactive(facts: Facts, owned: Owned, marker: Marker | undefined): Decision {
  const { authorizationId } = owned.document;
  // What lived beside a token that leaked may have leaked, too, so none of it is restored.
  const leaked = isLeakAsked(facts) || isNoted(facts, owned.document);
  const replaced = leaked ? planForced(facts, owned, marker) : undefined;
  if (replaced !== undefined) return replaced;
  const previous = facts.answers.version('AWSPREVIOUS');
  if (previous !== undefined && (previous.createdAt > owned.since || owned.edited)) {
    const ours = ownDocument(previous.content, owned.start.identity) !== undefined;
    if (ours && ledgerIn(previous.content).some((entry) => entry.authorizationId === authorizationId))
      return restoreOrReplace(
        facts,
        owned,
        { code: 'ROLLED_BACK_TO_SWITCHED_OFF', authorizationId },
        'rolled-back',
        true,
      );
  }
  return planForced(facts, owned, marker) ?? blocked({ code: 'SWITCHED_OFF_BY_HAND', authorizationId });
}

/** What was switched off on purpose is replaced where an operator says so, or that it leaked. */
function planForced(facts: Facts, { start, document }: Owned, marker: Marker | undefined): Decision | undefined {
  const { asked } = facts;
  const { authorizationId } = document;
  const { identity } = start;
  // The document's word would not do: whoever can write the secret could get a token in place of one that was taken away.
  const leaked = isNoted(facts, document);
  const rotation = rotationAsked(facts);
  if (!leaked && (asked === undefined || rotation === undefined || !(rotation.force || rotation.compromised)))
    return undefined;
  const reason: Reason =
    leaked || asked === undefined ? { code: 'CURRENT_COMPROMISED', authorizationId } : requested(asked);
  if (!leaked && isLeakAsked(facts) && marker !== undefined)
    return acting({ kind: 'note-compromised', reason, authorizationId, identity });
  const marked = countedRows(facts, facts.listing.markedAs(identity), document);
  const occasion = leaked || isLeakAsked(facts) ? 'compromised' : 'requested';
  return mintUnlessKept(facts, {
    ...{ reason, occasion, start, marked, document },
    others: () => undefined,
    ledger: () => nextLedger(facts, { identity, document, marked, supersedes: true }),
  });
}

/** U2: with more live tokens than this beside the current one, one more would be too many. */
const MOST_OTHERS = 2;

/**
 * The consumer has no access: a living token of ours is restored (U1), or a new one made, unless too many live (U3).
 * @param exists the document's authorization still exists, so the new ledger must name it.
 */
function restoreOrReplace(facts: Facts, owned: Owned, reason: Reason, occasion: Occasion, exists: boolean): Decision {
  const { start, document } = owned;
  const { identity } = start;
  const all = facts.listing.markedAs(identity);
  const marked = countedRows(facts, all, document);
  const live = marked.filter(({ row }) => row.status === 'active' && row.id !== document.authorizationId);
  const ledger = () => nextLedger(facts, { identity, document, marked, supersedes: exists });
  const mint = () =>
    mintUnlessKept(facts, { reason, occasion, start, marked, document, others: () => undefined, ledger });
  // What leaked is deleted as soon as there is a new one: none of it is restored, and none is too many.
  const leaked = isLeakAsked(facts);
  const mayMint = leaked || live.length <= MOST_OTHERS;
  const otherwise = () => {
    const { next } = mint();
    return mayMint && next?.kind === 'mint' ? next : undefined;
  };
  const cut = { start, document, copied: false, marked, live, otherwise };
  const restored = leaked ? undefined : planRestore(facts, cut);
  if (restored !== undefined) return restored;
  if (mayMint) return mint();
  // What has settled ends all the same, so that it heals by itself.
  const strays = live.filter(({ row }) => !knownIds(document).has(row.id));
  const owner = holderOf(owned, all);
  const rest = summarize(facts, [
    ...document.superseded.map((entry) => endingOfEntry(facts, owner, entry)),
    ...strays.filter((each) => !isYoung(each, facts)).map((each) => endingOfStray(facts, owner, each)),
  ]);
  const authorizationIds = live.map(({ row }) => row.id);
  return kept(reason, { state: 'blocked', reason: { code: 'OTHER_WRITER', authorizationIds } }, rest);
}
