import { CodedError } from '../log/coded-error.ts';

interface Behaviour {
  /** It changes tokens and secrets; otherwise it only says what it would do. */
  readonly acts: boolean;
  /** It fails if any consumer failed. */
  readonly failsForConsumers: boolean;
}

/** What the function can be asked for. */
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
 * What an event asks for: `{ "action": "run" | "plan" | "status" }`, or EventBridge's own scheduled event, which is a run.
 * @throws {RequestError}
 */
export function actionOf(event: unknown): Action {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (isAction(fields.action)) return fields.action;
  if (fields.action === undefined && fields['detail-type'] === 'Scheduled Event') return 'run';
  throw new RequestError(
    'the event is not understood: send {"action": "run"}, {"action": "plan"} or {"action": "status"}, or a scheduled event of EventBridge',
  );
}

function isAction(value: unknown): value is Action {
  return typeof value === 'string' && Object.hasOwn(ACTIONS, value);
}
