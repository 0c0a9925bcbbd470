import type { ConsumerSettings } from '../../config/configuration.ts';
import { withNote } from '../document/marker.ts';
import { describe } from '../plan/describe.ts';
import type { NoteCompromised } from '../plan/steps.ts';
import { rowToWriteOn } from './row-to-write-on.ts';
import type { Services } from './services.ts';

/**
 * Writes on the row of a token that it leaked. From then on every run that sees it replaces and deletes it, so that
 * nothing is forgotten if this one dies (docs/protocol.md, H17).
 *
 * @throws {ChangedBeforeEndError | CallError | OutOfTimeError}
 */
export async function noteCompromised(
  services: Services,
  { name: consumer }: ConsumerSettings,
  step: NoteCompromised,
): Promise<undefined> {
  const { influxdb, clock, log } = services;
  const { authorizationId, reason } = step;
  const { description } = await rowToWriteOn(services, { ...step, adopted: false });
  await influxdb.patchAuthorization(authorizationId, {
    description: withNote(description, 'compromised', clock.now()),
  });
  log('TOKEN_COMPROMISED', { consumer, authorizationId, reason: describe(reason), reasonCode: reason.code });
  return undefined;
}
