import { CallError } from '../../calls/call-error.ts';
import type { InfluxdbSettings } from '../../config/configuration.ts';
import type { SecretVersion } from '../../secrets-manager/secret.ts';
import type { ReadingStore } from './reads.ts';
import { RotatorTokenError, readRotatorToken } from './rotator-token.ts';

/** Asks InfluxDB whose this token is; undefined if it does not work. */
export type AskOwner = (token: string) => Promise<string | undefined>;

/**
 * H7: InfluxDB refuses the rotator's own token, so no run can do anything. Says what a person can do, as far as the
 * versions of the secret show it. A token is only tried for that: a person may have put the dead one there on purpose.
 */
export async function wayOut(store: ReadingStore, settings: InfluxdbSettings, ask: AskOwner): Promise<string> {
  const { tokenSecret: secret } = settings;
  const anew = `make it a new token, as docs/rotator-token.md says, and store it in secret ${secret}`;
  try {
    const current = await store.readVersion(secret, { stage: 'AWSCURRENT' });
    if (await works(current, settings, ask))
      return `secret ${secret} holds another token by now, which works: the next run signs in with it`;
    const previous = await store.readVersion(secret, { stage: 'AWSPREVIOUS' });
    if (!(await works(previous, settings, ask)) || previous === undefined || current === undefined) return anew;
    return `the token under AWSPREVIOUS works: if nobody stopped the rotator on purpose, move the label back (aws secretsmanager update-secret-version-stage --secret-id ${secret} --version-stage AWSCURRENT --move-to-version-id ${previous.versionId} --remove-from-version-id ${current.versionId})`;
  } catch (error) {
    if (error instanceof CallError) return anew;
    throw error;
  }
}

async function works(version: SecretVersion | undefined, settings: InfluxdbSettings, ask: AskOwner): Promise<boolean> {
  if (version === undefined) return false;
  try {
    const token = readRotatorToken({ kind: 'value', arn: '', holdsPending: false, ...version }, settings);
    return (await ask(token)) !== undefined;
  } catch (error) {
    if (error instanceof RotatorTokenError) return false;
    throw error;
  }
}
