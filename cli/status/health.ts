import type { ConsumerReport, TokenReport } from '../../lambda/engine/report/report.ts';

/** How a consumer is, worst first. */
export const HEALTHS = ['no-access', 'failed', 'blocked', 'overdue', 'waiting', 'due', 'ok', 'retired'] as const;

export type Health = (typeof HEALTHS)[number];

/** What is outside of what was agreed: a person has to do something, or to know. */
const OUT_OF_POLICY: ReadonlySet<Health> = new Set(['no-access', 'failed', 'blocked', 'overdue']);

export function isOutOfPolicy(health: Health): boolean {
  return OUT_OF_POLICY.has(health);
}

/** What says how a consumer is. */
export interface Signs extends Pick<ConsumerReport, 'access' | 'state'> {
  readonly tokens: readonly Pick<TokenReport, 'overdue'>[];
}

export function healthOf({ access, state, tokens }: Signs): Health {
  if (access === 'retired') return 'retired';
  if (access === 'none') return 'no-access';
  if (state === 'failed' || state === 'not-attempted') return 'failed';
  if (state === 'blocked') return 'blocked';
  if (tokens.some(({ overdue }) => overdue)) return 'overdue';
  if (state === 'waiting' || state === 'changed') return 'waiting';
  return state === 'acting' ? 'due' : 'ok';
}

/** For sorting: the worst first. */
export function byHealth(one: { readonly health: Health }, other: { readonly health: Health }): number {
  return HEALTHS.indexOf(one.health) - HEALTHS.indexOf(other.health);
}
