import { formatDuration } from '../../config/duration.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import { describeIdentity } from '../document/marker.ts';
import { OBSTACLES } from './describe-obstacles.ts';
import { OWN_SENTENCES } from './describe-own.ts';
import { WHEN_SENTENCES } from './describe-when.ts';
import { at, describeKeeping, idsIn, notBefore, quotable, secretsOf, someOf } from './phrases.ts';
import type { Reason, Sentences } from './reason.ts';
import { SENTENCES_ABOUT_SERVICE } from './sentences-about-service.ts';

const ROLES = {
  superseded: 'superseded authorization',
  stray: 'stray authorization',
  adopted: 'adopted authorization',
} as const;

const OF_RETIRED = 'of a retired consumer';

const SENTENCES: Sentences = {
  ...SENTENCES_ABOUT_SERVICE,
  ...OWN_SENTENCES,
  ...WHEN_SENTENCES,

  NEXT_ROTATION: ({ inMs }) => `next rotation in ${formatDuration(inMs)}`,
  RETIRED: () => 'retired',
  RETIRED_WITHOUT_SECRET: () => 'retired, and its secret does not exist',

  FIRST_TOKEN: () => 'first token',
  REPLACED_BY_HAND: () => 'replaced by hand',
  MISSING: ({ authorizationId, how }) =>
    `missing: the current authorization ${authorizationId} ${how === 'deleted' ? 'was deleted' : 'belongs to a user that was deleted'}`,
  ROLLED_BACK_TO_SWITCHED_OFF: () => 'rolled back to a token that was switched off',
  ROLLED_BACK_TO_FAILING: () => 'rolled back to a token that fails',
  DUE: ({ rotateEveryMs, earlyMs = 0 }) =>
    `due: older than ${formatDuration(rotateEveryMs - earlyMs)}${earlyMs > 0 ? ', which is "rotateEvery" less its part of "spread"' : ''}`,
  PERMISSIONS_CHANGED: () => 'permissions changed',
  OWNER_CHANGED: () => 'owner changed',
  CURRENT_COMPROMISED: ({ authorizationId }) => `the current authorization ${authorizationId} is compromised`,
  REQUESTED: ({ text, by }) => `requested${by === undefined ? '' : ` by ${by}`}: ${text}`,
  TOKEN_KEY_EMPTY: ({ tokenKey }) => `the secret holds no token under its key "${tokenKey}"`,

  RESTORED: ({ authorizationId }) =>
    `the secret lost its token to an older value: that of authorization ${authorizationId} is restored`,
  LABEL_MOVED_BACK: () => 'a label was moved back: the newer token goes into the ledger',
  EDITED_WITH_STRAYS: () => 'edited by hand: stray tokens go into the ledger',
  STRAYS_UNLABELLED: () => 'no labelled version names them: stray tokens go into the ledger',
  PREVIOUS_UNNAMED: () => 'no ledger names the token under AWSPREVIOUS: it goes into the ledger',

  GRACE_OVER: ({ retired = false }) => `${retired ? OF_RETIRED : 'superseded'}, and its grace period is over`,
  HOLD_OVER: ({ retired = false }) => `${retired ? OF_RETIRED : 'superseded'}, switched off, and held long enough`,
  COMPROMISED: () => 'compromised',
  UNREACHED: () => 'its end was asked for, and it was held long enough',
  ADOPTED: () => 'adopted by the configuration, and the grace period of its readers is over',
  LEFT_BEHIND: () => 'left behind by a run that did not finish',
  LEFT_BEHIND_AND_HELD: () => 'left behind, switched off, and held long enough',
  NEVER_STORED: () => 'never stored: its run did not get that far',

  ...OBSTACLES,

  YOUNGER_THAN_ASKED: ({ authorizationId, until }) =>
    `the token of authorization ${authorizationId} is younger than the minimum age that was given, until ${new Date(until).toISOString()}: it is left`,
  REACTIVATED: ({ authorizationId, until }) =>
    `the token of authorization ${authorizationId} works again, until ${new Date(until).toISOString()}`,
  NO_OLDER_TOKEN: ({ secret }) =>
    `secret ${secret} names no older token that still exists, so none can be given back: if the current one does not work, ask for a new one (rotate)`,
  OLDER_TOKEN_COMPROMISED: ({ authorizationId }) =>
    `the older token, authorization ${authorizationId}, was said to have leaked, so it is not given back: if the current one does not work, ask for a new one (rotate)`,
  OLDER_VALUE_GONE: ({ authorizationId }) =>
    `the value of the older token, authorization ${authorizationId}, is in no version of the secret any more, so it cannot be made current: to keep readers that still have it, reactivate it; or else ask for a new one (rotate)`,
  ROLLED_BACK_ALREADY: ({ authorizationId, newerId }) =>
    `the current token, authorization ${authorizationId}, is older than the one before it (${newerId}): it was rolled back already; to go forward again, ask for a new one (rotate)`,
  NOT_REACTIVATED: ({ authorizationId }) =>
    `authorization ${authorizationId} was switched on, but something else changed it meanwhile: look at it, and ask again`,

  USED_BY_ANOTHER: ({ authorizationId, role, why, until }) =>
    `${ROLES[role]} ${authorizationId} is left alone: ${why}${until === undefined ? '' : `, until ${new Date(until).toISOString()}`}`,
  LEAKED_LIVES: ({ authorizationId, why }) =>
    `a token that leaked still works${authorizationId === undefined ? '' : ` (authorization ${authorizationId})`}: ${why}`,
  ENTRY_UNSEEN: ({ authorizationId, detail }) =>
    `authorization ${authorizationId} of the ledger cannot be seen, so it cannot be ended, and its token may work for ever: ${detail}`,
  ENTRY_UNMARKED: ({ authorizationId }) =>
    `authorization ${authorizationId} is in the ledger, but has no marker of ours: it is left alone; if it was made for this consumer, name it as "adopt", or else delete it by hand once nothing uses it`,
  OWNER_DELETED: ({ authorizationId }) =>
    `authorization ${authorizationId} of the ledger belongs to a user that was deleted, so its token does not work: delete its row by hand`,
  ENTRY_OF_ANOTHER: ({ authorizationId, owner }) =>
    `authorization ${authorizationId} is in the ledger, but its marker is that of ${describeIdentity(owner)}: it is left alone`,
  PERHAPS_SHARED: ({ authorizationId, unread }) =>
    `authorization ${authorizationId} was adopted, and waits until it is known that the secrets of ${someOf(unread)} do not hold it`,
  COMPROMISED_HELD: ({ authorizationId, until }) =>
    `compromised authorization ${authorizationId} was just reactivated: it is deleted after ${at(until)}, when the command that did so is over`,
  KEPT: ({ authorizationId, role, until }) => `${ROLES[role]} ${authorizationId} is ${describeKeeping(until)}`,
  SECRET_RESTLESS: ({ authorizationId, gracePeriodMs, until }) =>
    `authorization ${authorizationId} is superseded, but the secret was changed less than ${formatDuration(gracePeriodMs)} ago: it is ended after ${at(until)}, if the secret is not changed again`,
  PENDING_ELSEWHERE: ({ authorizationId }) =>
    `authorization ${authorizationId} is in the pending version of the secret, with which Secrets Manager may still end a rotation`,
  OVER_THE_CAP: ({ authorizationId, cap }) =>
    `authorization ${authorizationId} waits for the next run: this one has reached its limit of ${cap} tokens to switch off`,
  STRAY_IS_PREVIOUS: ({ authorizationId }) =>
    `stray authorization ${authorizationId} is AWSPREVIOUS, and stays until the next rotation takes it over`,
  STRAY_SETTLES: ({ authorizationId, until }) =>
    `stray authorization ${authorizationId} is live; it is switched off after ${at(until)}, once the secret has rested for a grace period`,
  ADOPTED_SETTLES: ({ authorizationId, until }) =>
    `adopted authorization ${authorizationId} is switched off after ${at(until)}, once the secret has held a token of ours for a grace period`,
  STRAY_HELD: ({ authorizationId, until }) =>
    `stray authorization ${authorizationId} is switched off; it is deleted after the hold period, which ends at ${at(until)}`,
  STRAY_OF_ANOTHER: ({ authorizationId, userId }) =>
    `authorization ${authorizationId} has a marker of this consumer, but belongs to user ${userId}, whom neither the configuration nor the secret names: the marker was copied, or the owner was configured once; it is ended like a stray, and nothing waits for it`,
  RETIRED_SETTLES: ({ authorizationId, until }) =>
    `authorization ${authorizationId} of this retired consumer is left as it is until ${at(until)}, when nobody can hold it any more: then it is switched off, if it still works, and deleted after the hold period`,
  MORE_NOTES: ({ more }) => `and ${more} more notes about authorizations`,
  ENDS_SUSPENDED: ({ detail }) => `nothing is switched off or deleted, except for what leaked: ${detail}`,

  OLD_TOKEN_REMAINS: ({ secret, authorizationId, consumers }) =>
    `the token that secret ${secret} held before is not one of ours${authorizationId === undefined ? '' : ` (it is authorization ${authorizationId})`}${consumers.length === 0 ? '' : `, and ${secretsOf(consumers)}, too`}: delete it by hand once nothing uses it, or name its authorization as "adopt"`,
  CANNOT_ADOPT: ({ authorizationId, why }) =>
    authorizationId === undefined
      ? `nothing is adopted: ${why}`
      : `authorization ${authorizationId} is not adopted: ${why}`,
  ADOPTED_GONE: ({ authorizationId }) =>
    `authorization ${authorizationId}, which "adopt" names, is in no list, so it has most likely ended: if so, take "adopt" out of the configuration; if not, see whether the id is right`,
  ADOPTS: ({ authorizationId, userId, description, permissions }) =>
    `authorization ${authorizationId} is adopted ("${quotable(description)}", of user ${userId}, which may: ${permissions}): it is switched off and deleted once nobody can hold it any more`,
  ADOPTS_LATER: ({ authorizationId, consumers }) =>
    `authorization ${authorizationId} is adopted later, because ${secretsOf(consumers)}, too: it is switched off and deleted once every one of them has had a token of its own for a grace period`,
  HELD_IS_OURS: ({ authorizationId }) =>
    `the token that the secret holds is that of authorization ${authorizationId}, which is one of ours: it keeps working until its grace period after the next rotation is over`,
  HELD_NOT_ALONE: ({ secret, tokenKey }) =>
    `the value that secret ${secret} held under "${tokenKey}" is more than a token: a line end, a space, quotes or a word such as "Token" stands around it, and InfluxDB refuses it so; the rotation puts a token alone there, which readers must expect`,
  HELD_IS_ROTATORS: ({ secret, authorizationId }) =>
    `the token that secret ${secret} held before is the rotator's own${authorizationId === undefined ? '' : ` (authorization ${authorizationId})`}: do not delete it; let nothing else use it, because it may do more than this consumer should`,
  RIGHTS_UNCHECKED: ({ detail }) => `not all rights of the rotator's token could be checked: ${detail}`,
  SECRET_GONE: ({ authorizationIds }) =>
    `authorizations ${idsIn(authorizationIds)} were made for this consumer, but the secret that they were made for is gone, scheduled for deletion, or not the one that is configured: they are left alone; delete them by hand only if no reader and no other stack uses them`,

  NOT_ATTEMPTED: () => 'the run ended early',
  MADE_WITH_FIRST_TOKEN: ({ what }) =>
    `its ${what} does not exist yet, and is made together with its first token: before that, none can be tried`,
  NOT_PLANNED: ({ error }) => `what this consumer needs could not be read (${error})`,
  UNMANAGED_TOKEN: ({ authorizationId, userId, description, status, createdAt, consumers, mayBeRotators }) =>
    `authorization ${authorizationId} of user ${userId} ("${quotable(description)}", ${status}, made ${createdAt}) is managed by nobody${consumers.length === 0 ? '' : `, and ${secretsOf(consumers)}`}: name it as "adopt" of ${consumers.length > 1 ? 'one of them' : 'the consumer whose token it is'}, or delete it by hand once nothing uses it${mayBeRotators ? "; first make sure that it is not the rotator's own, because it may write authorizations" : ''}`,
  MORE_UNMANAGED: ({ more }) => `and ${more} more authorizations of these users are managed by nobody`,
  SHARED_VALUE: ({ consumers, more = 0 }) =>
    `the secrets of consumers ${consumers.join(', ')}${more === 0 ? '' : ` and ${more} more`} hold the same token: each gets one of its own at its first rotation, and the shared one is ended only if it is adopted, after all of them have moved on`,
  NOT_CONFIGURED: ({ consumer, authorizationIds, until }) =>
    `consumer ${consumer} is no longer configured, and its authorizations remain (${idsIn(authorizationIds)}): to end them, configure it again with "retired": true, or end each by the command "retire"${notBefore(until)}; if it was renamed, name them as "adopt" of the consumer that it is now, one after the other`,
  MORE_CONSUMERS: ({ consumers, authorizations }) =>
    `and ${consumers} more such consumers, which have ${authorizations} authorizations`,
  ANOTHER_SECRET: ({ consumer, authorizationIds, until }) =>
    `authorizations ${idsIn(authorizationIds)} name consumer ${consumer}, but another secret than the configured one (its name was misspelt or changed, the secret was made anew, or a second stack has this name): they are left alone, because readers of that other secret may hold them; first see whether "secret" of the consumer names the one that its readers read, and correct it if not; if nothing uses them, name them as "adopt" of the consumer, one after the other, or end each by the command "retire"${notBefore(until)}`,
};

/** The reason as a person reads it: what, why, and what to do. Lower case, no full stop. */
export function describe<Code extends ReasonCode>(reason: Reason<Code>): string {
  return (SENTENCES[reason.code] as (about: Reason<Code>) => string)(reason);
}
