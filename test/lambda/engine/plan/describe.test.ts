import { expect, it, describe as suite } from 'vitest';
import { describe } from '../../../../lambda/engine/plan/describe.ts';
import type { Reason, Reasons } from '../../../../lambda/engine/plan/reason.ts';
import { REASON_CODES, type ReasonCode } from '../../../../lambda/log/reason-codes.ts';
import { DAY } from '../../../builders/a-configuration.ts';
import { IDENTITY, NOW } from '../../../builders/a-scenario.ts';

const token = { authorizationId: 'a1' };
const tokens = { authorizationIds: ['a1', 'a2'] };
const secret = { secret: 'acme/telegraf' };
const consumer = { consumer: 'telegraf' };
const owner = { owner: { ...IDENTITY, consumer: 'grafana' } };
const detail = { detail: 'the detail' };
const until = { until: NOW };
const version = { versionId: 'v1' };
const byHand = { userId: 'u1', description: "grafana's token" };

/** Each reason with what it may be about: a new one does not compile until it stands here. */
const ABOUT: { readonly [Code in ReasonCode]: readonly Reasons[Code][] } = {
  NEXT_ROTATION: [{ ...until, inMs: 10 * DAY }],
  EXEMPT: [{ ...until, why: 'the vendor is mending the reader', approvedBy: 'a.lovelace' }],
  RETIRED: [{}],
  RETIRED_WITHOUT_SECRET: [{}],
  FIRST_TOKEN: [{}],
  REPLACED_BY_HAND: [{}],
  MISSING: [
    { ...token, how: 'deleted', orgId: 'the-org' },
    { ...token, how: 'owner-deleted', orgId: 'the-org' },
  ],
  ROLLED_BACK_TO_SWITCHED_OFF: [token],
  ROLLED_BACK_TO_FAILING: [token],
  DUE: [{ rotateEveryMs: 30 * DAY }, { rotateEveryMs: 30 * DAY, earlyMs: DAY }],
  PERMISSIONS_CHANGED: [{}],
  OWNER_CHANGED: [{}],
  TOKEN_KEY_EMPTY: [{ tokenKey: 'token' }],
  CURRENT_COMPROMISED: [token],
  ROTATE_SECRET_CALLED: [{}],
  REQUESTED: [
    { request: 'rotate', text: 'a leak', by: 'alice' },
    { request: 'rollback', text: 'the job fails', by: undefined },
  ],
  RESTORED: [token],
  LABEL_MOVED_BACK: [{}],
  EDITED_WITH_STRAYS: [{}],
  STRAYS_UNLABELLED: [{}],
  PREVIOUS_UNNAMED: [{}],
  GRACE_OVER: [token, { ...token, retired: true }],
  HOLD_OVER: [token, { ...token, retired: true }],
  COMPROMISED: [token],
  UNREACHED: [token],
  ADOPTED: [token],
  LEFT_BEHIND: [token],
  LEFT_BEHIND_AND_HELD: [token],
  NEVER_STORED: [token],
  TOO_YOUNG: [{ ...token, ...until }],
  ANOTHER_IS_LIVE: [token, { ...token, ...until }, { ...token, until: Number.POSITIVE_INFINITY }],
  LEFTOVERS_ARE_LIVE: [tokens, { ...tokens, ...until }],
  RIGHT_MISSING: [{ right: 'write:users/u1' }],
  CLOCKS_DISAGREE: [detail],
  NAME_UNRESOLVED: [{ problem: 'bucket "x" not found' }],
  ROTATED_ELSEWHERE: [secret],
  ROTATED_BY_SERVICE: [secret, { ...secret, ...until }],
  ROTATION_OFF: [secret],
  ROTATION_HANGS: [{ ...secret, ...version }],
  SECRET_WITHOUT_VALUE: [secret],
  VERSION_NOT_PENDING: [{ ...secret, ...version }],
  PENDING_UNUSABLE: (['empty', 'foreign', 'gone', 'off', 'old', 'outdated', 'leaked'] as const).map((problem) => ({
    ...{ ...secret, ...version, problem },
  })),
  PENDING_UNSETTLED: [{ ...secret, ...version, ...until }],
  PLAN_ONLY: [{}],
  SECRET_OF_NOBODY: [secret],
  SECRET_IS_REPLICA: [{ ...secret, primaryRegion: 'eu-west-1' }],
  SECRET_OF_A_SERVICE: [{ ...secret, service: 'rds' }],
  PUT_REFUSED: [{ ...secret, ...token, ...until }],
  NEW_TOKEN_REFUSED: [{ ...token, ...until }],
  NEW_TOKEN_DIFFERS: [{ ...token, ...until }],
  FROZEN: [{ ...until, why: 'year-end' }],
  OUTSIDE_WINDOW: [{ ...until, window: 'sat 02:00-04:00 Europe/Berlin' }],
  CANARY_FIRST: [
    { canary: 'grafana', state: 'soaking', ...until },
    { canary: 'grafana', state: 'unwell', why: 'SWITCHED_OFF_BY_HAND', ...until },
    { canary: 'grafana', state: 'unwell', ...until },
  ],
  CHANGED_MEANWHILE: [{}],
  SWITCHED_OFF_BY_HAND: [token],
  CURRENT_REFUSED: [{ ...token, ...detail }],
  MISSING_AND_REPORTED: [token],
  TOO_MANY_MISSING: [{ missing: 4, limit: 3 }],
  WRITTEN_AGAIN: [{ ...secret, ...token }],
  CONFIGURATIONS_DISAGREE: [{ ...secret, deployment: 'prod' }],
  OTHER_WRITER: [tokens],
  DOCUMENT_OF_ANOTHER: [{ ...secret, ...owner }],
  MARKER_OF_ANOTHER: [{ ...token, ...owner }],
  YOUNGER_THAN_ASKED: [{ ...token, ...until }],
  REACTIVATED: [{ ...token, ...until }],
  NO_OLDER_TOKEN: [secret],
  OLDER_TOKEN_COMPROMISED: [token],
  OLDER_VALUE_GONE: [token],
  OLDER_RIGHTS_LACKING: [{ ...token, rights: [{ action: 'write', resource: { type: 'users', id: 'u1' } }] }],
  ROLLED_BACK_ALREADY: [{ ...token, newerId: 'a2' }],
  NOT_REACTIVATED: [token],
  SECRET_DELETED: [secret],
  SECRET_UNREADABLE: [{ ...secret, ...detail }],
  SECRET_BINARY: [secret],
  SECRET_NOT_FOUND: [
    { ...secret, ...consumer },
    { secret: 'acme/telegarf', ...consumer },
    { ...secret, ...consumer, ...tokens },
    { secret: 'acme/telegarf', ...consumer, ...tokens },
  ],
  SECRET_NOT_JSON: [secret],
  SECRET_PLAIN_TOKEN: [{ ...secret, ...consumer, tokenKey: 'token' }],
  TOKEN_KEY_TAKEN: [{ ...secret, tokenKey: 'token' }],
  TOKEN_KEY_UNKNOWN: [
    { ...secret, tokenKey: 'token', keys: ['password', 'influx'], nested: [] },
    { ...secret, tokenKey: 'token', keys: [], nested: ['influxdb.token'] },
  ],
  SECRET_MALFORMED: [{ ...secret, problem: 'a key "rotation" that is not a document of ours' }],
  CURRENT_UNSEEN: [{ ...token, ...detail }],
  USED_BY_ANOTHER: [
    { ...token, role: 'superseded', why: 'the rotator itself uses it' },
    { ...token, role: 'stray', why: 'the rotator itself uses it' },
    { ...token, role: 'adopted', why: 'the rotator itself uses it' },
  ],
  LEAKED_LIVES: [{ ...token, why: 'the rotator itself uses it' }, { why: 'it is none of ours' }],
  ENTRY_UNSEEN: [{ ...token, ...detail, overdue: true }],
  ENTRY_UNMARKED: [token],
  OWNER_DELETED: [token],
  ENTRY_OF_ANOTHER: [{ ...token, ...owner }],
  PERHAPS_SHARED: [{ ...token, unread: ['grafana', 'loader'] }],
  COMPROMISED_HELD: [{ ...token, ...until }],
  KEPT: [
    { ...token, ...until, role: 'superseded' },
    { ...token, ...until, role: 'stray' },
    { ...token, ...until, role: 'adopted' },
    { ...token, until: Number.POSITIVE_INFINITY, role: 'superseded' },
  ],
  SECRET_RESTLESS: [{ ...token, ...until, gracePeriodMs: DAY }],
  PENDING_ELSEWHERE: [token],
  OVER_THE_CAP: [{ ...token, cap: 100 }],
  STRAY_IS_PREVIOUS: [token],
  STRAY_SETTLES: [{ ...token, ...until }],
  ADOPTED_SETTLES: [{ ...token, ...until }],
  STRAY_HELD: [{ ...token, ...until }],
  STRAY_OF_ANOTHER: [{ ...token, userId: 'u1' }],
  RETIRED_SETTLES: [{ ...token, ...until }],
  MORE_NOTES: [{ more: 3 }],
  ENDS_SUSPENDED: [detail],
  ENDS_FROZEN: [{ ...until, why: 'year-end' }],
  EXCEPTION_ENDS: [{ ...until, why: 'the vendor is mending the reader' }],
  EXCEPTION_EXPIRED: [{ ...until, why: 'the vendor is mending the reader' }],
  CANARY_PASSED: [
    { canary: 'grafana', state: 'soaking' },
    { canary: 'grafana', state: 'unwell', why: 'SWITCHED_OFF_BY_HAND' },
  ],
  OLD_TOKEN_REMAINS: [
    { ...secret, authorizationId: undefined, consumers: [] },
    { ...secret, authorizationId: 'a1', consumers: ['grafana'] },
  ],
  CANNOT_ADOPT: [
    { ...token, why: 'the rotator itself uses it' },
    { authorizationId: undefined, why: '"auto" finds none' },
  ],
  ADOPTED_GONE: [token],
  ADOPTS: [{ ...token, ...byHand, permissions: 'read:orgs/o1/buckets/b1' }],
  ADOPTS_LATER: [
    { ...token, consumers: ['grafana'] },
    { ...token, consumers: ['grafana', 'loader'] },
  ],
  HELD_IS_OURS: [token],
  HELD_NOT_ALONE: [{ ...secret, tokenKey: 'token' }],
  HELD_IS_ROTATORS: [
    { ...secret, authorizationId: undefined },
    { ...secret, ...token },
  ],
  RIGHTS_UNCHECKED: [detail],
  SECRET_GONE: [tokens],
  NOT_ATTEMPTED: [{}],
  MADE_WITH_FIRST_TOKEN: [{ what: 'owner' }, { what: 'secret' }],
  NOT_PLANNED: [{ error: 'INFLUXDB_REFUSED' }],
  UNMANAGED_TOKEN: [[], ['grafana'], ['grafana', 'loader']].map((consumers) => ({
    ...{ ...token, ...byHand, consumers },
    ...{ status: 'active', createdAt: '2026-06-01T00:00:00.000Z' },
  })),
  MORE_UNMANAGED: [{ more: 7 }],
  SHARED_VALUE: [{ consumers: ['grafana', 'loader'] }, { consumers: ['grafana', 'loader'], more: 7 }],
  NOT_CONFIGURED: [{ ...consumer, ...tokens }],
  MORE_CONSUMERS: [{ consumers: 3, authorizations: 7 }],
  ANOTHER_SECRET: [{ ...consumer, ...tokens }],
  ROTATED_BY_ANOTHER: [{ secret: 'influxdb/rotator', owner: { ...IDENTITY, consumer: 'self' } }],
  OWN_RIGHTS_LACKING: [
    {
      ...{ secret: 'influxdb/rotator', tokenKey: "it's", orgId: 'the-org', userId: 'u1' },
      rights: [{ action: 'write', resource: { type: 'users', id: 'u2' } }],
      wanted: [
        { action: 'write', resource: { type: 'users', id: 'u1' } },
        { action: 'write', resource: { type: 'users', id: 'u2' } },
      ],
    },
  ],
  RIGHTS_SHRINK: [
    { secret: 'influxdb/rotator', rights: [{ action: 'read', resource: { type: 'buckets', orgID: 'the-org' } }] },
  ],
  OWN_TOKENS_LEFT: [tokens],
};

const REASONS = Object.entries(ABOUT).flatMap(([code, all]) => all.map((about) => ({ code, ...about }) as Reason));
const SENTENCES = REASONS.map((reason) => [reason.code, describe(reason)] as const);

suite('the sentence of', () => {
  it.each(SENTENCES)(
    '%s has no gap, begins like the middle of a sentence, and ends without a full stop',
    (_code, text) => {
      expect(text).not.toMatch(/undefined|null|NaN|\[object|Invalid/);
      expect(text).toMatch(/^(?:Secrets Manager|"|[a-z\d])/);
      expect(text).not.toMatch(/[.\s]$|\s{2}/);
    },
  );

  it('every reason is one that a person can read', () => {
    expect(SENTENCES.map(([code, text]) => `${code}: ${text}`).join('\n')).toMatchInlineSnapshot(`
      "NEXT_ROTATION: next rotation in 10 days
      EXEMPT: exempt ("the vendor is mending the reader", approved by a.lovelace): its age is no reason to rotate it before 2026-06-01T00:00:00.000Z
      RETIRED: retired
      RETIRED_WITHOUT_SECRET: retired, and its secret does not exist
      FIRST_TOKEN: first token
      REPLACED_BY_HAND: replaced by hand
      MISSING: missing: the current authorization a1 was deleted
      MISSING: missing: the current authorization a1 belongs to a user that was deleted
      ROLLED_BACK_TO_SWITCHED_OFF: rolled back to a token that was switched off
      ROLLED_BACK_TO_FAILING: rolled back to a token that fails
      DUE: due: older than 30 days
      DUE: due: older than 29 days, which is "rotateEvery" less its part of "spread"
      PERMISSIONS_CHANGED: permissions changed
      OWNER_CHANGED: owner changed
      TOKEN_KEY_EMPTY: the secret holds no token under its key "token"
      CURRENT_COMPROMISED: the current authorization a1 is compromised
      ROTATE_SECRET_CALLED: Secrets Manager asks for a rotation
      REQUESTED: requested by alice: a leak
      REQUESTED: requested: the job fails
      RESTORED: the secret lost its token to an older value: that of authorization a1 is restored
      LABEL_MOVED_BACK: a label was moved back: the newer token goes into the ledger
      EDITED_WITH_STRAYS: edited by hand: stray tokens go into the ledger
      STRAYS_UNLABELLED: no labelled version names them: stray tokens go into the ledger
      PREVIOUS_UNNAMED: no ledger names the token under AWSPREVIOUS: it goes into the ledger
      GRACE_OVER: superseded, and its grace period is over
      GRACE_OVER: of a retired consumer, and its grace period is over
      HOLD_OVER: superseded, switched off, and held long enough
      HOLD_OVER: of a retired consumer, switched off, and held long enough
      COMPROMISED: compromised
      UNREACHED: its end was asked for, and it was held long enough
      ADOPTED: adopted by the configuration, and the grace period of its readers is over
      LEFT_BEHIND: left behind by a run that did not finish
      LEFT_BEHIND_AND_HELD: left behind, switched off, and held long enough
      NEVER_STORED: never stored: its run did not get that far
      TOO_YOUNG: authorization a1 is younger than the lease until 2026-06-01T00:00:00.000Z: a run may be at work on it
      ANOTHER_IS_LIVE: authorization a1 is still live
      ANOTHER_IS_LIVE: authorization a1 is still live until 2026-06-01T00:00:00.000Z
      ANOTHER_IS_LIVE: authorization a1 is still live
      LEFTOVERS_ARE_LIVE: runs that died over it left authorizations a1, a2 live: they are switched off after a grace period, or at once by hand
      LEFTOVERS_ARE_LIVE: runs that died over it left authorizations a1, a2 live until 2026-06-01T00:00:00.000Z: they are switched off after a grace period, or at once by hand
      RIGHT_MISSING: the rotator's token lacks write:users/u1, without which this consumer's tokens cannot be made and ended: replace it with a token that also has this permission, as docs/rotator-token.md says; rightsNeeded in the report lists them all
      CLOCKS_DISAGREE: the detail
      NAME_UNRESOLVED: bucket "x" not found
      ROTATED_ELSEWHERE: Secrets Manager itself rotates secret acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id acme/telegraf), or set "rotation": "secrets-manager"
      ROTATED_BY_SERVICE: Secrets Manager rotates secret acme/telegraf, not the schedule, and has no date for it: aws secretsmanager rotate-secret --secret-id acme/telegraf does it now
      ROTATED_BY_SERVICE: Secrets Manager rotates secret acme/telegraf, not the schedule, and does so by 2026-06-01T00:00:00.000Z: aws secretsmanager rotate-secret --secret-id acme/telegraf does it now
      ROTATION_OFF: nobody rotates secret acme/telegraf: "rotation" is "secrets-manager", but Secrets Manager does not rotate it (RotationEnabled): deploy its rotation schedule, or turn it on (aws secretsmanager rotate-secret --secret-id acme/telegraf --rotation-lambda-arn <the ARN of this function> --rotation-rules AutomaticallyAfterDays=<days>), or set "rotation": "schedule"
      ROTATION_HANGS: the rotation of secret acme/telegraf by Secrets Manager has not ended for more than a day (version v1 is pending): find out why from the log (STEP_REFUSED, STEP_FAILED), and have it tried again (aws secretsmanager rotate-secret --secret-id acme/telegraf --client-request-token v1), or give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      SECRET_WITHOUT_VALUE: secret acme/telegraf has no value yet, and a first one becomes current at once, before its token works: store an empty one first (aws secretsmanager put-secret-value --secret-id acme/telegraf --secret-string '{}')
      VERSION_NOT_PENDING: version v1 of secret acme/telegraf is not pending (AWSPENDING is not on it): its rotation was given up, or another one followed; begin a new one (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf has no value yet: the next attempt of Secrets Manager begins with createSecret and setSecret, which mend that; or give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf holds a value that this deployment did not make: give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf holds the token of an authorization that is gone: give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf holds the token of an authorization that is switched off: the next attempt of Secrets Manager begins with createSecret and setSecret, which mend that; or give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf was made so long ago that older tokens could end without a grace period: give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf was not made from the version that is current now, so what changed since would be lost: give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNUSABLE: the pending version v1 of secret acme/telegraf holds a token that leaked, as the row of its authorization says: a run deletes that: give it up (aws secretsmanager update-secret-version-stage --secret-id acme/telegraf --version-stage AWSPENDING --remove-from-version-id v1), and begin a new rotation (aws secretsmanager rotate-secret --secret-id acme/telegraf)
      PENDING_UNSETTLED: secret acme/telegraf was changed a moment ago, long after its pending version v1 was stored: a run that had taken its token for a leftover may still be ending it, so Secrets Manager's attempts go on after 2026-06-01T00:00:00.000Z
      PLAN_ONLY: "mode" is "plan", so nothing is rotated
      SECRET_OF_NOBODY: secret acme/telegraf is that of no consumer of this deployment: configure one, or end its rotation (aws secretsmanager cancel-rotate-secret --secret-id acme/telegraf)
      SECRET_IS_REPLICA: secret acme/telegraf is a replica of the one in Region eu-west-1, and takes no value here: deploy this consumer there, or promote the replica to a secret of its own (aws secretsmanager stop-replication-to-replica --secret-id acme/telegraf)
      SECRET_OF_A_SERVICE: secret acme/telegraf is managed by another service (rds), which alone may write it: give this consumer a secret of its own
      PUT_REFUSED: secret acme/telegraf did not take the last new value: a policy or its key refused it, and ACTION_FAILED of that run says what to allow; authorization a1, which never worked, is the note of it; the next try is after 2026-06-01T00:00:00.000Z, or in the next run once that authorization is deleted
      NEW_TOKEN_REFUSED: the last new token did not work: ACTION_FAILED of that run says what InfluxDB refused; authorization a1, which is off, is the note of it; the next try is after 2026-06-01T00:00:00.000Z, or in the next run once that authorization is deleted, or the configuration asks for other permissions
      NEW_TOKEN_DIFFERS: the last new token was made with other permissions than were asked for: ACTION_FAILED of that run lists them; authorization a1, which is off, is the note of it; the next try is after 2026-06-01T00:00:00.000Z, or in the next run once that authorization is deleted, or the configuration asks for other permissions
      FROZEN: frozen ("year-end") until 2026-06-01T00:00:00.000Z
      OUTSIDE_WINDOW: its window (sat 02:00-04:00 Europe/Berlin) opens at 2026-06-01T00:00:00.000Z
      CANARY_FIRST: canary grafana goes first, and must then be well for the soak: this one follows after 2026-06-01T00:00:00.000Z
      CANARY_FIRST: canary grafana goes first, and is not well (SWITCHED_OFF_BY_HAND): mend it; without it, this one follows by 2026-06-01T00:00:00.000Z, before its token is too old
      CANARY_FIRST: canary grafana goes first, and is not well (it could not be looked at): mend it; without it, this one follows by 2026-06-01T00:00:00.000Z, before its token is too old
      CHANGED_MEANWHILE: changed meanwhile: the next run looks again
      SWITCHED_OFF_BY_HAND: the current authorization a1 is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id a1)
      CURRENT_REFUSED: the current token is refused, though its authorization a1 is active (the detail): if its user was deactivated, activate the user again; if not, delete the authorization, and the next run replaces it
      MISSING_AND_REPORTED: "onMissing" is "report", so it is not replaced
      TOO_MANY_MISSING: 4 consumers miss their tokens at once, more than limits.maxMissingPerRun (3): a stale copy of the server looks just like that, so none of them is replaced; if they really are gone, raise the limit
      WRITTEN_AGAIN: something else writes this secret: acme/telegraf was put back to an older value again, and got the token of authorization a1 once more; find and end the other writer, then this alarm ends by itself within a day
      CONFIGURATIONS_DISAGREE: two configurations undo each other's rotations of secret acme/telegraf: the same change of permissions or owner is due again that was made and undone not long ago; is there a second stack of deployment prod? Take the consumer out of one of them, or give both the same settings; until then each goes on rotating
      OTHER_WRITER: something else writes this secret: authorizations a1, a2 were made for it and are live, and its value is none of them; end the other writer, then switch all but one of them off
      DOCUMENT_OF_ANOTHER: managed by another: the document in secret acme/telegraf is that of deployment prod, consumer grafana, secret b7ffe941 (was the secret copied from another one, or made anew?); remove its key "rotation" to start with a first token of its own
      MARKER_OF_ANOTHER: managed by another: the marker of the current authorization a1 is that of deployment prod, consumer grafana, secret b7ffe941
      YOUNGER_THAN_ASKED: the token of authorization a1 is younger than the minimum age that was given, until 2026-06-01T00:00:00.000Z: it is left
      REACTIVATED: the token of authorization a1 works again, until 2026-06-01T00:00:00.000Z
      NO_OLDER_TOKEN: secret acme/telegraf names no older token that still exists, so none can be given back: if the current one does not work, ask for a new one (rotate)
      OLDER_TOKEN_COMPROMISED: the older token, authorization a1, was said to have leaked, so it is not given back: if the current one does not work, ask for a new one (rotate)
      OLDER_VALUE_GONE: the value of the older token, authorization a1, is in no version of the secret any more, so it cannot be made current: to keep readers that still have it, reactivate it; or else ask for a new one (rotate)
      OLDER_RIGHTS_LACKING: the rotator's own token before the current one, authorization a1, lacks {"action":"write","resource":{"type":"users","id":"u1"}}, which the configuration needs and no run could give back, so it does not become current: if the present one does not work, ask for a new one (rotate)
      ROLLED_BACK_ALREADY: the current token, authorization a1, is older than the one before it (a2): it was rolled back already; to go forward again, ask for a new one (rotate)
      NOT_REACTIVATED: authorization a1 was switched on, but something else changed it meanwhile: look at it, and ask again
      SECRET_DELETED: secret acme/telegraf is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id acme/telegraf), or take the consumer out of the configuration
      SECRET_UNREADABLE: secret acme/telegraf cannot be read (the detail): allow secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own
      SECRET_BINARY: secret acme/telegraf holds binary data, not a JSON object: store its value as a SecretString
      SECRET_NOT_FOUND: secret acme/telegraf does not exist, or its name is misspelt: correct "secret" of consumer telegraf, or create it (aws secretsmanager create-secret --name acme/telegraf), or set "createSecret": true for consumer telegraf
      SECRET_NOT_FOUND: secret acme/telegarf does not exist, or its name is misspelt (did you mean "acme/telegraf"?): correct "secret" of consumer telegraf, or create it (aws secretsmanager create-secret --name acme/telegarf), or set "createSecret": true for consumer telegraf
      SECRET_NOT_FOUND: secret acme/telegraf does not exist, but consumer telegraf has tokens that work (a1, a2): most likely the name is misspelt, or the consumer's secret is another one, so first let "secret" name the one that its readers read; only if that is gone, create it (aws secretsmanager create-secret --name acme/telegraf), or set "createSecret": true for consumer telegraf
      SECRET_NOT_FOUND: secret acme/telegarf does not exist, but consumer telegraf has tokens that work (a1, a2): most likely the name is misspelt, or the consumer's secret is another one (did you mean "acme/telegraf"?), so first let "secret" name the one that its readers read; only if that is gone, create it (aws secretsmanager create-secret --name acme/telegarf), or set "createSecret": true for consumer telegraf
      SECRET_NOT_JSON: the value of secret acme/telegraf is neither a JSON object nor a plain token (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is
      SECRET_PLAIN_TOKEN: the value of secret acme/telegraf is not a JSON object: store it as {"token": "<the token>"}, or set "convert": true for consumer telegraf once its readers expect JSON
      TOKEN_KEY_TAKEN: secret acme/telegraf holds something else than our token under its key "token", which would be overwritten: set "tokenKey" to the key that applications read, or remove "token" from the secret
      TOKEN_KEY_UNKNOWN: secret acme/telegraf has no key "token", but others that seem to hold tokens (password, influx): set "tokenKey" to the one that applications read; if they will read "token", add "token": "" to the secret
      TOKEN_KEY_UNKNOWN: secret acme/telegraf has no key "token" at the top of its JSON, and keys inside other keys are not supported (influxdb.token): let applications read "token" at the top, and add "token": "" there
      SECRET_MALFORMED: secret acme/telegraf has a key "rotation" that is not a document of ours
      CURRENT_UNSEEN: the current authorization a1 cannot be seen: the detail
      USED_BY_ANOTHER: superseded authorization a1 is left alone: the rotator itself uses it
      USED_BY_ANOTHER: stray authorization a1 is left alone: the rotator itself uses it
      USED_BY_ANOTHER: adopted authorization a1 is left alone: the rotator itself uses it
      LEAKED_LIVES: a token that leaked still works (authorization a1): the rotator itself uses it
      LEAKED_LIVES: a token that leaked still works: it is none of ours
      ENTRY_UNSEEN: authorization a1 of the ledger cannot be seen, so it cannot be ended, and its token may work for ever: the detail
      ENTRY_UNMARKED: authorization a1 is in the ledger, but has no marker of ours: it is left alone; if it was made for this consumer, name it as "adopt", or else delete it by hand once nothing uses it
      OWNER_DELETED: authorization a1 of the ledger belongs to a user that was deleted, so its token does not work: delete its row by hand
      ENTRY_OF_ANOTHER: authorization a1 is in the ledger, but its marker is that of deployment prod, consumer grafana, secret b7ffe941: it is left alone
      PERHAPS_SHARED: authorization a1 was adopted, and waits until it is known that the secrets of grafana, loader do not hold it
      COMPROMISED_HELD: compromised authorization a1 was just reactivated: it is deleted after 2026-06-01T00:00:00.000Z, when the command that did so is over
      KEPT: superseded authorization a1 is kept until 2026-06-01T00:00:00.000Z
      KEPT: stray authorization a1 is kept until 2026-06-01T00:00:00.000Z
      KEPT: adopted authorization a1 is kept until 2026-06-01T00:00:00.000Z
      KEPT: superseded authorization a1 is kept for good: its keep-until is no date such as 2026-12-24T18:00:00Z; correct or remove it
      SECRET_RESTLESS: authorization a1 is superseded, but the secret was changed less than 1 day ago: it is ended after 2026-06-01T00:00:00.000Z, if the secret is not changed again
      PENDING_ELSEWHERE: authorization a1 is in the pending version of the secret, with which Secrets Manager may still end a rotation
      OVER_THE_CAP: authorization a1 waits for the next run: this one has reached its limit of 100 tokens to switch off
      STRAY_IS_PREVIOUS: stray authorization a1 is AWSPREVIOUS, and stays until the next rotation takes it over
      STRAY_SETTLES: stray authorization a1 is live; it is switched off after 2026-06-01T00:00:00.000Z, once the secret has rested for a grace period
      ADOPTED_SETTLES: adopted authorization a1 is switched off after 2026-06-01T00:00:00.000Z, once the secret has held a token of ours for a grace period
      STRAY_HELD: stray authorization a1 is switched off; it is deleted after the hold period, which ends at 2026-06-01T00:00:00.000Z
      STRAY_OF_ANOTHER: authorization a1 has a marker of this consumer, but belongs to user u1, whom neither the configuration nor the secret names: the marker was copied, or the owner was configured once; it is ended like a stray, and nothing waits for it
      RETIRED_SETTLES: authorization a1 of this retired consumer is left as it is until 2026-06-01T00:00:00.000Z, when nobody can hold it any more: then it is switched off, if it still works, and deleted after the hold period
      MORE_NOTES: and 3 more notes about authorizations
      ENDS_SUSPENDED: nothing is switched off or deleted, except for what leaked: the detail
      ENDS_FROZEN: nothing is switched off or deleted before 2026-06-01T00:00:00.000Z: frozen ("year-end")
      EXCEPTION_ENDS: its exception ("the vendor is mending the reader") ends at 2026-06-01T00:00:00.000Z, and then its token is rotated as usual: be ready for that, or have the exception renewed
      EXCEPTION_EXPIRED: its exception ("the vendor is mending the reader") ended at 2026-06-01T00:00:00.000Z, and its token is rotated as usual: remove "exception" from the configuration, or have it renewed
      CANARY_PASSED: it is replaced before canary grafana is known to be well (soaking), because its token would get older than "maxTokenAge"
      CANARY_PASSED: it is replaced before canary grafana is known to be well (SWITCHED_OFF_BY_HAND), because its token would get older than "maxTokenAge"
      OLD_TOKEN_REMAINS: the token that secret acme/telegraf held before is not one of ours: delete it by hand once nothing uses it, or name its authorization as "adopt"
      OLD_TOKEN_REMAINS: the token that secret acme/telegraf held before is not one of ours (it is authorization a1), and the secret of consumer grafana holds it, too: delete it by hand once nothing uses it, or name its authorization as "adopt"
      CANNOT_ADOPT: authorization a1 is not adopted: the rotator itself uses it
      CANNOT_ADOPT: nothing is adopted: "auto" finds none
      ADOPTED_GONE: authorization a1, which "adopt" names, is in no list, so it has most likely ended: if so, take "adopt" out of the configuration; if not, see whether the id is right
      ADOPTS: authorization a1 is adopted ("grafana's token", of user u1, which may: read:orgs/o1/buckets/b1): it is switched off and deleted once nobody can hold it any more
      ADOPTS_LATER: authorization a1 is adopted later, because the secret of consumer grafana holds it, too: it is switched off and deleted once every one of them has had a token of its own for a grace period
      ADOPTS_LATER: authorization a1 is adopted later, because the secrets of consumers grafana, loader hold it, too: it is switched off and deleted once every one of them has had a token of its own for a grace period
      HELD_IS_OURS: the token that the secret holds is that of authorization a1, which is one of ours: it keeps working until its grace period after the next rotation is over
      HELD_NOT_ALONE: the value that secret acme/telegraf held under "token" is more than a token: a line end, a space, quotes or a word such as "Token" stands around it, and InfluxDB refuses it so; the rotation puts a token alone there, which readers must expect
      HELD_IS_ROTATORS: the token that secret acme/telegraf held before is the rotator's own: do not delete it; let nothing else use it, because it may do more than this consumer should
      HELD_IS_ROTATORS: the token that secret acme/telegraf held before is the rotator's own (authorization a1): do not delete it; let nothing else use it, because it may do more than this consumer should
      RIGHTS_UNCHECKED: not all rights of the rotator's token could be checked: the detail
      SECRET_GONE: authorizations a1, a2 were made for this consumer, but the secret that they were made for is gone, scheduled for deletion, or not the one that is configured: they are left alone; delete them by hand only if no reader and no other stack uses them
      NOT_ATTEMPTED: the run ended early
      MADE_WITH_FIRST_TOKEN: its owner does not exist yet, and is made together with its first token: before that, none can be tried
      MADE_WITH_FIRST_TOKEN: its secret does not exist yet, and is made together with its first token: before that, none can be tried
      NOT_PLANNED: what this consumer needs could not be read (INFLUXDB_REFUSED)
      UNMANAGED_TOKEN: authorization a1 of user u1 ("grafana's token", active, made 2026-06-01T00:00:00.000Z) is managed by nobody: name it as "adopt" of the consumer whose token it is, or delete it by hand once nothing uses it
      UNMANAGED_TOKEN: authorization a1 of user u1 ("grafana's token", active, made 2026-06-01T00:00:00.000Z) is managed by nobody, and the secret of consumer grafana holds it: name it as "adopt" of the consumer whose token it is, or delete it by hand once nothing uses it
      UNMANAGED_TOKEN: authorization a1 of user u1 ("grafana's token", active, made 2026-06-01T00:00:00.000Z) is managed by nobody, and the secrets of consumers grafana, loader hold it: name it as "adopt" of one of them, or delete it by hand once nothing uses it
      MORE_UNMANAGED: and 7 more authorizations of these users are managed by nobody
      SHARED_VALUE: the secrets of consumers grafana, loader hold the same token: each gets one of its own at its first rotation, and the shared one is ended only if it is adopted, after all of them have moved on
      SHARED_VALUE: the secrets of consumers grafana, loader and 7 more hold the same token: each gets one of its own at its first rotation, and the shared one is ended only if it is adopted, after all of them have moved on
      NOT_CONFIGURED: consumer telegraf is no longer configured, and its authorizations remain (a1, a2): to end them, configure it again with "retired": true, or end each by the command "retire"; if it was renamed, name them as "adopt" of the consumer that it is now, one after the other
      MORE_CONSUMERS: and 3 more such consumers, which have 7 authorizations
      ANOTHER_SECRET: authorizations a1, a2 name consumer telegraf, but another secret than the configured one (its name was misspelt or changed, the secret was made anew, or a second stack has this name): they are left alone, because readers of that other secret may hold them; first see whether "secret" of the consumer names the one that its readers read, and correct it if not; if nothing uses them, name them as "adopt" of the consumer, one after the other, or end each by the command "retire"
      ROTATED_BY_ANOTHER: managed by deployment prod, which rotates the token in secret influxdb/rotator; this deployment only reads it: take influxdb.self out of this configuration, since only one may rotate a token that several share
      OWN_RIGHTS_LACKING: the rotator's own token lacks {"action":"write","resource":{"type":"users","id":"u2"}}, and InfluxDB lets no token grant what it has not: an operator makes the next one with curl -fsS "$INFLUX_HOST/api/v2/authorizations" -H "Authorization: Token $INFLUX_TOKEN" -H 'Content-Type: application/json' -d '{"orgID":"the-org","userID":"u1","description":"token rotator","permissions":[{"action":"write","resource":{"type":"users","id":"u1"}},{"action":"write","resource":{"type":"users","id":"u2"}}]}' | jq '{"it'\\''s": .token}' | aws secretsmanager put-secret-value --secret-id influxdb/rotator --secret-string file:///dev/stdin
      RIGHTS_SHRINK: with its next rotation the rotator's own token in secret influxdb/rotator loses what the configuration does not need: {"action":"read","resource":{"type":"buckets","orgID":"the-org"}}; only an operator can give that back, so configure again what is to stay
      OWN_TOKENS_LEFT: authorizations a1, a2 were the rotator's own tokens before: influxdb-token-rotation init --config FILE deletes them"
    `);
  });

  it('every code is in the list of codes', () => {
    expect(REASON_CODES.toSorted()).toEqual(Object.keys(ABOUT).toSorted());
  });

  it.each([
    ['on one line', 'of\nTelegraf\u0007', 'of Telegraf'],
    ['without what could be a token', `old ${'A'.repeat(86)}==`, 'old …'],
    ['no longer than a line', 'ab '.repeat(40), 'ab '.repeat(20)],
  ])("somebody else's description is quoted %s", (_name, description, quoted) => {
    const about = { ...token, userId: 'u1', description };
    for (const text of [
      describe({ code: 'ADOPTS', ...about, permissions: 'none' }),
      describe({
        code: 'UNMANAGED_TOKEN',
        ...about,
        status: 'active',
        createdAt: '2026-06-01T00:00:00.000Z',
        consumers: [],
      }),
    ])
      expect(text).toContain(`"${quoted}"`);
  });
});
