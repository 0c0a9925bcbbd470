import { CallError } from '../../calls/call-error.ts';
import { codeOf, messageOf } from '../../calls/failure.ts';
import { SecretsManagerError } from '../../secrets-manager/errors.ts';
import { formatMarker, type Marker } from '../document/marker.ts';
import { readSecretContent } from '../document/secret-content.ts';
import { triedAgainAt } from '../plan/refusal-notes.ts';
import { type NewToken, noting } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

const UNANSWERED = 'a call about it got no answer, and may still take effect';

/**
 * R13: ends a new token that failed for certain: inactive, deleted, unlabelled. Whatever this leaves, the sweep finishes.
 * Where the secret refused it, or InfluxDB itself, its row stays for a day, inactive, as the note of that.
 */
export async function undo(services: Services, token: NewToken, error: unknown): Promise<void> {
  const { influxdb, log } = services;
  const { authorization, rotationId, settings } = token;
  const fields = { consumer: settings.name, authorizationId: authorization.id, versionId: rotationId };
  const uncertain = error instanceof RotationError && error.mayStillLand;
  if (token.mayStillLand || uncertain) return log('ROTATION_LEFT', { ...fields, reason: UNANSWERED });
  // Before anything is looked at: what was seen must not be old when it is acted on.
  const why = { reason: `its rotation failed: ${messageOf(error)}`, reasonCode: codeOf(error) };
  await services.witness?.intend({ consumer: settings.name, authorizationId: authorization.id, ...why });
  try {
    if (token.stored && (await isCurrent(services, token)))
      return log('ROTATION_LEFT', { ...fields, reason: 'somebody put its value into the current version' });
    const note = noteOf(token, error);
    if (note !== undefined && (await isNoted(services, token, note))) {
      // What its version holds is off for good; the next rotation's gets the label anyway.
      if (note.verifyRefused) await labelLeft(services, token);
      const until = new Date(triedAgainAt(authorization)).toISOString();
      return log('ROTATION_PAUSED', { consumer: settings.name, authorizationId: authorization.id, until });
    }
    if (token.mayStillLand) return log('ROTATION_LEFT', { ...fields, reason: UNANSWERED });
    if (token.live) await influxdb.patchAuthorization(authorization.id, { status: 'inactive' }, noting(token));
    if (token.mayStillLand) return log('ROTATION_LEFT', { ...fields, reason: UNANSWERED });
    await influxdb.deleteAuthorization(authorization.id, noting(token));
  } catch (left) {
    return log('ROTATION_LEFT', { ...fields, reason: messageOf(left) });
  }
  const left = token.mayStillLand || !token.stored ? undefined : await labelLeft(services, token);
  if (left === undefined) log('ROTATION_UNDONE', fields);
  else log('ROTATION_LEFT', { ...fields, reason: left, deleted: true });
}

/** What the row is to say where the next try would fail in the same way. */
function noteOf(token: NewToken, error: unknown): NoteOfRefusal | undefined {
  if (isRefusedBySecret(token, error)) return { putRefused: true };
  if (!(error instanceof RotationError && error.isLasting)) return undefined;
  if (error.code !== 'MINT_DIFFERS') return { verifyRefused: true };
  // What was stored was made as asked for: then it was a trial row of the rotator's that differed.
  return token.stored ? undefined : { mintDiffers: token.asked };
}

type NoteOfRefusal = Partial<Pick<Marker, 'putRefused' | 'verifyRefused' | 'mintDiffers'>>;

/** What the next try meets differently: a secret that is gone by then, or another id. */
const PASSING: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'ResourceExistsException']);

/** What a promotion meets whose right is missing. Any other refusal of it may mean that somebody was faster. */
const DENIED = /^AccessDenied/;

/** The secret certainly did not take the value, or the label, and would not take the next one: a policy, or its key. */
function isRefusedBySecret({ stored }: NewToken, error: unknown): boolean {
  if (!(error instanceof SecretsManagerError) || error.kind !== 'refused' || error.endsRun) return false;
  return stored ? DENIED.test(error.exception) : !PASSING.has(error.exception);
}

/**
 * Leaves the row as the note for the planner, switched off. It worked for nobody, so its marker gets no hash, or loses
 * it. False if InfluxDB did not say that it took the note.
 */
async function isNoted({ influxdb }: Services, token: NewToken, note: NoteOfRefusal): Promise<boolean> {
  const { start, rotationId, authorization } = token;
  const description = formatMarker(start.identity, rotationId, note);
  try {
    await influxdb.patchAuthorization(authorization.id, { status: 'inactive', description }, noting(token));
    return true;
  } catch {
    return false;
  }
}

/** H3: a label that is elsewhere proves little: the value itself may be in the current version by hand, in any form. */
async function isCurrent({ store }: Services, { start, settings, authorization }: NewToken): Promise<boolean> {
  const current = await store.readVersion(start.secretId, { stage: 'AWSCURRENT' });
  if (current === undefined) return false;
  const { token } = readSecretContent(current.text, current.versionId, settings.tokenKey);
  return token === authorization.token || current.text.includes(authorization.token);
}

/** Why the label could not be taken off the new version, whose token is gone; undefined if it is not there any more. */
async function labelLeft({ store }: Services, { start, rotationId }: NewToken): Promise<string | undefined> {
  try {
    await store.removePending(start.secretId, rotationId);
    return undefined;
  } catch (error) {
    if (await isElsewhere(store, start.secretId, rotationId, error)) return undefined;
    return `its token was deleted, but AWSPENDING could not be taken off its version, which does no harm, and goes to the next rotation's: ${messageOf(error)}`;
  }
}

/** A refusal can mean that another run's new version has the label by now. */
async function isElsewhere(
  store: Services['store'],
  secretId: string,
  versionId: string,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof CallError && error.kind === 'refused')) return false;
  try {
    const seen = await store.describe(secretId);
    return seen !== undefined && seen.pending !== versionId;
  } catch {
    return false;
  }
}
