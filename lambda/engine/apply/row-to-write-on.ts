import { CallError } from '../../calls/call-error.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { isSameIdentity, parseMarker } from '../document/marker.ts';
import type { NoteCompromised, Reactivate } from '../plan/steps.ts';
import { ChangedBeforeEndError } from './last-guard.ts';
import type { Services } from './services.ts';

/**
 * The row that a command is about to write on, as it is now: its description is written back whole.
 * @throws {ChangedBeforeEndError | CallError} if it is not this consumer's any more, or leaked.
 */
export async function rowToWriteOn(
  { influxdb }: Services,
  step: Pick<Reactivate, 'authorizationId' | 'identity' | 'adopted'> & Pick<Reactivate | NoteCompromised, 'kind'>,
): Promise<Authorization> {
  const found = await influxdb.lookUp(step.authorizationId);
  if (found.kind === 'unseen') throw new CallError('INFLUXDB_REFUSED', 'refused', found.detail);
  if (found.kind !== 'found') throw new ChangedBeforeEndError(step, 'it is gone');
  const { row } = found;
  const marker = parseMarker(row.description);
  const isOurs = marker === undefined ? step.adopted : isSameIdentity(marker, step.identity);
  if (!isOurs) throw new ChangedBeforeEndError(step, 'its marker was changed meanwhile');
  if (step.kind === 'reactivate' && marker?.compromised === true)
    throw new ChangedBeforeEndError(step, 'it is compromised');
  return row;
}
