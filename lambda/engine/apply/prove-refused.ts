import { messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { proveEnded } from '../../influxdb/probe.ts';
import { tokenHash } from '../document/document.ts';
import { parseMarker } from '../document/marker.ts';
import { authorizationNamedIn } from '../document/own.ts';
import { readSecretContent } from '../document/secret-content.ts';
import type { StillThere } from './last-guard.ts';
import type { Services } from './services.ts';

/** The token to try, on what its row granted; or why there is none. */
export type OldToken = { readonly row: Authorization; readonly token: string } | { readonly unread: string };

/**
 * The token of the version that this row was minted for. Read before the row goes: afterwards its version may lose its
 * last label and, in time, disappear.
 */
export async function readOldToken(
  { store }: Services,
  { tokenKey }: Pick<ConsumerSettings, 'tokenKey'>,
  found: StillThere,
  secretId: string,
): Promise<OldToken> {
  if (found.kind !== 'found') return { unread: 'its row, which names the version of its value, was gone already' };
  const { row } = found;
  const marker = parseMarker(row.description);
  if (marker === undefined || marker.adopted) return { unread: 'its row does not name the version of its value' };
  const versionId = marker.rotationId;
  try {
    const version = await store.readVersion(secretId, { versionId });
    if (version === undefined) return { unread: `version ${versionId}, which held its value, is gone` };
    const content = readSecretContent(version.text, versionId, tokenKey);
    const { token } = content;
    // Several attempts of one rotation by Secrets Manager make rows for one version, which holds the token of one.
    if ((authorizationNamedIn(content) ?? row.id) !== row.id)
      return { unread: `version ${versionId} holds another token` };
    return token !== undefined ? { row, token } : { unread: `version ${versionId} holds no token` };
  } catch (error) {
    return { unread: `version ${versionId}, which held its value, could not be read: ${messageOf(error)}` };
  }
}

/** Evidence that the old token is refused, or why there is none. That fails nothing: the row is deleted either way. */
export async function proveRefused(
  { transport, log }: Services,
  consumer: string,
  authorizationId: string,
  old: OldToken,
): Promise<void> {
  const fields = { consumer, authorizationId };
  if ('unread' in old) return log('TOKEN_NOT_REFUSED', { ...fields, reason: old.unread });
  const hashed = { ...fields, tokenHash: tokenHash(old.token) };
  const ended = await proveEnded(transport, old.token, old.row).catch((error: unknown) => ({
    doubt: messageOf(error),
  }));
  if ('status' in ended) log('TOKEN_REFUSED', { ...hashed, status: ended.status });
  else log('TOKEN_NOT_REFUSED', { ...hashed, reason: ended.doubt });
}
