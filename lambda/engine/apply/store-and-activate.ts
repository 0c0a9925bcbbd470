import { type NewToken, noting } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** Puts the new value under `AWSPENDING`. */
export async function store({ store: secrets, log }: Services, token: NewToken, text: string): Promise<void> {
  const { start, rotationId, settings, authorization } = token;
  await secrets.putPending(start.secretId, rotationId, text, noting(token));
  token.stored = true;
  log('TOKEN_STORED', { consumer: settings.name, authorizationId: authorization.id, versionId: rotationId });
}

/** From here on it works; its value is stored, and its id known. */
export async function activate({ influxdb, log }: Services, token: NewToken): Promise<void> {
  const { id } = token.authorization;
  const row = await influxdb.setStatus(id, 'active', noting(token));
  token.live = true;
  if (row.status !== 'active')
    throw new RotationError('STATUS_UNCHANGED', `InfluxDB left the new authorization ${id} ${row.status}`);
  log('TOKEN_ACTIVATED', { consumer: token.settings.name, authorizationId: id });
}
