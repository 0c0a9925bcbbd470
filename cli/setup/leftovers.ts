import type { Configuration } from '../../lambda/config/configuration.ts';
import { SELF } from '../../lambda/config/self.ts';
import { identityOf } from '../../lambda/engine/document/marker.ts';
import type { Observation } from '../../lambda/engine/observe/observe.ts';
import { isOfToken, type OwnSecret, ownSecretIn } from './own-token.ts';
import type { OwnServices } from './services.ts';

/** A token of the rotator's, by its marker, that is not the present one. */
export interface Leftover {
  readonly authorizationId: string;
  /** Runs may be under way with it until then, in milliseconds since the epoch; undefined: it never was the present one. */
  readonly until: number | undefined;
}

/**
 * What an earlier `init` left, or replaced. Where the function rotates its own token, it ends them itself.
 * @param arn of the rotator's secret.
 */
export async function leftoversOf(
  { store }: Pick<OwnServices, 'store'>,
  configuration: Configuration,
  { listing }: Observation,
  { own, arn }: { readonly own: OwnSecret; readonly arn: string | undefined },
): Promise<readonly Leftover[]> {
  if (arn === undefined || configuration.influxdb.self !== undefined) return [];
  const marked = listing.markedAs(identityOf(configuration.deployment, SELF, arn));
  const others = marked.filter(({ marker }) => !isOfToken(marker.tokenHash, own.token));
  if (others.length === 0) return [];
  const version = await store.readVersion(arn, { stage: 'AWSPREVIOUS' });
  const before = version && ownSecretIn(configuration, { kind: 'value', arn, holdsPending: false, ...version });
  const previous = before !== undefined && 'token' in before ? before.token : undefined;
  return others.map(({ row, marker }) => {
    const wasPresent = row.status === 'active' && isOfToken(marker.tokenHash, previous);
    const until = wasPresent ? (own.since ?? 0) + configuration.limits.leaseMs : undefined;
    return { authorizationId: row.id, until };
  });
}
