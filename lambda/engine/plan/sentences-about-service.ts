import type { PendingProblem } from './pending-problem.ts';
import type { Reasons } from './reason.ts';

/** How a rotation by Secrets Manager is given up, and begun anew. */
function giveUp(secret: string, versionId: string): string {
  return `give it up (aws secretsmanager update-secret-version-stage --secret-id ${secret} --version-stage AWSPENDING --remove-from-version-id ${versionId}), and begin a new rotation (aws secretsmanager rotate-secret --secret-id ${secret})`;
}

const PENDING_PROBLEMS: Readonly<Record<PendingProblem, string>> = {
  empty: 'has no value yet',
  foreign: 'holds a value that this deployment did not make',
  gone: 'holds the token of an authorization that is gone',
  off: 'holds the token of an authorization that is switched off',
  old: 'was made so long ago that older tokens could end without a grace period',
  outdated: 'was not made from the version that is current now, so what changed since would be lost',
  leaked: 'holds a token that leaked, as the row of its authorization says: a run deletes that',
};

type About<Code extends keyof Reasons> = { readonly [C in Code]: (about: Reasons[C]) => string };

/** What is said of rotations that Secrets Manager begins. */
export const SENTENCES_ABOUT_SERVICE: About<
  | 'ROTATE_SECRET_CALLED'
  | 'ROTATED_BY_SERVICE'
  | 'ROTATION_OFF'
  | 'ROTATION_HANGS'
  | 'SECRET_WITHOUT_VALUE'
  | 'VERSION_NOT_PENDING'
  | 'PENDING_UNUSABLE'
  | 'PENDING_UNSETTLED'
  | 'SECRET_OF_NOBODY'
  | 'PLAN_ONLY'
> = {
  ROTATE_SECRET_CALLED: () => 'Secrets Manager asks for a rotation',
  ROTATED_BY_SERVICE: ({ secret, until }) =>
    `Secrets Manager rotates secret ${secret}, not the schedule, and ${until === undefined ? 'has no date for it' : `does so by ${new Date(until).toISOString()}`}: aws secretsmanager rotate-secret --secret-id ${secret} does it now`,
  ROTATION_OFF: ({ secret }) =>
    `nobody rotates secret ${secret}: "rotation" is "secrets-manager", but Secrets Manager does not rotate it (RotationEnabled): deploy its rotation schedule, or turn it on (aws secretsmanager rotate-secret --secret-id ${secret} --rotation-lambda-arn <the ARN of this function> --rotation-rules AutomaticallyAfterDays=<days>), or set "rotation": "schedule"`,
  ROTATION_HANGS: ({ secret, versionId }) =>
    `the rotation of secret ${secret} by Secrets Manager has not ended for more than a day (version ${versionId} is pending): find out why from the log (STEP_REFUSED, STEP_FAILED), and have it tried again (aws secretsmanager rotate-secret --secret-id ${secret} --client-request-token ${versionId}), or ${giveUp(secret, versionId)}`,
  SECRET_WITHOUT_VALUE: ({ secret }) =>
    `secret ${secret} has no value yet, and a first one becomes current at once, before its token works: store an empty one first (aws secretsmanager put-secret-value --secret-id ${secret} --secret-string '{}')`,
  VERSION_NOT_PENDING: ({ secret, versionId }) =>
    `version ${versionId} of secret ${secret} is not pending (AWSPENDING is not on it): its rotation was given up, or another one followed; begin a new one (aws secretsmanager rotate-secret --secret-id ${secret})`,
  PENDING_UNUSABLE: ({ secret, versionId, problem }) =>
    `the pending version ${versionId} of secret ${secret} ${PENDING_PROBLEMS[problem]}: ${problem === 'empty' || problem === 'off' ? 'the next attempt of Secrets Manager begins with createSecret and setSecret, which mend that; or ' : ''}${giveUp(secret, versionId)}`,
  SECRET_OF_NOBODY: ({ secret }) =>
    `secret ${secret} is that of no consumer of this deployment: configure one, or end its rotation (aws secretsmanager cancel-rotate-secret --secret-id ${secret})`,
  PENDING_UNSETTLED: ({ secret, versionId, until }) =>
    `secret ${secret} was changed a moment ago, long after its pending version ${versionId} was stored: a run that had taken its token for a leftover may still be ending it, so Secrets Manager's attempts go on after ${new Date(until).toISOString()}`,
  PLAN_ONLY: () => '"mode" is "plan", so nothing is rotated',
};
