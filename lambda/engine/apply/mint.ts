import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { areSamePermissions, describePermissions } from '../../influxdb/permissions.ts';
import { formatMarker, type Identity } from '../document/marker.ts';
import type { Target } from '../observe/target.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/**
 * Makes a dead authorization: until it is activated it works for nobody, so that one whose answer is lost does no harm.
 * An unanswered attempt may have made its row, so the one more that follows has an id of its own, unless Secrets Manager
 * gave the id: then the row that nobody knows of is swept by age.
 */
export async function mintInactive(
  { influxdb, log, newId }: Services,
  { name: consumer }: ConsumerSettings,
  identity: Identity,
  target: Target,
  userId: string,
  into: string | undefined,
): Promise<{ rotationId: string; authorization: Authorization }> {
  for (let attempt = 1; ; attempt += 1) {
    const rotationId = into ?? newId();
    const description = formatMarker(identity, rotationId);
    let unanswered = false;
    try {
      const authorization = await influxdb.createAuthorization(
        { orgId: target.orgId, userId, status: 'inactive', description, permissions: target.grant(userId) },
        {
          onUnanswered: () => {
            unanswered = true;
          },
        },
      );
      return { rotationId, authorization };
    } catch (error) {
      if (!unanswered) throw error;
      log('MINT_UNANSWERED', { consumer, rotationId });
      if (attempt === 2) throw error;
    }
  }
}

/**
 * A server that drops a bucket's id grants the whole org: that must show before the token ever works.
 * @throws {RotationError}
 */
export function assertAsAsked(made: Authorization, target: Target, userId: string): void {
  const others = [
    made.status === 'inactive' ? undefined : `status ${made.status} instead of inactive`,
    made.orgId === target.orgId ? undefined : `org ${made.orgId} instead of ${target.orgId}`,
    made.userId === userId ? undefined : `owner ${made.userId} instead of ${userId}`,
    made.token === '' ? 'no token' : undefined,
  ].filter((difference) => difference !== undefined);
  const isGranted = areSamePermissions(made.permissions, target.grant(userId));
  const wrong = isGranted ? others : [...others, `permissions ${describePermissions(made.permissions)}`];
  if (wrong.length > 0)
    throw new RotationError(
      'MINT_DIFFERS',
      `InfluxDB made another authorization than was asked for (${wrong.join('; ')}); it is not used`,
      // A server that knows a permission otherwise does so again.
      { isLasting: others.length === 0 },
    );
}
