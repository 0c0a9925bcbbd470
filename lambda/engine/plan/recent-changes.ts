import { hash } from 'node:crypto';
import { DAY_MS } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { permissionsHash } from '../../influxdb/permissions.ts';
import type { GrantChange, RotationDocument } from '../document/document.ts';
import type { Target } from '../observe/target.ts';
import type { Facts } from './facts.ts';

const WEEK_MS = 7 * DAY_MS;

/** More than two configurations need to show themselves, and few enough for any secret. */
const MOST = 10;

/** What the configuration does to the permissions and the owner of a token that it replaces. */
export interface RecentChanges {
  /** For the next version: those that are remembered, this one included. */
  readonly changes: readonly GrantChange[];
  /**
   * This very change was made before, not long ago, and somebody undid it: that is another configuration. One change
   * and its revert is not yet one. Who forges the list changes a word, not access.
   */
  readonly again: boolean;
}

/** @param replaced the token that works now; undefined where there is none, so that nothing can be compared. */
export function recentChanges(
  { now, settings, limits }: Pick<Facts, 'now' | 'settings' | 'limits'>,
  target: Target,
  document: RotationDocument | undefined,
  replaced: Authorization | undefined,
): RecentChanges {
  // Each change waits for the end of the token before, so with a long grace period they come slowly.
  const rememberedMs = Math.max(WEEK_MS, 3 * (settings.gracePeriodMs + limits.leaseMs));
  const lately = (document?.changes ?? []).filter(({ at }) => at > now - rememberedMs && at <= now).slice(-MOST);
  if (replaced === undefined) return { changes: lately, again: false };
  const from = grantHash(replaced.userId, replaced.permissions);
  const to = grantHash(target.userId ?? '', target.grant(target.userId ?? replaced.userId));
  if (from === to) return { changes: lately, again: false };
  const again = lately.some((change) => change.from === from && change.to === to);
  return { changes: [...lately, { at: now, from, to }].slice(-MOST), again };
}

/** Short: it only tells a few grants of one consumer apart. */
function grantHash(userId: string, permissions: Authorization['permissions']): string {
  return hash('sha256', `${userId}\n${permissionsHash(permissions)}`, 'hex').slice(0, 16);
}
