import type { CallCounts } from '../../calls/call-counts.ts';
import { isOutOfTime } from './out-of-time.ts';
import type { ActionReport, ConsumerReport, ProofReport, RunCounts } from './report.ts';

/**
 * @param unmanaged authorizations of the configured owners that nothing manages.
 * @param calls how those of the run went so far.
 * @param retirements what was done to tokens that belong to no consumer.
 */
export function countUp(
  consumers: readonly ConsumerReport[],
  unmanaged: number,
  calls: Readonly<CallCounts>,
  retirements: readonly ActionReport[] = [],
): RunCounts {
  const done = (kind: ActionReport['kind']) =>
    [...consumers.flatMap(({ actions }) => actions), ...retirements].filter(
      (action) => action.kind === kind && action.outcome === 'done',
    ).length;
  const inState = (...states: ConsumerReport['state'][]) =>
    consumers.filter(({ state }) => states.includes(state)).length;
  const tried = (result: ProofReport['result']) => consumers.filter(({ proof }) => proof?.result === result).length;
  const notAttempted = consumers.filter(isOutOfTime).length;
  return {
    rotated: done('rotate'),
    switchedOff: done('switch-off'),
    deleted: done('delete'),
    failed: inState('failed', 'not-attempted') - notAttempted,
    notAttempted,
    blocked: inState('blocked'),
    withoutAccess: consumers.filter(({ access }) => access === 'none').length,
    proven: tried('works'),
    refused: tried('refused'),
    unmanaged,
    overdue: consumers.flatMap(({ tokens }) => tokens).filter(({ overdue }) => overdue).length,
    retriedCalls: calls.retried,
    throttledCalls: calls.throttled,
  };
}

/** In seconds. */
export function ageOfOldestCurrent(consumers: readonly ConsumerReport[], now: number): number | undefined {
  const ages = consumers
    .flatMap(({ tokens }) => tokens)
    .flatMap(({ role, mintedAt }) =>
      role === 'current' && mintedAt !== undefined ? [now - Date.parse(mintedAt)] : [],
    );
  // Not spread into `Math.max`: a function takes some hundred thousand arguments at most.
  return ages.length === 0 ? undefined : Math.round(ages.reduce((oldest, age) => Math.max(oldest, age)) / 1000);
}
