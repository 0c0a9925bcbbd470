import { formatDuration } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { type OwnedContent, type RotationDocument, readSecretContent } from '../document/document.ts';
import { isSameIdentity, parseMarker } from '../document/marker.ts';
import type { AuthorizationLookup } from '../observe/question.ts';
import {
  acting,
  type Base,
  blocked,
  type Decision,
  failure,
  idle,
  type Mint,
  type Repair,
  rotatedElsewhere,
  waiting,
} from './decision.ts';
import type { Facts, MarkedRow } from './facts.ts';
import { isYoung, knownIds, nextLedger, ownEntry } from './next-ledger.ts';
import { reasonToMint } from './reason-to-rotate.ts';
import { fateOfStray, isPrevious } from './stray-token.ts';
import { fateOfEntry, ownerOf, stepsOf } from './superseded-token.ts';

/** The consumer's secret holds a document of ours: what becomes of its current token, and of the older ones. */
export function planOwned(facts: Facts, base: Base, currentSince: number, content: OwnedContent): Decision {
  const { document } = content;
  const current = findCurrent(facts, document);
  switch (current.kind) {
    case 'unseen':
      return failure(`the current authorization ${document.authorizationId} cannot be seen: ${current.detail}`);
    case 'gone':
    case 'owner-gone':
      return planMissing(facts, base, document, current.kind);
    case 'found': {
      const marker = parseMarker(current.row.description);
      if (marker !== undefined && !isSameIdentity(marker, base.identity)) {
        return blocked(
          `managed by another: the marker of the current authorization ${current.row.id} is ${ownerOf(marker)}`,
        );
      }
      return current.row.status === 'active'
        ? planLive(facts, base, currentSince, content, current.row)
        : planInactive(facts, base, currentSince, document);
    }
  }
}

function findCurrent({ listing, looks }: Facts, { authorizationId }: RotationDocument): AuthorizationLookup {
  const row = listing.get(authorizationId);
  return row === undefined ? looks.authorization(authorizationId) : { kind: 'found', row };
}

/** R4: the consumer has no access now, so neither young rows nor a failed probe of the server stop the rotation. */
function planMissing(facts: Facts, base: Base, document: RotationDocument, how: 'gone' | 'owner-gone'): Decision {
  const what = how === 'gone' ? 'was deleted' : 'belongs to a user that was deleted';
  const reason = `missing: the current authorization ${document.authorizationId} ${what}`;
  if (facts.settings.onMissing === 'report')
    return blocked(`${reason}; "onMissing" is "report", so it is not replaced`);
  return mintFor(facts, base, document, reason, { urgent: true, superseded: how === 'owner-gone' });
}

/** R3: somebody switched the current token off on purpose, or moved a label back to one that we had retired. */
function planInactive(facts: Facts, base: Base, currentSince: number, document: RotationDocument): Decision {
  const id = document.authorizationId;
  const previous = facts.looks.version('AWSPREVIOUS');
  if (previous !== undefined && previous.createdAt > currentSince) {
    const content = readSecretContent(previous.text, previous.versionId, facts.settings.tokenKey);
    const ours =
      (content.kind === 'ours' || content.kind === 'edited') &&
      isSameIdentity(content.document.identity, base.identity);
    if (ours && content.document.superseded.some(({ authorizationId }) => authorizationId === id)) {
      const reason = 'rolled back to a retired token';
      const young = youngRow(facts, facts.listing.markedAs(base.identity), knownIds(document));
      if (young !== undefined) return waiting(inProgress(reason, young));
      return mintFor(facts, base, document, reason, { urgent: true, superseded: true });
    }
  }
  return blocked(
    `the current authorization ${id} is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced`,
  );
}

function planLive(facts: Facts, base: Base, currentSince: number, content: OwnedContent, row: Authorization): Decision {
  const { document } = content;
  const marked = facts.listing.markedAs(base.identity);
  const known = knownIds(document);
  const strays = marked.filter((each) => !known.has(each.row.id) && !isYoung(each, facts));
  const repair = planRepair(facts, base, currentSince, content, marked, strays);
  if (repair !== undefined) return acting(repair);

  const rest = stepsOf(facts, [
    ...document.superseded.map((entry) => fateOfEntry(facts, document, marked, entry)),
    ...strays.map((stray) => fateOfStray(facts, currentSince, stray)),
  ]);

  if (facts.target.kind === 'unresolved') return failure(facts.target.problem, rest);
  const due = reasonToMint(facts, facts.target, content, row);
  if (due.kind === 'not-yet') return idle(`next rotation in ${formatDuration(due.inMs)}`, rest);
  const young = youngRow(facts, marked, known);
  if (young !== undefined) return waiting(inProgress(due.reason, young), rest);
  const ending = new Set(rest.retirements.map(({ authorizationId }) => authorizationId));
  const live = marked.find(
    (each) => each.row.id !== row.id && each.row.status === 'active' && !ending.has(each.row.id),
  );
  if (live !== undefined) return waiting(`${due.reason}, but authorization ${live.row.id} is still live`, rest);
  return mintFor(facts, base, document, due.reason, { urgent: false, superseded: true, ...rest });
}

/**
 * R5: a label was moved back to this version while a newer token of ours is live and in no ledger, or hand edits keep
 * renewing the version so that a stray never settles. Copying forward puts the others into the ledger.
 */
function planRepair(
  facts: Facts,
  base: Base,
  currentSince: number,
  content: OwnedContent,
  marked: readonly MarkedRow[],
  strays: readonly MarkedRow[],
): Repair | undefined {
  const live = strays.filter(({ row }) => row.status === 'active');
  if (live.length === 0 || content.token === undefined || facts.clocks.kind === 'disagree') return undefined;
  const description = facts.looks.description();
  if (description === undefined || description.rotationEnabled) return undefined;
  const { document } = content;
  const previous = live.some((stray) => isPrevious(facts, stray)) ? facts.looks.version('AWSPREVIOUS') : undefined;
  const rolledBack = previous !== undefined && previous.createdAt > currentSince;
  const unsettled = live.filter((stray) => fateOfStray(facts, currentSince, stray).kind === 'wait');
  const quiet = youngRow(facts, marked, knownIds(document)) === undefined;
  const restless = quiet && content.kind === 'edited' && unsettled.length > 0;
  // Another run's put took the label from the version that holds it, which stays readable for a day at least.
  const unnamed =
    quiet &&
    unsettled.some(({ row, marker }) => !description.labelled.has(marker.rotationId) && !facts.untouchable.has(row.id));
  if (!rolledBack && !restless && !unnamed) return undefined;
  const reason = rolledBack
    ? 'a label was moved back: the newer token goes into the ledger'
    : `${restless ? 'edited by hand' : 'no labelled version names them'}: stray tokens go into the ledger`;
  const fallback = mintFor(facts, base, document, 'rolled back to a token that fails', {
    urgent: true,
    superseded: true,
  });
  return {
    kind: 'repair',
    reason,
    base,
    token: content.token,
    document,
    ledger: nextLedger(facts, document, marked, undefined),
    otherwise: fallback.next?.kind === 'mint' ? fallback.next : undefined,
  };
}

interface MintOptions extends Partial<Pick<Decision, 'retirements' | 'notes'>> {
  readonly urgent: boolean;
  /** The document's authorization still exists, so the new ledger must name it. */
  readonly superseded: boolean;
}

function mintFor(
  facts: Facts,
  base: Base,
  document: RotationDocument,
  reason: string,
  { urgent, superseded, ...rest }: MintOptions,
): Decision {
  const { target, settings, looks, clocks } = facts;
  if (target.kind === 'unresolved') return failure(`${reason}, but ${target.problem}`, rest);
  if (looks.description()?.rotationEnabled === true) return rotatedElsewhere(settings.secret, rest);
  // Since when the older tokens are superseded would be told by a clock that is wrong.
  if (clocks.kind === 'disagree' && !urgent) return waiting(`${reason}, but ${clocks.detail}`, rest);
  const own = superseded ? ownEntry(facts, document) : undefined;
  const ledger = nextLedger(facts, document, facts.listing.markedAs(base.identity), own);
  const mint: Mint = { kind: 'mint', reason, urgent, prepare: undefined, base, target, ledger };
  return acting(mint, rest);
}

function youngRow(facts: Facts, marked: readonly MarkedRow[], known: ReadonlySet<string>): MarkedRow | undefined {
  return marked.find((each) => !known.has(each.row.id) && isYoung(each, facts));
}

function inProgress(reason: string, { row }: MarkedRow): string {
  return `${reason}, but authorization ${row.id} is younger than the lease: a run may be at work on it`;
}
