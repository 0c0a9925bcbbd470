import { fitSecretText } from '../document/fitting-text.ts';
import { SecretTextError } from '../document/secret-text.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { youngRow } from './before-a-mint.ts';
import type { Facts } from './facts.ts';
import { mintUnlessKept } from './mint.ts';
import { nextLedger } from './next-ledger.ts';
import { holderOf, type Owned } from './owned.ts';
import type { Reason } from './reason.ts';
import { recently } from './recent-copies.ts';
import { type CopyForward, copiedDocument } from './steps.ts';
import { endingOfStray, isPrevious } from './stray-token.ts';
import { copiesNothing } from './unwritable.ts';
import { isAllFrozen } from './when.ts';

/**
 * R5: a label was moved back to this version while a newer token of ours is live and in no ledger, or hand edits keep
 * renewing the version so that a stray never settles, or the token under `AWSPREVIOUS` is in no ledger. Copying forward
 * puts the others into the ledger.
 */
export function planCopyForward(
  facts: Facts,
  owned: Owned,
  marked: readonly MarkedRow[],
  strays: readonly MarkedRow[],
): CopyForward | undefined {
  const { start, document, token } = owned;
  const { identity } = start;
  const live = strays.filter(({ row }) => row.status === 'active');
  if (live.length === 0 || token === undefined || facts.clocks.kind === 'disagree') return undefined;
  if (isAllFrozen(facts)) return undefined;
  const reason = reasonToCopy(facts, owned, marked, live);
  if (reason === undefined) return undefined;
  const replacement = mintUnlessKept(facts, {
    reason: { code: 'ROLLED_BACK_TO_FAILING', authorizationId: document.authorizationId },
    ...{ occasion: 'copy-failed', start, marked, document },
    others: () => undefined,
    ledger: () => nextLedger(facts, { identity, document, marked, supersedes: true }),
  });
  const copy: CopyForward = {
    kind: 'copy-forward',
    ...{ reason, start, token, document },
    ledger: nextLedger(facts, { identity, document, marked, supersedes: false }),
    recent: recently(facts, document),
    otherwise: replacement.next?.kind === 'mint' ? replacement.next : undefined,
  };
  return reason.code === 'LABEL_MOVED_BACK' || !leavesOutLive(facts, copy) ? copy : undefined;
}

/**
 * U6: the ledger has no room. Then each copy would fail, or push out what the one before named. Strays end without an
 * entry.
 */
function leavesOutLive({ now, listing, settings }: Facts, copy: CopyForward): boolean {
  const { start, token, ledger } = copy;
  const next = copiedDocument(copy, now);
  try {
    const { leftOut } = fitSecretText(start.text, settings.tokenKey, token, next, ledger.mayGo);
    return leftOut.some((id) => listing.get(id)?.status === 'active');
  } catch (error) {
    if (error instanceof SecretTextError) return true;
    throw error;
  }
}

function reasonToCopy(
  facts: Facts,
  owned: Owned,
  marked: readonly MarkedRow[],
  live: readonly MarkedRow[],
): Reason<'LABEL_MOVED_BACK' | 'EDITED_WITH_STRAYS' | 'STRAYS_UNLABELLED' | 'PREVIOUS_UNNAMED'> | undefined {
  const { document, edited, since } = owned;
  const holder = holderOf(owned, marked);
  const description = facts.answers.description();
  if (description === undefined || copiesNothing(facts)) return undefined;
  const previous = live.some((stray) => isPrevious(facts, stray)) ? facts.answers.version('AWSPREVIOUS') : undefined;
  if (previous !== undefined && previous.createdAt > since) return { code: 'LABEL_MOVED_BACK' };
  if (youngRow(facts, { marked, document }) !== undefined) return undefined;
  const unsettled = live.filter((stray) => endingOfStray(facts, holder, stray).kind === 'wait');
  if (edited && unsettled.length > 0) return { code: 'EDITED_WITH_STRAYS' };
  const free = unsettled.filter(({ row }) => facts.protections.of(row.id) === undefined);
  // Another run's put took the label from the version that holds it, which stays readable for a day at least.
  if (free.some(({ marker }) => !description.labelled.has(marker.rotationId))) return { code: 'STRAYS_UNLABELLED' };
  // It was gone when the present version was made: a copy of the server answered, or a backup brought it back.
  return free.some((stray) => isPrevious(facts, stray)) ? { code: 'PREVIOUS_UNNAMED' } : undefined;
}
