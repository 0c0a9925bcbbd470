import { CodedError } from '../../log/coded-error.ts';
import { isSameIdentity, parseMarker } from '../document/marker.ts';
import { authorizationNamedIn } from '../document/own.ts';
import { readSecretContent } from '../document/secret-content.ts';
import { ListedRows } from '../observe/listing.ts';
import type { NextLedger } from '../plan/steps.ts';
import type { NewToken } from './new-token.ts';
import type { Services } from './services.ts';

/** Another run was as urgent, and faster: the new token is deleted again, and the next run looks at what is. */
export class ChangedAfterMintError extends CodedError {
  override readonly name = 'ChangedAfterMintError';
  override readonly code = 'CHANGED_AFTER_MINT';
}

/** With the new one, no more than three tokens of a consumer may live beside the one that its secret names. */
const MOST_OTHERS = 2;

const NOTHING_ELSE = { ids: new Set<string>(), owners: new Set<string>(), values: new Set<string>() };

/**
 * U4: two runs that both found no living token would both make one. So an urgent mint looks at the list again: what
 * lives, and what was made before it and may yet be activated, counts. What the secret names does not: it is replaced
 * because it leaked or fails, and would be in the way of that for ever. Nor does what leaked: it is deleted as soon as
 * the new one is current, and whoever holds it could make it many.
 *
 * @throws {ChangedAfterMintError}
 */
export async function assertFewLive(
  { influxdb, clock, limits }: Services,
  token: NewToken,
  orgId: string,
  { kept, added }: NextLedger,
): Promise<void> {
  const { authorization, start } = token;
  const named = authorizationNamedIn(readSecretContent(start.text, start.versionId, ''));
  const leaked = new Set([...kept, ...added].flatMap((entry) => (entry.compromised ? entry.authorizationId : [])));
  const listed = new ListedRows(NOTHING_ELSE);
  // Of this owner alone: many may be urgent at once, and each list of all is as large as the deployment.
  await influxdb.listAuthorizations({ orgID: orgId, userID: authorization.userId }, listed);
  const others = listed.rows.filter((row) => {
    const marker = parseMarker(row.description);
    if (row.id === authorization.id || row.id === named || leaked.has(row.id)) return false;
    if (row.userId !== authorization.userId) return false;
    if (marker === undefined || !isSameIdentity(marker, start.identity)) return false;
    const youngBefore = row.createdAt + limits.leaseMs > clock.now() && row.id < authorization.id;
    return row.status === 'active' || youngBefore;
  });
  if (others.length <= MOST_OTHERS) return;
  throw new ChangedAfterMintError(
    `another run makes a token for this consumer too (${others.map(({ id }) => id).join(', ')}): the new one is deleted again; the next run looks again`,
  );
}
