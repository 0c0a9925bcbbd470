import type { Log } from '../../log/log.ts';
import { identityOf, type Marker, markerHash } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import { countedRows } from '../plan/counted-rows.ts';
import type { Facts } from '../plan/facts.ts';
import { listed } from '../plan/listed.ts';
import { sinceRunBeforeMs } from '../plan/proof-of-life.ts';

/**
 * Says what is done since the run before began, as the servers show it: a run that dies right after an effect leaves no
 * line of it. It costs no call. What this run does itself comes later, and what is gone shows no time.
 */
export function logFoundDone(log: Log, facts: Facts, scheduleMs: number): void {
  const { secret, settings, deployment, listing, now } = facts;
  if (secret.kind !== 'value') return;
  const { name: consumer } = settings;
  const identity = identityOf(deployment, consumer, secret.arn);
  const isNew = (time: number) => now - time < sinceRunBeforeMs(scheduleMs);
  const document = ownDocument(secret.content, identity);
  const marked = countedRows(facts, listing.markedAs(identity), document);
  const current = marked.find(({ row }) => row.id === document?.authorizationId);
  // T1: the server's word says that it is ours. Whoever writes the secret must not write into the log.
  if (current !== undefined && isNew(secret.createdAt) && isPutByUs(facts, current.marker))
    log('TOKEN_PROMOTED', { consumer, authorizationId: current.row.id, versionId: secret.versionId, found: true });
  const off = marked.filter(({ row, marker }) => {
    // What has neither never worked. What is current is only a person's to switch off.
    const worked = marker.adopted || marker.tokenHash !== undefined;
    const isCurrent = row.id === current?.row.id && !settings.retired;
    return row.status === 'inactive' && isNew(row.updatedAt) && worked && !isCurrent;
  });
  for (const { row } of listed(off).shown)
    log('TOKEN_SWITCHED_OFF', { consumer, authorizationId: row.id, found: true });
}

/** A version that one of our puts made, with the token that this row's marker speaks of. */
function isPutByUs({ secret }: Facts, { tokenHash }: Marker): boolean {
  if (secret.kind !== 'value' || secret.content.kind !== 'ours') return false;
  const { token } = secret.content;
  return token !== undefined && tokenHash === markerHash(token);
}
