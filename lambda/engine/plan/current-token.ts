import type { AuthorizationLookup } from '../../influxdb/lookup.ts';
import type { RotationDocument } from '../document/document.ts';
import { isSameIdentity, parseMarker } from '../document/marker.ts';
import { ledgerIn, ownDocument } from '../document/own.ts';
import { adoptedEntry } from './adoption.ts';
import type { Occasion } from './before-a-mint.ts';
import { blocked, type Decision, failed, kept } from './decision.ts';
import type { Facts } from './facts.ts';
import { planLiveToken } from './live-token.ts';
import { mintUnlessKept } from './mint.ts';
import { nextLedger, ownEntry } from './next-ledger.ts';
import type { Owned } from './owned.ts';
import type { Reason } from './reason.ts';

/** The consumer's secret holds a document of ours: what becomes of its current token, and of the older ones. */
export function planCurrentToken(facts: Facts, owned: Owned): Decision {
  const { document, start } = owned;
  const current = findCurrent(facts, document);
  const { authorizationId } = document;
  switch (current.kind) {
    case 'unseen':
      return failed({ code: 'CURRENT_UNSEEN', authorizationId, detail: current.detail });
    case 'gone':
      return planMissing(facts, owned, { code: 'MISSING', authorizationId, how: 'deleted' });
    case 'owner-gone':
      return planMissing(facts, owned, { code: 'MISSING', authorizationId, how: 'owner-deleted' });
    case 'found': {
      const owner = parseMarker(current.row.description);
      if (owner !== undefined && !isSameIdentity(owner, start.identity))
        return blocked({ code: 'MARKER_OF_ANOTHER', authorizationId, owner });
      return current.row.status === 'active' ? planLiveToken(facts, owned, current.row) : planInactive(facts, owned);
    }
  }
}

function findCurrent({ listing, answers }: Facts, { authorizationId }: RotationDocument): AuthorizationLookup {
  const row = listing.get(authorizationId);
  return row === undefined ? answers.authorization(authorizationId) : { kind: 'found', row };
}

/** R4: the consumer has no access now, so neither young rows nor a failed probe of the server stop the rotation. */
function planMissing(facts: Facts, owned: Owned, reason: Reason<'MISSING'>): Decision {
  const { authorizationId, how } = reason;
  if (facts.settings.onMissing === 'report')
    return kept(reason, { state: 'blocked', reason: { code: 'MISSING_AND_REPORTED', authorizationId } });
  return replace(facts, owned, reason, 'missing', how === 'owner-deleted');
}

/** R3: somebody switched the current token off on purpose, or moved a label back to one that we had retired. */
function planInactive(facts: Facts, owned: Owned): Decision {
  const { authorizationId } = owned.document;
  const previous = facts.answers.version('AWSPREVIOUS');
  if (previous !== undefined && previous.createdAt > owned.since) {
    const ours = ownDocument(previous.content, owned.start.identity) !== undefined;
    if (ours && ledgerIn(previous.content).some((entry) => entry.authorizationId === authorizationId))
      return replace(facts, owned, { code: 'ROLLED_BACK_TO_SWITCHED_OFF', authorizationId }, 'rolled-back', true);
  }
  return blocked({ code: 'SWITCHED_OFF_BY_HAND', authorizationId });
}

/** @param exists the document's authorization still exists, so the new ledger must name it. */
function replace(facts: Facts, owned: Owned, reason: Reason, occasion: Occasion, exists: boolean): Decision {
  const { start, document } = owned;
  const marked = facts.listing.markedAs(start.identity);
  return mintUnlessKept(facts, {
    ...{ reason, occasion, start, marked, document },
    others: () => undefined,
    ledger: () =>
      nextLedger(facts, document, marked, {
        superseded: exists ? ownEntry(facts, document) : undefined,
        adopted: adoptedEntry(facts),
      }),
  });
}
