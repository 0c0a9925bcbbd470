import type { Log } from '../../log/log.ts';
import { ownDocument } from '../document/own.ts';
import { countedRows } from '../plan/counted-rows.ts';
import type { Facts } from '../plan/facts.ts';
import { listed } from '../plan/listed.ts';
import { sinceRunBeforeMs } from '../plan/proof-of-life.ts';
import { currentPutByUs, promotedAtLatest } from '../plan/put-by-us.ts';

/**
 * Says what is done since the run before began, as the servers show it: a run that dies right after an effect leaves no
 * line of it. It costs no call. It is of use only before this run does anything itself. What is gone shows no time.
 */
export function logFoundDone(log: Log, facts: Facts, scheduleMs: number): void {
  const { secret, settings, listing, now } = facts;
  if (secret.kind !== 'value') return;
  const { name: consumer } = settings;
  const { identity } = secret;
  const isNew = (time: number) => now - time < sinceRunBeforeMs(scheduleMs);
  const isNewlyCurrent = isNew(promotedAtLatest(facts));
  const all = listing.markedAs(identity);
  if (!isNewlyCurrent && all.every(({ row }) => row.status === 'active')) return;
  const document = ownDocument(secret.content, identity);
  const marked = countedRows(facts, all, document);
  const current = marked.find(({ row }) => row.id === document?.authorizationId);
  const promoted = isNewlyCurrent ? currentPutByUs(facts) : undefined;
  if (promoted !== undefined)
    log('TOKEN_PROMOTED', { consumer, authorizationId: promoted.row.id, versionId: secret.versionId, found: true });
  const off = marked.filter(({ row, marker }) => {
    // What has neither never worked. What is current is only a person's to switch off.
    const worked = marker.adopted || marker.tokenHash !== undefined;
    const isCurrent = row.id === current?.row.id && !settings.retired;
    return row.status === 'inactive' && isNew(row.updatedAt) && worked && !isCurrent;
  });
  for (const { row } of listed(off).shown)
    log('TOKEN_SWITCHED_OFF', { consumer, authorizationId: row.id, found: true });
}
