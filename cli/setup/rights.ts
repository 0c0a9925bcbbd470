import { adoptedId } from '../../lambda/config/adopted.ts';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { Permission } from '../../lambda/config/permission.ts';
import type { Observation } from '../../lambda/engine/observe/observe.ts';
import type { Target, UnresolvedTarget } from '../../lambda/engine/observe/target.ts';
import { rotatorsTarget } from '../../lambda/engine/plan/own-rights.ts';
import { covers, distinct, readAndWrite } from '../../lambda/influxdb/permissions.ts';

/** The rotator's own token, as it should be. */
export interface OwnTarget extends Target {
  readonly userId: string;
  readonly wanted: readonly Permission[];
}

/**
 * What the rotator's token needs: what the configuration does, and the rights over each owner of whom a token of ours is
 * left, or is to be adopted. Over the rotator's own user, only if that owns rotated tokens, too.
 * @param userId the rotator's user.
 */
export function neededTarget(
  configuration: Configuration,
  observation: Observation,
  userId: string,
): OwnTarget | UnresolvedTarget {
  const target = rotatorsTarget(configuration, { ...observation, signedIn: { userId, row: undefined } });
  if (target.kind === 'unresolved') return target;
  const ownsRotated =
    configuration.influxdb.self !== undefined ||
    [...observation.targets.values()].some((each) => each.kind === 'resolved' && each.userId === userId);
  const { orgId, grant } = target;
  const needed = grant(userId).filter(({ resource: { type, id } }) => ownsRotated || type !== 'users' || id !== userId);
  const adopted = configuration.consumers.flatMap((each) => observation.listing.get(adoptedId(each) ?? '') ?? []);
  const overAdopted = adopted.flatMap((row) => readAndWrite({ type: 'users', id: row.userId }));
  const wanted = distinct([...needed, ...overAdopted.filter((right) => !covers(needed, right))]);
  return { kind: 'resolved', orgId, userId, wanted, grant: () => wanted };
}
