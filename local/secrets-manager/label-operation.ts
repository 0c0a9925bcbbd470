import type { Operation } from './operation.ts';
import { invalidParameter, notFound } from './service-error.ts';
import { CURRENT, checkLabelLimit, holder, moveLabel } from './staging-labels.ts';

/** Moves, adds or removes one label. `RemoveFromVersionId` must name its holder, which makes this a compare-and-swap. */
export const updateSecretVersionStage: Operation = ({ store }, input) => {
  const secret = store.writable(input);
  const label = input.requiredText('VersionStage', { min: 1, max: 256 });
  const removeFrom = input.text('RemoveFromVersionId');
  const moveTo = input.text('MoveToVersionId');
  const answer = { ARN: secret.arn, Name: secret.name };
  if (removeFrom === undefined && moveTo === undefined) {
    throw invalidParameter('You must provide RemoveFromVersionId, MoveToVersionId, or both.');
  }
  const target = moveTo === undefined ? undefined : secret.versions.get(moveTo);
  if (moveTo !== undefined && !target) {
    throw notFound(`Secrets Manager can't find the specified secret version: ${moveTo}`);
  }
  const from = holder(secret, label);
  if (removeFrom === undefined && from && from !== target) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${from.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (removeFrom !== undefined && removeFrom !== from?.id) {
    const where = from ? `It is currently attached to version ${from.id}.` : 'It is not attached to any version.';
    throw invalidParameter(`Staging label ${label} is not attached to version ${removeFrom}. ${where}`);
  }
  if (!target && label === CURRENT) {
    throw invalidParameter(
      `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
    );
  }
  if (target && target === from) return answer;
  if (target) checkLabelLimit(secret, [label]);
  store.change(secret, () => {
    if (target) moveLabel(secret, label, target);
    else from?.stages.delete(label);
    if (secret.rotatingVersionId !== moveTo) secret.rotatingVersionId = undefined;
  });
  return answer;
};
