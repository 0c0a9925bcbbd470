import { describeIdentity } from '../document/marker.ts';
import { asPermission, idsIn, untilThen } from './phrases.ts';
import type { Sentences } from './reason.ts';
import { similarSecret } from './similar-secret.ts';

/** What keeps a run from acting, and what to do about it. */
export const OBSTACLES = {
  TOO_YOUNG: ({ authorizationId, until }) =>
    `authorization ${authorizationId} is younger than the lease${untilThen(until)}: a run may be at work on it`,
  ANOTHER_IS_LIVE: ({ authorizationId, until }) => `authorization ${authorizationId} is still live${untilThen(until)}`,
  LEFTOVERS_ARE_LIVE: ({ authorizationIds, until }) =>
    `runs that died over it left authorizations ${idsIn(authorizationIds)} live${untilThen(until)}: they are switched off after a grace period, or at once by hand`,
  RIGHT_MISSING: ({ right }) =>
    `the rotator's token lacks ${asPermission(right)}, without which this consumer's tokens cannot be made and ended: replace it with a token that also has this permission, as docs/rotator-token.md says; rightsNeeded in the report lists them all`,
  CLOCKS_DISAGREE: ({ detail }) => detail,
  NAME_UNRESOLVED: ({ problem }) => problem,
  ROTATED_ELSEWHERE: ({ secret }) =>
    `Secrets Manager itself rotates secret ${secret} (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id ${secret}), or set "rotation": "secrets-manager"`,
  SECRET_IS_REPLICA: ({ secret, primaryRegion }) =>
    `secret ${secret} is a replica of the one in Region ${primaryRegion}, and takes no value here: deploy this consumer there, or promote the replica to a secret of its own (aws secretsmanager stop-replication-to-replica --secret-id ${secret})`,
  SECRET_OF_A_SERVICE: ({ secret, service }) =>
    `secret ${secret} is managed by another service (${service}), which alone may write it: give this consumer a secret of its own`,
  PUT_REFUSED: ({ secret, authorizationId, until }) =>
    `secret ${secret} did not take the last new value: a policy or its key refused it, and ACTION_FAILED of that run says what to allow; authorization ${authorizationId}, which never worked, is the note of it; the next try is after ${new Date(until).toISOString()}, or in the next run once that authorization is deleted`,
  NEW_TOKEN_REFUSED: ({ authorizationId, until }) =>
    `the last new token did not work: ACTION_FAILED of that run says what InfluxDB refused; authorization ${authorizationId}, which is off, is the note of it; the next try is after ${new Date(until).toISOString()}, or in the next run once that authorization is deleted, or the configuration asks for other permissions`,
  NEW_TOKEN_DIFFERS: ({ authorizationId, until }) =>
    `the last new token was made with other permissions than were asked for: ACTION_FAILED of that run lists them; authorization ${authorizationId}, which is off, is the note of it; the next try is after ${new Date(until).toISOString()}, or in the next run once that authorization is deleted, or the configuration asks for other permissions`,
  CHANGED_MEANWHILE: () => 'changed meanwhile: the next run looks again',

  SWITCHED_OFF_BY_HAND: ({ authorizationId }) =>
    `the current authorization ${authorizationId} is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id ${authorizationId})`,
  CURRENT_REFUSED: ({ authorizationId, detail }) =>
    `the current token is refused, though its authorization ${authorizationId} is active (${detail}): if its user was deactivated, activate the user again; if not, delete the authorization, and the next run replaces it`,
  MISSING_AND_REPORTED: () => '"onMissing" is "report", so it is not replaced',
  WRITTEN_AGAIN: ({ secret, authorizationId }) =>
    `something else writes this secret: ${secret} was put back to an older value again, and got the token of authorization ${authorizationId} once more; find and end the other writer, then this alarm ends by itself within a day`,
  CONFIGURATIONS_DISAGREE: ({ secret, deployment }) =>
    `two configurations undo each other's rotations of secret ${secret}: the same change of permissions or owner is due again that was made and undone not long ago; is there a second stack of deployment ${deployment}? Take the consumer out of one of them, or give both the same settings; until then each goes on rotating`,
  TOO_MANY_MISSING: ({ missing, limit }) =>
    `${missing} consumers miss their tokens at once, more than limits.maxMissingPerRun (${limit}): a stale copy of the server looks just like that, so none of them is replaced; if they really are gone, raise the limit`,
  OTHER_WRITER: ({ authorizationIds }) =>
    `something else writes this secret: authorizations ${idsIn(authorizationIds)} were made for it and are live, and its value is none of them; end the other writer, then switch all but one of them off`,
  DOCUMENT_OF_ANOTHER: ({ secret, owner }) =>
    `managed by another: the document in secret ${secret} is that of ${describeIdentity(owner)} (was the secret copied from another one, or made anew?); remove its key "rotation" to start with a first token of its own`,
  MARKER_OF_ANOTHER: ({ authorizationId, owner }) =>
    `managed by another: the marker of the current authorization ${authorizationId} is that of ${describeIdentity(owner)}`,

  SECRET_DELETED: ({ secret }) =>
    `secret ${secret} is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id ${secret}), or take the consumer out of the configuration`,
  SECRET_UNREADABLE: ({ secret, detail, remedy }) =>
    `secret ${secret} cannot be read (${detail}): ${remedy ?? 'allow secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own'}`,
  SECRET_BINARY: ({ secret }) =>
    `secret ${secret} holds binary data, not a JSON object: store its value as a SecretString`,
  SECRET_NOT_FOUND: ({ secret, consumer, authorizationIds = [] }) => {
    const similar = similarSecret(secret, consumer);
    const guess = similar === undefined ? '' : ` (did you mean "${similar}"?)`;
    const making = `create it (aws secretsmanager create-secret --name ${secret}), or set "createSecret": true for consumer ${consumer}`;
    return authorizationIds.length === 0
      ? `secret ${secret} does not exist, or its name is misspelt${guess}: correct "secret" of consumer ${consumer}, or ${making}`
      : `secret ${secret} does not exist, but consumer ${consumer} has tokens that work (${idsIn(authorizationIds)}): most likely the name is misspelt, or the consumer's secret is another one${guess}, so first let "secret" name the one that its readers read; only if that is gone, ${making}`;
  },
  SECRET_NOT_JSON: ({ secret, wrong }) =>
    `the value of secret ${secret} is neither a JSON object nor a plain token${wrong === undefined ? '' : `, because its text ${wrong}`} (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is`,
  SECRET_PLAIN_TOKEN: ({ secret, consumer, tokenKey }) =>
    `the value of secret ${secret} is not a JSON object: store it as {"${tokenKey}": "<the token>"}, or set "convert": true for consumer ${consumer} once its readers expect JSON`,
  TOKEN_KEY_TAKEN: ({ secret, tokenKey }) =>
    `secret ${secret} holds something else than our token under its key "${tokenKey}", which would be overwritten: set "tokenKey" to the key that applications read, or remove "${tokenKey}" from the secret`,
  TOKEN_KEY_UNKNOWN: ({ secret, tokenKey, keys, nested }) =>
    keys.length > 0
      ? `secret ${secret} has no key "${tokenKey}", but others that seem to hold tokens (${[...keys, ...nested].join(', ')}): set "tokenKey" to the one that applications read; if they will read "${tokenKey}", add "${tokenKey}": "" to the secret`
      : `secret ${secret} has no key "${tokenKey}" at the top of its JSON, and keys inside other keys are not supported (${nested.join(', ')}): let applications read "${tokenKey}" at the top, and add "${tokenKey}": "" there`,
  SECRET_MALFORMED: ({ secret, problem }) => `secret ${secret} has ${problem}`,
  CURRENT_UNSEEN: ({ authorizationId, detail }) =>
    `the current authorization ${authorizationId} cannot be seen: ${detail}`,
} satisfies Partial<Sentences>;
