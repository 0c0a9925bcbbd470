import { DAY_MS } from '../../config/duration.ts';
import { type Decision, kept, type Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';

/** A rotation takes minutes; what is pending for longer than this hangs. */
const LONGEST_PENDING_MS = DAY_MS;

/**
 * R14a and R14b: what a run says of a secret that Secrets Manager is to rotate. It does not make a token there, and so it
 * must notice if nobody does.
 */
export function underService(facts: Facts, decision: Decision): Decision {
  const { settings, into } = facts;
  if (settings.rotation === 'schedule' || settings.retired || into !== undefined) return decision;
  const problem = problemOf(facts);
  if (problem === undefined || decision.state === 'changed') return decision;
  const { reason, obstacle, ends, notes } = decision;
  if (obstacle?.code === problem.reason.code) return decision;
  // What fails or is blocked already says what is to be done first.
  const isWaiting = obstacle?.code === 'ROTATED_BY_SERVICE' || !STOPPED.has(decision.state);
  if (!isWaiting) return { ...decision, notes: [...notes, problem.reason] };
  return kept(reason, problem, { ends, notes });
}

const STOPPED: ReadonlySet<Decision['state']> = new Set(['failed', 'blocked']);

function problemOf({ settings: { secret }, answers, now }: Facts): Obstacle | undefined {
  const description = answers.description();
  if (description === undefined) return undefined;
  const { rotationEnabled, pending: versionId, current, lastChangedAt = now } = description;
  if (!rotationEnabled) return { state: 'failed', reason: { code: 'ROTATION_OFF', secret } };
  if (versionId === undefined || versionId === current) return undefined;
  // Without a value it is as old as the last change at least.
  const since = answers.version('AWSPENDING')?.createdAt ?? lastChangedAt;
  if (since + LONGEST_PENDING_MS > now) return undefined;
  return { state: 'blocked', reason: { code: 'ROTATION_HANGS', secret, versionId } };
}
