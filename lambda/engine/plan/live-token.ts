import type { Authorization } from '../../influxdb/authorization.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { adoptedEntry } from './adoption.ts';
import { summarize } from './before-an-end.ts';
import { planCopyForward } from './copy-forward.ts';
import { acting, type Decision, failed, idle } from './decision.ts';
import type { Facts } from './facts.ts';
import { mintUnlessKept } from './mint.ts';
import { isYoung, knownIds, nextLedger, ownEntry } from './next-ledger.ts';
import type { Owned } from './owned.ts';
import { reasonToRotate } from './reason-to-rotate.ts';
import { endingOfStray } from './stray-token.ts';
import { endingOfEntry } from './superseded-token.ts';

/** The current token works: older ones end, and it is replaced when it is due (R5 to R8). */
export function planLiveToken(facts: Facts, owned: Owned, row: Authorization): Decision {
  const { document, start, since } = owned;
  const { identity } = start;
  const marked = facts.listing.markedAs(identity);
  const known = knownIds(document);
  const strays = marked.filter((each) => !known.has(each.row.id) && !isYoung(each, facts));
  const copy = planCopyForward(facts, owned, marked, strays);
  if (copy !== undefined) return acting(copy);

  const owner = { identity, marked, documentId: document.id, currentId: document.authorizationId };
  const rest = summarize(facts, [
    ...document.superseded.map((entry) => endingOfEntry(facts, owner, entry)),
    ...strays.map((stray) => endingOfStray(facts, identity, since, stray)),
  ]);
  const { target } = facts;
  if (target.kind === 'unresolved') return failed({ code: 'NAME_UNRESOLVED', problem: target.problem }, rest);
  const due = reasonToRotate(facts, target, owned, row);
  if (due.code === 'NEXT_ROTATION') return idle(due, rest);
  const ending = new Set(rest.ends.map(({ authorizationId }) => authorizationId));
  return mintUnlessKept(
    facts,
    {
      ...{ reason: due, occasion: 'scheduled', start, marked, document },
      others: () => {
        const live = marked.find((each) => each.row.id !== row.id && isLive(each) && !ending.has(each.row.id));
        if (live === undefined) return undefined;
        return { state: 'waiting', reason: { code: 'ANOTHER_IS_LIVE', authorizationId: live.row.id } };
      },
      ledger: () =>
        nextLedger(facts, document, marked, {
          superseded: ownEntry(facts, document),
          adopted: adoptedEntry(facts),
        }),
    },
    rest,
  );
}

export function isLive({ row }: MarkedRow): boolean {
  return row.status === 'active';
}
