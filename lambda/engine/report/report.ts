import type { ConsumerState } from '../plan/decision.ts';

/** A token of a consumer as the run saw it, before it acted. Times are ISO 8601. */
export interface TokenReport {
  readonly authorizationId: string;
  /** `pending`: made less than a lease ago, and in no document yet. */
  readonly role: 'current' | 'superseded' | 'stray' | 'pending';
  /** `gone`: the lists do not show it. */
  readonly status: 'active' | 'inactive' | 'gone';
  readonly mintedAt: string | undefined;
  readonly supersededAt: string | undefined;
  /** It is live, and older than the consumer's `maxTokenAge`. */
  readonly overdue: boolean;
}

export interface ActionReport {
  readonly kind: 'rotate' | 'repair' | 'deactivate' | 'delete';
  readonly authorizationId: string | undefined;
  readonly reason: string;
  readonly outcome: 'planned' | 'done' | 'failed' | 'not-attempted';
  readonly error: string | undefined;
}

export interface ConsumerReport {
  readonly consumer: string;
  readonly secret: string;
  readonly state: ConsumerState | 'failed' | 'not-attempted';
  readonly reason: string;
  readonly actions: readonly ActionReport[];
  readonly notes: readonly string[];
  readonly tokens: readonly TokenReport[];
}

/** What a run found and did; the handler's answer. It holds no token and no secret's value. */
export interface RunReport {
  readonly action: 'run' | 'plan' | 'status';
  readonly deployment: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly consumers: readonly ConsumerReport[];
  /** What concerns no single consumer, and fails nothing: authorizations with our name that belong to none of them. */
  readonly notices: readonly string[];
  /** Problems of the run as a whole, which fail it: an early end, clocks that disagree. */
  readonly errors: readonly string[];
  readonly counts: RunCounts;
  /** Since the oldest current token was minted, in seconds; undefined without any. */
  readonly oldestTokenAgeSeconds: number | undefined;
}

export interface RunCounts {
  readonly rotated: number;
  /** Tokens switched off, and tokens deleted. */
  readonly deactivated: number;
  readonly deleted: number;
  readonly failed: number;
  readonly blocked: number;
  readonly overdue: number;
}

export function countUp(consumers: readonly ConsumerReport[]): RunCounts {
  const done = (kind: ActionReport['kind']) =>
    consumers.flatMap(({ actions }) => actions).filter((action) => action.kind === kind && action.outcome === 'done')
      .length;
  const inState = (...states: ConsumerReport['state'][]) =>
    consumers.filter(({ state }) => states.includes(state)).length;
  return {
    rotated: done('rotate'),
    deactivated: done('deactivate'),
    deleted: done('delete'),
    failed: inState('failed', 'error', 'not-attempted'),
    blocked: inState('blocked'),
    overdue: consumers.flatMap(({ tokens }) => tokens).filter(({ overdue }) => overdue).length,
  };
}
