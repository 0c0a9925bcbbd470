import { CodedError } from '../log/coded-error.ts';

/** What the handler is asked for. */
export type Request = RunRequest | Resume;

/** What is asked of a run; a step of Secrets Manager's is none. */
export type RunRequest = Look | Command;

/** A run as the schedule begins it, or one of its dry forms; a check also tries what the next run will need. */
export interface Look {
  readonly action: 'run' | 'plan' | 'status' | 'check';
  /** The consumers that it is about; undefined for all. */
  readonly consumers: readonly string[] | undefined;
  /** What a plan is made for; undefined for what a run does by itself. */
  readonly command: Command | undefined;
  /** It answers with its report, whatever it finds: of a failed invocation Lambda passes on one sentence alone. */
  readonly fail?: false;
}

/** Every command says why, for log and report, and by whom, as they say; the caller's ARN is in CloudTrail. */
interface Asked {
  readonly reason: string;
  readonly by: string | undefined;
}

/** New tokens now, whatever the age of the present ones. */
export interface Rotate extends Asked {
  readonly action: 'rotate';
  readonly consumers: readonly string[];
  /** It leaked: it and every older one of the consumer are deleted as soon as the new one is current. */
  readonly compromised: boolean;
  /** Also where the consumer is blocked. */
  readonly force: boolean;
  /** Tokens younger than this are left, in milliseconds. */
  readonly minAgeMs: number;
}

/** The previous token works again for a while: a reader was missed. */
export interface Reactivate extends Asked {
  readonly action: 'reactivate';
  readonly consumers: readonly string[];
  readonly forMs: number;
}

/** The previous token becomes current again. */
export interface Rollback extends Asked {
  readonly action: 'rollback';
  readonly consumers: readonly string[];
}

/** A rotation by Secrets Manager that hangs is taken to its end. */
export interface Resume extends Asked {
  readonly action: 'resume';
  readonly consumer: string;
  /** The version that the rotation makes. */
  readonly versionId: string;
}

/** The end of a token with our marker that no configured secret can hold any more. */
export interface Retire extends Asked {
  readonly action: 'retire';
  /** In lower case. */
  readonly authorizationId: string;
}

/** What an operator asks for; of named consumers, except for `retire`. */
export type Command = ConsumerCommand | Retire;
export type ConsumerCommand = Rotate | Reactivate | Rollback;

export type Action = Request['action'];

/** What writes nothing, whatever it finds. */
export const LOOKS_ONLY: ReadonlySet<Action> = new Set(['plan', 'status']);

/** The event is not one that this function handles. Nothing was done. Its message lists every problem, one a line. */
export class RequestError extends CodedError {
  override readonly name = 'RequestError';
  override readonly code = 'REQUEST';
}

/** Whether EventBridge's schedule sent this: it asks for a run. */
export function isScheduled(event: unknown): boolean {
  const fields = (event ?? {}) as Readonly<Record<string, unknown>>;
  return fields.action === undefined && fields['detail-type'] === 'Scheduled Event';
}
