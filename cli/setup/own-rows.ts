import type { Configuration } from '../../lambda/config/configuration.ts';
import { SELF } from '../../lambda/config/self.ts';
import { identityOf, markerHash } from '../../lambda/engine/document/marker.ts';
import type { Observation } from '../../lambda/engine/observe/observe.ts';
import type { OwnSecret } from './own-token.ts';

/** An authorization of the rotator's own, by its marker. */
export interface OwnRow {
  readonly authorizationId: string;
  /** The secret holds its token. */
  readonly isPresent: boolean;
  /** It works, and nothing says that it was replaced: it never was the present one, or became it a moment ago. */
  readonly mayBecomePresent: boolean;
}

/**
 * Of this deployment and secret. Where the function rotates its own token, it ends the older ones itself.
 * @param arn of the rotator's secret.
 */
export function ownRowsOf(
  { influxdb, deployment }: Configuration,
  { listing }: Observation,
  { token, ledger }: OwnSecret,
  arn: string | undefined,
): readonly OwnRow[] {
  if (arn === undefined || influxdb.self !== undefined) return [];
  const replaced = new Set(ledger.kept.map(({ authorizationId }) => authorizationId));
  return listing.markedAs(identityOf(deployment, SELF, arn)).map(({ row, marker }) => {
    const isPresent = token !== undefined && marker.tokenHash === markerHash(token);
    const mayBecomePresent = !isPresent && row.status === 'active' && !replaced.has(row.id);
    return { authorizationId: row.id, isPresent, mayBecomePresent };
  });
}
