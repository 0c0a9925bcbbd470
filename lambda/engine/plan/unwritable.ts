import type { Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';

/** Why nothing may be put into the secret, as far as `DescribeSecret` shows it. It is asked before every mint anyway (R1). */
export function unwritable({
  answers,
  into,
  settings: { secret, rotation },
}: Pick<Facts, 'answers' | 'into' | 'settings'>): Obstacle | undefined {
  const { replicaOf, owningService: service, rotationEnabled = false, nextRotationAt } = answers.description() ?? {};
  if (replicaOf !== undefined)
    return { state: 'failed', reason: { code: 'SECRET_IS_REPLICA', secret, primaryRegion: replicaOf } };
  if (service !== undefined) return { state: 'failed', reason: { code: 'SECRET_OF_A_SERVICE', secret, service } };
  // R14: two rotators of one secret would undo each other's work, and without any nobody would rotate it.
  if (rotation === 'schedule')
    return rotationEnabled ? { state: 'failed', reason: { code: 'ROTATED_ELSEWHERE', secret } } : undefined;
  if (!rotationEnabled) return { state: 'failed', reason: { code: 'ROTATION_OFF', secret } };
  if (into !== undefined) return undefined;
  const until = nextRotationAt === undefined ? {} : { until: nextRotationAt };
  return { state: 'waiting', reason: { code: 'ROTATED_BY_SERVICE', secret, ...until } };
}

/** Secrets Manager names the version that the token goes into: nothing else is put. */
export function copiesNothing(facts: Pick<Facts, 'answers' | 'into' | 'settings'>): boolean {
  return facts.into !== undefined || unwritable(facts) !== undefined;
}
