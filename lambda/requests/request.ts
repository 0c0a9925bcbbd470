import { CodedError } from '../log/coded-error.ts';

/** The actions that an event can ask for. What each does with the decisions is in `engine/run.ts`. */
export const ACTIONS = ['run', 'plan', 'status'] as const;

export type Action = (typeof ACTIONS)[number];

/** The event is not one that this function handles. */
export class RequestError extends CodedError {
  override readonly name = 'RequestError';
  override readonly code = 'REQUEST';
}

/**
 * The action that an event asks for: the one in `{ "action": "run" | "plan" | "status" }`, and a run for a scheduled
 * event of EventBridge.
 * @throws {RequestError} for any other event.
 */
export function requestedAction(event: unknown): Action {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (isAction(fields.action)) return fields.action;
  if (fields.action === undefined && fields['detail-type'] === 'Scheduled Event') return 'run';
  throw new RequestError(`the event is not understood: send ${REQUESTS}, or a scheduled event of EventBridge`);
}

/** For people: every request, as JSON. */
const REQUESTS = ACTIONS.map((action) => JSON.stringify({ action })).join(', ');

function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value);
}
