import { formatDuration } from '../../config/duration.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import { describeIdentity } from '../document/marker.ts';
import { asPermission, describeKeeping, idsIn, quotable, secretsOf } from './phrases.ts';
import type { Reason, Reasons } from './reason.ts';
import { SENTENCES_ABOUT_SERVICE } from './sentences-about-service.ts';

const ROLES = {
  superseded: 'superseded authorization',
  stray: 'stray authorization',
  adopted: 'adopted authorization',
} as const;

type Sentences = { readonly [Code in ReasonCode]: (about: Reasons[Code]) => string };

const SENTENCES: Sentences = {
  ...SENTENCES_ABOUT_SERVICE,

  NEXT_ROTATION: ({ inMs }) => `next rotation in ${formatDuration(inMs)}`,
  RETIRED: () => 'retired',
  RETIRED_WITHOUT_SECRET: () => 'retired, and its secret does not exist',

  FIRST_TOKEN: () => 'first token',
  REPLACED_BY_HAND: () => 'replaced by hand',
  MISSING: ({ authorizationId, how }) =>
    `missing: the current authorization ${authorizationId} ${how === 'deleted' ? 'was deleted' : 'belongs to a user that was deleted'}`,
  ROLLED_BACK_TO_SWITCHED_OFF: () => 'rolled back to a token that was switched off',
  ROLLED_BACK_TO_FAILING: () => 'rolled back to a token that fails',
  DUE: ({ rotateEveryMs }) => `due: older than ${formatDuration(rotateEveryMs)}`,
  PERMISSIONS_CHANGED: () => 'permissions changed',
  OWNER_CHANGED: () => 'owner changed',
  CURRENT_COMPROMISED: ({ authorizationId }) => `the current authorization ${authorizationId} is compromised`,
  TOKEN_KEY_EMPTY: ({ tokenKey }) => `the secret holds no token under its key "${tokenKey}"`,

  RESTORED: ({ authorizationId }) =>
    `the secret lost its token to an older value: that of authorization ${authorizationId} is restored`,
  LABEL_MOVED_BACK: () => 'a label was moved back: the newer token goes into the ledger',
  EDITED_WITH_STRAYS: () => 'edited by hand: stray tokens go into the ledger',
  STRAYS_UNLABELLED: () => 'no labelled version names them: stray tokens go into the ledger',

  GRACE_OVER: () => 'superseded, and its grace period is over',
  HOLD_OVER: () => 'superseded, switched off, and held long enough',
  COMPROMISED: () => 'compromised',
  ADOPTED: () => 'adopted by the configuration, and the grace period of its readers is over',
  LEFT_BEHIND: () => 'left behind by a run that did not finish',
  LEFT_BEHIND_AND_HELD: () => 'left behind, switched off, and held long enough',
  NEVER_STORED: () => 'never stored: its run did not get that far',

  TOO_YOUNG: ({ authorizationId }) =>
    `authorization ${authorizationId} is younger than the lease: a run may be at work on it`,
  ANOTHER_IS_LIVE: ({ authorizationId, until }) =>
    `authorization ${authorizationId} is still live${until === undefined || !Number.isFinite(until) ? '' : ` until ${new Date(until).toISOString()}`}`,
  LEFTOVERS_ARE_LIVE: ({ authorizationIds }) =>
    `runs that died over it left authorizations ${idsIn(authorizationIds)} live: they are switched off after a grace period, or at once by hand`,
  RIGHT_MISSING: ({ right }) =>
    `the rotator's token lacks ${asPermission(right)}, without which this consumer's tokens cannot be made and ended: replace it with a token that also has this permission, as docs/rotator-token.md says`,
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
  CHANGED_MEANWHILE: () => 'changed meanwhile: the next run looks again',

  SWITCHED_OFF_BY_HAND: ({ authorizationId }) =>
    `the current authorization ${authorizationId} is inactive: somebody switched it off; switch it on again in InfluxDB, or delete it to have it replaced`,
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
  SECRET_NOT_FOUND: ({ secret, consumer }) =>
    `secret ${secret} does not exist: create it (aws secretsmanager create-secret --name ${secret}), or set "createSecret": true for consumer ${consumer}`,
  SECRET_NOT_JSON: ({ secret }) =>
    `the value of secret ${secret} is neither a JSON object nor a plain token (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is`,
  SECRET_PLAIN_TOKEN: ({ secret, consumer, tokenKey }) =>
    `the value of secret ${secret} is not a JSON object: store it as {"${tokenKey}": "<the token>"}, or set "convert": true for consumer ${consumer} once its readers expect JSON`,
  TOKEN_KEY_TAKEN: ({ secret, tokenKey }) =>
    `secret ${secret} holds something else than our token under its key "${tokenKey}", which would be overwritten: set "tokenKey" to the key that applications read, or remove "${tokenKey}" from the secret`,
  TOKEN_KEY_UNKNOWN: ({ secret, tokenKey, keys }) =>
    `secret ${secret} has no key "${tokenKey}", but others that seem to hold tokens (${keys.join(', ')}): set "tokenKey" to the one that applications read; if they will read "${tokenKey}", add "${tokenKey}": "" to the secret`,
  SECRET_MALFORMED: ({ secret, problem }) => `secret ${secret} has ${problem}`,
  CURRENT_UNSEEN: ({ authorizationId, detail }) =>
    `the current authorization ${authorizationId} cannot be seen: ${detail}`,

  USED_BY_ANOTHER: ({ authorizationId, role, why }) => `${ROLES[role]} ${authorizationId} is left alone: ${why}`,
  ENTRY_UNSEEN: ({ authorizationId, detail }) =>
    `authorization ${authorizationId} of the ledger cannot be seen: ${detail}`,
  ENTRY_UNMARKED: ({ authorizationId }) =>
    `authorization ${authorizationId} is in the ledger, but has no marker of ours: it is left alone; if it was made for this consumer, name it as "adopt", or else delete it by hand once nothing uses it`,
  OWNER_DELETED: ({ authorizationId }) =>
    `authorization ${authorizationId} of the ledger belongs to a user that was deleted, so its token does not work: delete its row by hand`,
  ENTRY_OF_ANOTHER: ({ authorizationId, owner }) =>
    `authorization ${authorizationId} is in the ledger, but its marker is that of ${describeIdentity(owner)}: it is left alone`,
  PERHAPS_SHARED: ({ authorizationId, unread }) =>
    `authorization ${authorizationId} was adopted, and waits until it is known that the secrets of ${unread.join(', ')} do not hold it`,
  KEPT: ({ authorizationId, role, until }) => `${ROLES[role]} ${authorizationId} is ${describeKeeping(until)}`,
  SECRET_RESTLESS: ({ authorizationId, gracePeriodMs }) =>
    `authorization ${authorizationId} is superseded, but the secret was changed less than ${formatDuration(gracePeriodMs)} ago: waiting for it to rest`,
  PENDING_ELSEWHERE: ({ authorizationId }) =>
    `authorization ${authorizationId} is in the pending version of the secret, with which Secrets Manager may still end a rotation`,
  OVER_THE_CAP: ({ authorizationId, cap }) =>
    `authorization ${authorizationId} waits for the next run: this one has reached its limit of ${cap} tokens to switch off`,
  STRAY_IS_PREVIOUS: ({ authorizationId }) =>
    `stray authorization ${authorizationId} is AWSPREVIOUS, and stays until the next rotation takes it over`,
  STRAY_SETTLES: ({ authorizationId }) =>
    `stray authorization ${authorizationId} is live; it is switched off once the secret has rested for a grace period`,
  ADOPTED_SETTLES: ({ authorizationId }) =>
    `adopted authorization ${authorizationId} is switched off once the secret has held a token of ours for a grace period`,
  STRAY_HELD: ({ authorizationId }) =>
    `stray authorization ${authorizationId} is switched off; it is deleted after the hold period`,
  STRAY_OF_ANOTHER: ({ authorizationId, userId }) =>
    `authorization ${authorizationId} has a marker of this consumer, but belongs to user ${userId}, whom neither the configuration nor the secret names: the marker was copied, or the owner was configured once; it is ended like a stray, and nothing waits for it`,
  RETIRED_SETTLES: ({ authorizationId }) =>
    `authorization ${authorizationId} of this retired consumer waits until nobody can hold it any more`,
  MORE_NOTES: ({ more }) => `and ${more} more notes about authorizations`,
  ENDS_SUSPENDED: ({ detail }) => `nothing is switched off or deleted: ${detail}`,

  OLD_TOKEN_REMAINS: ({ secret, authorizationId, consumers }) =>
    `the token that secret ${secret} held before is not one of ours${authorizationId === undefined ? '' : ` (it is authorization ${authorizationId})`}${consumers.length === 0 ? '' : `, and ${secretsOf(consumers)}, too`}: delete it by hand once nothing uses it, or name its authorization as "adopt"`,
  CANNOT_ADOPT: ({ authorizationId, why }) =>
    authorizationId === undefined
      ? `nothing is adopted: ${why}`
      : `authorization ${authorizationId} is not adopted: ${why}`,
  ADOPTS: ({ authorizationId, userId, description, permissions }) =>
    `authorization ${authorizationId} is adopted ("${quotable(description)}", of user ${userId}, which may: ${permissions}): it is switched off and deleted once nobody can hold it any more`,
  ADOPTS_LATER: ({ authorizationId, consumers }) =>
    `authorization ${authorizationId} is adopted later, because ${secretsOf(consumers)}, too: it is switched off and deleted once every one of them has had a token of its own for a grace period`,
  HELD_IS_OURS: ({ authorizationId }) =>
    `the token that the secret holds is that of authorization ${authorizationId}, which is one of ours: it keeps working until its grace period after the next rotation is over`,
  RIGHTS_UNCHECKED: ({ detail }) => `not all rights of the rotator's token could be checked: ${detail}`,
  SECRET_GONE: ({ authorizationIds }) =>
    `authorizations ${idsIn(authorizationIds)} were made for this consumer, but the secret that they were made for is gone or scheduled for deletion: they are left alone; delete them by hand unless another stack uses them`,

  NOT_ATTEMPTED: () => 'the run ended early',
  NOT_PLANNED: ({ error }) => `what this consumer needs could not be read (${error})`,
  UNMANAGED_TOKEN: ({ authorizationId, userId, description, status, createdAt, consumers }) =>
    `authorization ${authorizationId} of user ${userId} ("${quotable(description)}", ${status}, made ${createdAt}) is managed by nobody${consumers.length === 0 ? '' : `, and ${secretsOf(consumers)}`}: name it as "adopt" of ${consumers.length > 1 ? 'one of them' : 'the consumer whose token it is'}, or delete it by hand once nothing uses it`,
  MORE_UNMANAGED: ({ more }) => `and ${more} more authorizations of these users are managed by nobody`,
  SHARED_VALUE: ({ consumers }) =>
    `the secrets of consumers ${consumers.join(', ')} hold the same token: each gets one of its own at its first rotation, and the shared one is ended only if it is adopted, after all of them have moved on`,
  NOT_CONFIGURED: ({ consumer, authorizationIds }) =>
    `consumer ${consumer} is no longer configured, and its authorizations remain (${idsIn(authorizationIds)}): to end them, configure it again with "retired": true, or, if it was renamed, name them as "adopt" of the consumer that it is now, one after the other`,
  MORE_CONSUMERS: ({ consumers, authorizations }) =>
    `and ${consumers} more such consumers, which have ${authorizations} authorizations`,
  ANOTHER_SECRET: ({ consumer, authorizationIds }) =>
    `authorizations ${idsIn(authorizationIds)} name consumer ${consumer}, but another secret than the configured one (a second stack of this name, or a secret made anew): they are left alone; if no other stack uses them, name them as "adopt" of the consumer, one after the other`,
};

/** The reason as a person reads it: what, why, and what to do. Lower case, no full stop. */
export function describe<Code extends ReasonCode>(reason: Reason<Code>): string {
  return (SENTENCES[reason.code] as (about: Reason<Code>) => string)(reason);
}
