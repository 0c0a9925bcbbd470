import { formatMarker, markerHash } from '../document/marker.ts';
import { type NewToken, noting } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** Puts the new value under `AWSPENDING`. */
export async function store({ store: secrets, log }: Services, token: NewToken, text: string): Promise<void> {
  const { start, rotationId, settings, authorization } = token;
  const awsRequestId = await secrets.putPending(start.secretId, rotationId, text, noting(token));
  token.stored = true;
  const version = { authorizationId: authorization.id, versionId: rotationId };
  log('TOKEN_STORED', { consumer: settings.name, ...version, awsRequestId });
}

/**
 * From here on it works; its value is stored, and its id known. The hash in its marker says whose value it is for as
 * long as the row exists (docs/protocol.md, H2).
 */
export async function activate({ influxdb, log }: Services, token: NewToken): Promise<void> {
  const { id } = token.authorization;
  const tokenHash = markerHash(token.authorization.token);
  const description = formatMarker(token.start.identity, token.rotationId, { tokenHash });
  const row = await influxdb.patchAuthorization(id, { status: 'active', description }, noting(token));
  token.live = true;
  if (row.status !== 'active')
    throw new RotationError('STATUS_UNCHANGED', `InfluxDB left the new authorization ${id} ${row.status}`);
  log('TOKEN_ACTIVATED', { consumer: token.settings.name, authorizationId: id });
}
