import type { Configuration } from '../../lambda/config/configuration.ts';
import { SELF } from '../../lambda/config/self.ts';
import { identityOf, markerHash } from '../../lambda/engine/document/marker.ts';
import type { MarkedRow } from '../../lambda/engine/observe/listing.ts';
import type { Observation } from '../../lambda/engine/observe/observe.ts';
import type { OwnSecret } from './own-token.ts';

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
export function leftoversOf(
  { influxdb, deployment, limits }: Configuration,
  { listing }: Observation,
  { own, arn }: { readonly own: OwnSecret; readonly arn: string | undefined },
): readonly Leftover[] {
  if (arn === undefined || influxdb.self !== undefined) return [];
  const { token } = own;
  const isPresent = ({ marker }: MarkedRow) => token !== undefined && marker.tokenHash === markerHash(token);
  return listing
    .markedAs(identityOf(deployment, SELF, arn))
    .filter((each) => !isPresent(each))
    .map(({ row }) => {
      const replacedAt = row.status === 'active' ? whenReplaced(own, row.id) : undefined;
      return { authorizationId: row.id, until: replacedAt === undefined ? undefined : replacedAt + limits.leaseMs };
    });
}

/** By the document beside the present token. Without one, somebody put that token there by hand. */
function whenReplaced({ token, hasDocument, since, ledger }: OwnSecret, authorizationId: string): number | undefined {
  if (token === undefined) return undefined;
  if (!hasDocument) return since;
  return ledger.kept.find((entry) => entry.authorizationId === authorizationId)?.since;
}
