import { CodedError } from '../log/coded-error.ts';

interface Behaviour {
  /** True if the action changes tokens and secrets; otherwise it only reports what it would do. */
  readonly acts: boolean;
  /** True if the invocation fails when a consumer failed. */
  readonly failsForConsumers: boolean;
}

/** The actions that an event can ask for. */
export const ACTIONS = {
  run: { acts: true, failsForConsumers: true },
  plan: { acts: false, failsForConsumers: true },
  status: { acts: false, failsForConsumers: false },
} as const satisfies Readonly<Record<string, Behaviour>>;

export type Action = keyof typeof ACTIONS;

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
export function actionOf(event: unknown): Action {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (isAction(fields.action)) return fields.action;
  if (fields.action === undefined && fields['detail-type'] === 'Scheduled Event') return 'run';
  throw new RequestError(`the event is not understood: send ${REQUESTS}, or a scheduled event of EventBridge`);
}

/** For people: every request, as JSON. */
const REQUESTS = Object.keys(ACTIONS)
  .map((action) => JSON.stringify({ action }))
  .join(', ');

function isAction(value: unknown): value is Action {
  return typeof value === 'string' && Object.hasOwn(ACTIONS, value);
}
