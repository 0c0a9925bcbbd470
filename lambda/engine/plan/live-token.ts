import type { Authorization } from '../../influxdb/authorization.ts';
import { NOTHING_DUE, type ReasonCode } from '../../log/reason-codes.ts';
import { parseMarker } from '../document/marker.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { endingsOfAdopted } from './adopted-token.ts';
import { isForced, isLeakAsked, rotationAsked } from './asked.ts';
import type { Occasion } from './before-a-mint.ts';
import { summarize } from './before-an-end.ts';
import { isCurrentCompromised, leakWithoutMarker } from './compromised.ts';
import { planCopyForward } from './copy-forward.ts';
import { countedRows } from './counted-rows.ts';
import { acting, type Decision, failed, idle, type Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import { mintUnlessKept } from './mint.ts';
import { nameUnresolved } from './name-unresolved.ts';
import { isYoung, knownIds, nextLedger } from './next-ledger.ts';
import { notesOnCopy, notesOnEffect } from './notes-on-adoption.ts';
import { holderOf, type Owned } from './owned.ts';
import type { Reason } from './reason.ts';
import { dueSince, reasonToRotate } from './reason-to-rotate.ts';
import { withAlarm } from './restore.ts';
import { endingOfStray, wasCurrentBefore } from './stray-token.ts';
import { endingOfEntry, graceOfEntryOverAt } from './superseded-token.ts';
import { unlessFrozen } from './when.ts';

/** The current token works: older ones end, and it is replaced when it is due (R5 to R8). */
export function planLiveToken(facts: Facts, owned: Owned, row: Authorization): Decision {
  const { document, start } = owned;
  const { identity } = start;
  const all = facts.listing.markedAs(identity);
  const known = knownIds(document);
  const strays = all.filter((each) => !known.has(each.row.id) && !isYoung(each, facts));
  const byOwner = new Set(countedRows(facts, all, document));
  // The owner may have changed with the token that a label, or an older value, was moved back from.
  const counts = (each: MarkedRow) =>
    byOwner.has(each) || (strays.includes(each) && wasCurrentBefore(facts, identity, each));
  const marked = all.filter(counts);
  const owner = holderOf(owned, marked);
  const counted = new Set(marked.map(({ row }) => row.id));
  // One that leaked is replaced at once, and the ledger of the new version names the others, too.
  const former = strays.filter(({ row }) => counted.has(row.id));
  const leaked = isCurrentCompromised(facts, document);
  const copy = leaked || rotationAsked(facts) ? undefined : planCopyForward(facts, owned, marked, former);
  if (copy !== undefined)
    return withAlarm(copy, { notes: notesOnCopy(facts) }, [document.authorizationId, facts.settings.secret]);

  const planned = summarize(facts, [
    ...document.superseded.map((entry) => endingOfEntry(facts, owner, entry)),
    ...strays.map((stray) => endingOfStray(facts, owner, stray, counted.has(stray.row.id))),
    ...endingsOfAdopted(facts, owner, known),
  ]);
  const endings = unlessFrozen(facts, planned);
  const rest = { ...endings, notes: [...endings.notes, ...notesOnEffect(facts)] };
  const { target } = facts;
  if (target.kind === 'unresolved') return failed(nameUnresolved(target), rest);
  const due = reasonToRotate(facts, target, owned, row);
  if (NOTHING_DUE.has(due.code) || due.code === 'YOUNGER_THAN_ASKED') return idle(due, rest);
  if (due.code === 'REQUESTED' && isLeakAsked(facts) && parseMarker(row.description))
    return acting({ kind: 'note-compromised', reason: due, authorizationId: row.id, identity }, { notes: rest.notes });
  const occasion = occasionOf(facts, due.code);
  return mintUnlessKept(
    facts,
    {
      ...{
        reason: due,
        occasion,
        start,
        marked,
        document,
        replaces: row,
        dueSince: dueSince(facts, due, document, row),
      },
      others: () => anotherIsLive(facts, owned, marked, rest, mostOthers(facts, occasion)),
      ledger: () => nextLedger(facts, { identity, document, marked, supersedes: true }),
    },
    { ...rest, notes: [...rest.notes, ...notesOnLeak(facts, due.code, row.id)] },
  );
}

/** How many other live tokens do not stand in the way: one where somebody asks, and another where it is forced. */
function mostOthers(facts: Facts, occasion: Occasion): number {
  if (isForced(facts)) return 2;
  return occasion === 'requested' || facts.into !== undefined ? 1 : 0;
}

/** A leak that could not be noted on the row. */
function notesOnLeak(facts: Facts, code: ReasonCode, authorizationId: string): Reason[] {
  return code === 'REQUESTED' && isLeakAsked(facts) ? [leakWithoutMarker(authorizationId)] : [];
}

/** What does not wait for its turn. */
function occasionOf(facts: Facts, code: ReasonCode): Occasion {
  switch (code) {
    case 'CURRENT_COMPROMISED':
      return 'compromised';
    case 'TOKEN_KEY_EMPTY':
      return 'no-key';
    // The server's word on the row, where one could be written, makes it `CURRENT_COMPROMISED`.
    case 'REQUESTED':
      return isLeakAsked(facts) ? 'compromised' : 'requested';
    default:
      return 'scheduled';
  }
}

/**
 * I3: no more than two live tokens; one more where an operator asks, and another where he forces it. What waits for another to end says until when.
 * @param most how many other live tokens do not stand in the way.
 */
function anotherIsLive(
  facts: Facts,
  owned: Owned,
  marked: readonly MarkedRow[],
  { ends, notes }: Pick<Decision, 'ends' | 'notes'>,
  most: number,
): Obstacle | undefined {
  const { document } = owned;
  const settlesAt = (id: string) => {
    const entry = document.superseded.find((each) => each.authorizationId === id);
    return entry && graceOfEntryOverAt(facts, holderOf(owned, marked), entry);
  };
  // A step of a rotation by Secrets Manager ends nothing: what a run would end is live all the same.
  const ended = facts.into === undefined ? ends.map(({ authorizationId }) => authorizationId) : [];
  const ending = new Set([document.authorizationId, ...ended]);
  const others = marked.filter(({ row }) => row.status === 'active' && !ending.has(row.id));
  const [live] = others;
  if (live === undefined || others.length <= most) return undefined;
  const authorizationId = live.row.id;
  const noted = notes.find((note) => 'authorizationId' in note && note.authorizationId === authorizationId);
  const until = noted === undefined ? settlesAt(authorizationId) : 'until' in noted ? noted.until : undefined;
  return {
    state: 'waiting',
    reason: { code: 'ANOTHER_IS_LIVE', authorizationId, ...(until === undefined ? {} : { until }) },
  };
}
