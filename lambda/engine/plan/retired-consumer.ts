import type { LedgerEntry, RotationDocument } from '../document/document.ts';
import type { Identity } from '../document/marker.ts';
import { summarize } from './before-an-end.ts';
import { type Decision, idle } from './decision.ts';
import { entryOf } from './entry.ts';
import type { Facts } from './facts.ts';
import { isYoung, ownEntry } from './next-ledger.ts';
import { endingOfEntry } from './superseded-token.ts';
import { unlessFrozen } from './when.ts';

/**
 * A consumer that the configuration ends: all its tokens, the current one included, are switched off and deleted like
 * superseded ones. Where no ledger says since when, the grace period runs from `since`, or from the secret's last change,
 * as long as the rows themselves allow it: somebody may change the secret every day.
 *
 * @param document undefined where the secret holds no document of ours: then the markers alone say what is ours.
 * @param since when the current version was made, or, where no value can be read, when the secret was last changed.
 */
export function planRetiredConsumer(
  facts: Facts,
  identity: Identity,
  document: RotationDocument | undefined,
  since: number,
): Decision {
  const marked = facts.listing.markedAs(identity);
  const entries = new Map<string, LedgerEntry>();
  if (document !== undefined) {
    entries.set(document.authorizationId, { ...ownEntry(facts, document), since });
    // Whoever wrote a later time than the version's own cannot put an end off (T4).
    for (const entry of document.superseded)
      if (!entries.has(entry.authorizationId))
        entries.set(entry.authorizationId, { ...entry, since: Math.min(entry.since, since) });
  }
  for (const { row, marker } of marked) {
    if (entries.has(row.id) || isYoung({ row, marker }, facts)) continue;
    entries.set(row.id, { ...entryOf(row), since: Math.max(since, lastTouched(facts)) });
  }
  const holder = {
    ...{ identity, marked, documentId: document?.id, currentId: document?.authorizationId, since },
    retired: true,
  };
  const endings = [...entries.values()].map((entry) => endingOfEntry(facts, holder, entry));
  return idle({ code: 'RETIRED' }, unlessFrozen(facts, summarize(facts, endings)));
}

/** A label may have been moved back to a version that knows nothing of what was current until then. */
function lastTouched({ answers, now }: Facts): number {
  return answers.description()?.lastChangedAt ?? now;
}
