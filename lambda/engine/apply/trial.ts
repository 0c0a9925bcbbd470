import { OutOfTimeError } from '../../calls/budget.ts';
import type { OnUnanswered } from '../../calls/call.ts';
import { CallError } from '../../calls/call-error.ts';
import type { Permission } from '../../config/permission.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { InfluxdbClient } from '../../influxdb/client.ts';
import { formatMarker, type Identity } from '../document/marker.ts';
import type { Services } from './services.ts';

/** An authorization that is made to see whether it can be, and deleted again. */
export interface Trial {
  /** Whose marker it gets, so that the runs know it. */
  readonly identity: Identity;
  readonly orgId: string;
  readonly userId: string;
  readonly permissions: readonly Permission[];
}

type Trying = Pick<Services, 'log' | 'newId' | 'budget' | 'limits'>;

/** Why it is made and deleted. */
const WHY = { reason: 'it was made to see whether it can be made', reasonCode: 'NEVER_STORED' };

/**
 * Makes it, dead from the beginning, so that it works for nobody. Should nobody delete it, it is swept like a mint that
 * was not stored: an unanswered call may have made it.
 */
export async function makeTrial(
  { log, newId, budget, limits }: Trying,
  influxdb: InfluxdbClient,
  { identity, ...wanted }: Trial,
  noting: OnUnanswered = {},
): Promise<Authorization> {
  const { consumer } = identity;
  if (budget.remainingMs() < 3 * limits.callTimeoutMs) throw new OutOfTimeError();
  const rotationId = newId();
  const description = `${formatMarker(identity, rotationId)} trial`;
  // Logged before the write, so that the log of a run that dies shows what it was doing.
  log('TRIAL_STARTED', { consumer, rotationId, userId: wanted.userId });
  let unanswered = false;
  const onUnanswered = () => {
    unanswered = true;
    noting.onUnanswered?.();
  };
  try {
    const made = await influxdb.createAuthorization({ ...wanted, status: 'inactive', description }, { onUnanswered });
    log('TRIAL', { consumer, authorizationId: made.id, userId: made.userId, outcome: 'made' });
    return made;
  } catch (error) {
    if (unanswered) log('MINT_UNANSWERED', { consumer, rotationId });
    throw error;
  }
}

export async function deleteTrial(
  { log, witness }: Pick<Services, 'log' | 'witness'>,
  influxdb: InfluxdbClient,
  { consumer }: Identity,
  { id: authorizationId, userId }: Pick<Authorization, 'id' | 'userId'>,
  noting: OnUnanswered = {},
): Promise<void> {
  await witness?.intend({ consumer, authorizationId, ...WHY });
  try {
    await influxdb.deleteAuthorization(authorizationId, noting);
  } catch (error) {
    if (error instanceof CallError && !error.hadNoEffect)
      log('END_UNANSWERED', { consumer, authorizationId, action: 'delete' });
    throw error;
  }
  log('TRIAL', { consumer, authorizationId, userId, outcome: 'deleted' });
}
