import { CallError, type FailureKind } from '../calls/call-error.ts';

/** A failed call to EventBridge, or one event that it did not take. It ends no run, and fails nothing. */
export class EventBridgeError extends CallError {
  override readonly name = 'EventBridgeError';

  /** @param exception the service's name of the failure, or the network's code. */
  constructor(kind: Exclude<FailureKind, 'not-sent'>, exception: string, detail: string, options: ErrorOptions = {}) {
    super(CODES[kind], kind, `EventBridge: PutEvents failed with ${exception}: ${detail}`, options);
  }
}

const CODES = {
  unreachable: 'EVENTBRIDGE_UNREACHABLE',
  refused: 'EVENTBRIDGE_REFUSED',
  throttled: 'EVENTBRIDGE_THROTTLED',
  unanswered: 'EVENTBRIDGE_UNANSWERED',
} as const;
