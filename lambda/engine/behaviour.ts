import type { Configuration } from '../config/configuration.ts';
import type { RunRequest } from '../requests/request.ts';

/** What an action does with the decisions. */
export interface Behaviour {
  readonly writes: boolean;
  /**
   * - `turn`: the current tokens of those whose turn it is, and whether the rotator may replace them.
   * - `rights of all`: whether the rotator may replace each token; the tokens are not tried.
   * - `mints of all`: the same, and then one dead authorization for each, which is deleted again.
   */
  readonly tries: 'turn' | 'rights of all' | 'mints of all' | 'nothing';
  /**
   * The consumers that make the invocation fail: those that failed, or all for which not all was done. It always fails if
   * the run as a whole did, except for `never`: of a failed invocation Lambda passes on one sentence and not the report.
   */
  readonly failsFor: 'failed' | 'undone' | 'nothing' | 'never';
  /** Its figures are metrics: all of them of a run about all consumers, and else what was done. */
  readonly publishes: boolean;
}

const COMMAND: Behaviour = { writes: true, tries: 'nothing', failsFor: 'undone', publishes: true };

/** What each action does with the decisions. */
const BEHAVIOUR: Readonly<Record<RunRequest['action'], Behaviour>> = {
  run: { writes: true, tries: 'turn', failsFor: 'failed', publishes: true },
  plan: { writes: false, tries: 'rights of all', failsFor: 'failed', publishes: false },
  status: { writes: false, tries: 'nothing', failsFor: 'nothing', publishes: false },
  check: { writes: false, tries: 'mints of all', failsFor: 'never', publishes: false },
  rotate: COMMAND,
  reactivate: COMMAND,
  rollback: COMMAND,
  retire: COMMAND,
};

/** With `"mode": "plan"` nothing writes; a run then does what a plan does, and still counts as a run. */
export function behaviourOf(request: RunRequest, { mode }: Pick<Configuration, 'mode'>): Behaviour {
  const own = BEHAVIOUR[request.action];
  if ('fail' in request) return { ...own, failsFor: 'never' };
  return mode === 'plan' && own.writes ? { ...own, writes: false, tries: 'rights of all', failsFor: 'failed' } : own;
}
