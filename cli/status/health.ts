import { complianceOf } from '../../lambda/engine/report/compliance.ts';

/** What is outside of what was agreed (`complianceOf` decides it): a person has to do something, or to know. */
const OUT_OF_POLICY = ['no-access', 'failed', 'blocked', 'overdue', 'exception-expired'] as const;

/** How a consumer is, worst first. */
export const HEALTHS = [...OUT_OF_POLICY, ...(['waiting', 'due', 'exempt', 'ok', 'retired'] as const)] as const;

export type Health = (typeof HEALTHS)[number];

export function isOutOfPolicy(health: Health): boolean {
  return (OUT_OF_POLICY as readonly Health[]).includes(health);
}

/** What says how a consumer is. */
export type Signs = Parameters<typeof complianceOf>[0];

export function healthOf(report: Signs): Health {
  const { verdict, breaches } = complianceOf(report);
  if (verdict === 'unknown') return 'failed';
  const [worst] = breaches;
  if (worst !== undefined) return worst.kind;
  const { state } = report;
  if (verdict === 'retired') return state === 'acting' ? 'due' : 'retired';
  if (state === 'waiting' || state === 'changed') return 'waiting';
  if (state === 'acting' || state === 'not-attempted') return 'due';
  return verdict === 'exempt' ? 'exempt' : 'ok';
}

/** For sorting: the worst first. */
export function byHealth(one: { readonly health: Health }, other: { readonly health: Health }): number {
  return HEALTHS.indexOf(one.health) - HEALTHS.indexOf(other.health);
}
