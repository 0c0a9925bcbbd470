import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';
import type { RotationRules, Secret } from './secret.ts';
import { requestToken } from './secret-value.ts';
import { invalidParameter, invalidRequest } from './service-error.ts';
import { CURRENT, checkLabelLimit, holder, moveLabel, PENDING } from './staging-labels.ts';
import { addVersion, tokenInUse } from './version-write.ts';

/** Answers at once: the steps follow, whatever becomes of them. */
export const rotateSecret: Operation = ({ store, rotations }, input) => {
  const secret = store.writable(input);
  const token = requestToken(input);
  const rotationLambdaArn = input.text('RotationLambdaARN', { min: 0, max: 2048 }) ?? secret.rotationLambdaArn;
  if (rotationLambdaArn === undefined) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  }
  rotations.assertCallable(rotationLambdaArn, secret);
  const rotationRules = readRules(input) ?? secret.rotationRules;
  const immediately = input.flag('RotateImmediately') ?? true;
  const answer = { ARN: secret.arn, Name: secret.name, VersionId: token };
  refuseOtherPending(secret, token);
  const existing = secret.versions.get(token);
  if (existing && existing === holder(secret, CURRENT)) return answer;
  if (existing && !existing.stages.has(PENDING)) throw tokenInUse(secret, token);
  checkLabelLimit(secret, [PENDING]);
  const heldBefore = holder(secret, PENDING)?.id;
  const enabledAt = secret.rotationEnabled ? secret.rotationEnabledAt : store.now();
  store.change(secret, () => {
    Object.assign(secret, { rotationEnabled: true, rotationEnabledAt: enabledAt, rotationLambdaArn, rotationRules });
    moveLabel(secret, PENDING, existing ?? addVersion(store, secret, token));
  });
  if (immediately) {
    rotations.begin(secret, token);
    return answer;
  }
  rotations.rehearse(secret, token, (left) => {
    if (existing) return;
    store.change(left, () => {
      left.versions.delete(token);
      if (heldBefore !== undefined) left.versions.get(heldBefore)?.stages.add(PENDING);
    });
  });
  return answer;
};

export const cancelRotateSecret: Operation = ({ store }, input) => {
  const secret = store.usable(input);
  if (secret.rotationLambdaArn === undefined) {
    throw invalidRequest("You can't cancel the rotation of a secret that has no rotation function.");
  }
  const stopped = { rotationEnabled: false, rotatingVersionId: undefined, retryAt: undefined };
  store.change(secret, () => Object.assign(secret, stopped));
  return { ARN: secret.arn, Name: secret.name, VersionId: holder(secret, PENDING)?.id };
};

/** `AWSPENDING` on the current version is left over from a promotion, so nothing is pending. */
function refuseOtherPending(secret: Secret, token: string): void {
  const pending = holder(secret, PENDING);
  if (!pending || pending.id === token || pending === holder(secret, CURRENT)) return;
  throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
}

function readRules(input: Parameters): RotationRules | undefined {
  const rules = input.object('RotationRules');
  if (!rules) return undefined;
  const automaticallyAfterDays = rules.integer('AutomaticallyAfterDays');
  const scheduleExpression = rules.text('ScheduleExpression', { min: 1, max: 256 });
  if (automaticallyAfterDays !== undefined && (automaticallyAfterDays < 1 || automaticallyAfterDays > 1000)) {
    throw invalidParameter('RotationRules.AutomaticallyAfterDays must be within 1-1000.');
  }
  if (automaticallyAfterDays !== undefined && scheduleExpression !== undefined) {
    throw invalidParameter('You can use AutomaticallyAfterDays or ScheduleExpression in RotationRules, but not both.');
  }
  return { automaticallyAfterDays, scheduleExpression, duration: rules.text('Duration', { min: 2, max: 3 }) };
}
