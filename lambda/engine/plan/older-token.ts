import type { Permission } from '../../config/permission.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { covers, permissionsHash } from '../../influxdb/permissions.ts';
import { type LedgerEntry, tokenHash } from '../document/document.ts';
import { graceEndsAt } from '../document/grace.ts';
import { keepUntilOf } from '../document/keep-until.ts';
import { isSameIdentity, type Marker, markerHash, parseMarker } from '../document/marker.ts';
import { isAdopted } from './adoption.ts';
import { requested } from './asked.ts';
import { isNoted } from './compromised.ts';
import { acting, type Decision, failed, idle } from './decision.ts';
import { findEntry } from './entry.ts';
import type { Asked, Facts } from './facts.ts';
import { ledgerWithout, nextLedger } from './next-ledger.ts';
import type { Owned } from './owned.ts';
import type { Reason } from './reason.ts';
import { recently } from './recent-copies.ts';
import { versionsOf } from './restore.ts';
import type { CopyForward } from './steps.ts';
import { unwritable } from './unwritable.ts';

// R11: an operator gives the token before the current one back to its readers. Whether that is done, the plan says on
// what it sees after the wait that keeps every request of a run from undoing it (docs/protocol.md, F8, F9, G5, G6).

/** The token before the current one, as far as it can be given back. */
interface Older {
  readonly entry: LedgerEntry;
  readonly row: Authorization;
  readonly marker: Marker | undefined;
}

/** The previous token works again, and no run ends it before the time that was given. */
export function planReactivation(facts: Facts, owned: Owned, asked: Asked, forMs: number): Decision {
  const older = olderToken(facts, owned);
  if ('code' in older) return failed(older);
  const until = asked.at + forMs;
  if (!asked.settled) return reactivated(facts, owned, older, asked, until);
  const { row } = older;
  return isKept(row, until)
    ? idle({ code: 'REACTIVATED', authorizationId: row.id, until })
    : failed({ code: 'NOT_REACTIVATED', authorizationId: row.id });
}

/** The previous token becomes current again, in a new version: labels never move back. */
export function planRollback(facts: Facts, owned: Owned, asked: Asked): Decision {
  const { document, start } = owned;
  const older = olderToken(facts, owned);
  if ('code' in older) return failed(older);
  const { row } = older;
  const current = facts.listing.get(document.authorizationId);
  if (current !== undefined && current.createdAt < row.createdAt)
    return failed({ code: 'ROLLED_BACK_ALREADY', authorizationId: current.id, newerId: row.id });
  const obstacle = unwritable(facts);
  if (obstacle !== undefined) return failed(obstacle.reason);
  if (facts.clocks.kind === 'disagree') return failed({ code: 'CLOCKS_DISAGREE', detail: facts.clocks.detail });
  const rights = rightsLost(facts, row);
  if (rights.length > 0) return failed({ code: 'OLDER_RIGHTS_LACKING', authorizationId: row.id, rights });
  const token = storedToken(facts, older);
  if (token === undefined) return failed({ code: 'OLDER_VALUE_GONE', authorizationId: row.id });
  const until = asked.at + facts.settings.gracePeriodMs;
  if (!asked.settled) return reactivated(facts, owned, older, asked, until);
  if (!isKept(row, until)) return failed({ code: 'NOT_REACTIVATED', authorizationId: row.id });
  const marked = facts.listing.markedAs(start.identity);
  const ledger = nextLedger(facts, { identity: start.identity, document, marked, supersedes: true });
  const copy: CopyForward = {
    kind: 'copy-forward',
    ...{ reason: requested(asked), start, token },
    document: {
      ...document,
      ...{ authorizationId: row.id, orgId: row.orgId, userId: row.userId, tokenHash: tokenHash(token) },
      ...{ permissionsHash: permissionsHash(row.permissions), mintedAt: row.createdAt, changes: [] },
    },
    ledger: ledgerWithout(ledger, row.id),
    ...{ recent: recently(facts, document), asked: true, otherwise: undefined },
  };
  return acting(copy);
}

/** H4: what the rotator's present token has and needs, and the older one has not, no run could give back. */
function rightsLost({ target }: Facts, { permissions, userId }: Authorization): readonly Permission[] {
  if (target.kind !== 'resolved' || target.own === undefined) return [];
  return target.grant(userId).filter((right) => !covers(permissions, right));
}

function reactivated(
  { limits, settings }: Facts,
  { start: { identity } }: Owned,
  { entry, row, marker }: Older,
  asked: Asked,
  until: number,
): Decision {
  return acting({
    kind: 'reactivate',
    ...{ reason: requested(asked), authorizationId: row.id, identity, until },
    adopted: marker === undefined,
    untouchedUntil: graceEndsAt(entry.since, limits, settings) - limits.clockToleranceMs,
  });
}

function isKept({ status, description }: Authorization, until: number): boolean {
  return status === 'active' && (keepUntilOf(description) ?? 0) >= until;
}

/** The newest entry of the ledger; or why none can be given back. */
function olderToken(facts: Facts, { document, start }: Owned): Older | Reason {
  const [entry] = document.superseded.toSorted((one, other) => other.since - one.since);
  if (entry === undefined) return { code: 'NO_OLDER_TOKEN', secret: facts.settings.secret };
  const { authorizationId } = entry;
  const found = findEntry(facts, entry);
  switch (found.kind) {
    case 'gone':
      return entry.compromised
        ? { code: 'OLDER_TOKEN_COMPROMISED', authorizationId }
        : { code: 'NO_OLDER_TOKEN', secret: facts.settings.secret };
    case 'owner-gone':
      return { code: 'OWNER_DELETED', authorizationId };
    case 'unseen':
      return { code: 'ENTRY_UNSEEN', authorizationId, detail: found.detail, overdue: false };
  }
  const { row } = found;
  const marker = parseMarker(row.description);
  const isOurs = marker !== undefined && isSameIdentity(marker, start.identity);
  // T1: the right to write on a row is never a secret's word.
  if (!isOurs && !isAdopted(facts, row))
    return marker === undefined
      ? { code: 'ENTRY_UNMARKED', authorizationId }
      : { code: 'ENTRY_OF_ANOTHER', authorizationId, owner: marker };
  // While the current one is noted as leaked, a run that died is still to end all of them (H17).
  const leaked = entry.compromised || marker?.compromised === true || isNoted(facts, document);
  if (leaked) return { code: 'OLDER_TOKEN_COMPROMISED', authorizationId };
  return { entry, row, marker };
}

/** Its token, where a version of the secret still holds it. */
function storedToken(facts: Facts, { entry, marker }: Older): string | undefined {
  const isItsOwn = (token: string) => {
    return marker?.tokenHash === undefined
      ? entry.tokenHash === tokenHash(token)
      : marker.tokenHash === markerHash(token);
  };
  return versionsOf(facts, marker?.rotationId)
    .map(({ content }) => content.token)
    .find((token) => token !== undefined && isItsOwn(token));
}
