import type { Authorization } from '../../influxdb/authorization.ts';
import type { RotationDocument } from '../document/document.ts';
import { freezeAt, nextAllowed } from './allowed.ts';
import type { Decision, Obstacle } from './decision.ts';
import { mayBeCurrentUntil } from './exempt.ts';
import type { Facts } from './facts.ts';
import { mintedAt } from './reason-to-rotate.ts';

/** A freeze that is on now. */
export function frozen({ settings, now }: Pick<Facts, 'settings' | 'now'>): Obstacle | undefined {
  const freeze = freezeAt(settings, now);
  if (freeze === undefined) return undefined;
  return { state: 'waiting', reason: { code: 'FROZEN', why: freeze.reason, until: nextAllowed(settings, now) } };
}

/** The window is closed now. */
export function outsideWindow({ settings, now }: Facts): Obstacle | undefined {
  const { window } = settings;
  if (window === undefined || nextAllowed({ window, freezes: [] }, now) === now) return undefined;
  const until = nextAllowed(settings, now);
  return { state: 'waiting', reason: { code: 'OUTSIDE_WINDOW', window: window.text, until } };
}

/** Whether a freeze of everything is on: then nothing is ended but what leaked, and nothing is written that can wait. */
export function isAllFrozen({ settings, now }: Facts): boolean {
  return freezeAt(settings, now)?.everything === true;
}

type Endings = Pick<Decision, 'ends' | 'notes'>;

/** The ends that a freeze leaves, where the consumer has access, or needs none any more. */
export function unlessFrozen(facts: Facts, { ends, notes }: Endings): Endings {
  const freeze = freezeAt(facts.settings, facts.now);
  const left = ends.filter(({ compromised }) => compromised);
  if (freeze?.everything !== true || left.length === ends.length) return { ends, notes };
  return { ends: left, notes: [...notes, { code: 'ENDS_FROZEN', why: freeze.reason, until: endsAgainAt(facts) }] };
}

/** When no freeze of everything is on any more. */
function endsAgainAt({ settings, now }: Facts): number {
  const freezes = settings.freezes.filter(({ everything }) => everything);
  return nextAllowed({ window: undefined, freezes }, now);
}

/** The last moment for the next token: the old one works on for a lease and a grace period, and must be off by then. */
export function latestMint(
  { settings, limits }: Pick<Facts, 'settings' | 'limits'>,
  document: RotationDocument,
  row: Authorization,
): number {
  const minted = mintedAt(document, row, limits.clockToleranceMs);
  return mayBeCurrentUntil(settings, minted) - settings.gracePeriodMs - limits.leaseMs;
}
