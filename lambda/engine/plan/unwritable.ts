import type { Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';

/** Why nothing may be put into the secret, as far as `DescribeSecret` shows it. It is asked before every mint anyway (R1). */
export function unwritable({
  answers,
  settings: { secret },
}: Pick<Facts, 'answers' | 'settings'>): Obstacle | undefined {
  const { replicaOf, owningService: service, rotationEnabled } = answers.description() ?? {};
  if (replicaOf !== undefined)
    return { state: 'failed', reason: { code: 'SECRET_IS_REPLICA', secret, primaryRegion: replicaOf } };
  if (service !== undefined) return { state: 'failed', reason: { code: 'SECRET_OF_A_SERVICE', secret, service } };
  // R14: two rotators of one secret would undo each other's work.
  return rotationEnabled ? { state: 'failed', reason: { code: 'ROTATED_ELSEWHERE', secret } } : undefined;
}
