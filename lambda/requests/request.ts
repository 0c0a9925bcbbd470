import type { Action } from '../engine/run.ts';

/** The event is none that this function knows. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

const ACTIONS: readonly string[] = ['run', 'plan', 'status'] satisfies readonly Action[];

/**
 * What an event asks for: `{ "action": "run" | "plan" | "status" }`, or EventBridge's own scheduled event, which is a run.
 * @throws {EventError}
 */
export function actionOf(event: unknown): Action {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (typeof fields.action === 'string' && ACTIONS.includes(fields.action)) return fields.action as Action;
  if (fields.action === undefined && fields['detail-type'] === 'Scheduled Event') return 'run';
  throw new EventError(
    'the event is not understood: send {"action": "run"}, {"action": "plan"} or {"action": "status"}, or a scheduled event of EventBridge',
  );
}
