import type { ConsumerReport, RunReport } from '../../lambda/engine/report/report.ts';
import type { LogEvent } from './log-event.ts';
import type { Past } from './past.ts';

/** Each token is tried once a day, by a run an hour, and one try may be missed. */
export const TWO_TRIES_MS = 50 * 60 * 60 * 1000;

/** When a token was last seen to work. @param events the latest first. */
export function proofOf(events: readonly LogEvent[], authorizationId: string): string | undefined {
  return events.find(({ code, fields }) => fields.authorizationId === authorizationId && isProof(code, fields))?.at;
}

function isProof(code: string, { proof }: LogEvent['fields']): boolean {
  return code === 'TOKEN_ALIVE' || (code === 'TOKEN_VERIFIED' && proof === 'works');
}

/**
 * When the current token was last seen to work, if that was not too long ago.
 * @returns null if it was not, although it is tried daily; undefined where nobody knows.
 */
export function lastProof(
  { probe, tokens }: ConsumerReport,
  { mode, startedAt }: RunReport,
  { events, since }: Past,
): string | null | undefined {
  const current = tokens.find(({ role }) => role === 'current');
  if (current === undefined) return undefined;
  const longAgo = Date.parse(startedAt) - TWO_TRIES_MS;
  const proof = proofOf(events, current.authorizationId);
  if (proof !== undefined && Date.parse(proof) >= longAgo) return proof;
  const isTriedDaily = probe === 'daily' && mode === 'rotate' && current.status === 'active';
  const isOld = current.mintedAt !== undefined && Date.parse(current.mintedAt) < longAgo;
  return isTriedDaily && isOld && since <= longAgo ? null : undefined;
}
