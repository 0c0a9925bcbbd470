import type { Configuration } from '../config/configuration.ts';
import { parseDurationText } from '../config/duration.ts';
import { nearest } from '../config/nearest.ts';
import { listProblems, type Problem } from '../config/problems.ts';
import { problemsBy } from '../config/schema-problems.ts';
import { CodedError } from '../log/coded-error.ts';
import { MOST_TOLD, requestProblems } from './request-checks.ts';
import { type CommandFile, type RequestFile, SCHEMAS } from './schema.ts';

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

export const ACTIONS = Object.keys(SCHEMAS) as readonly Action[];
/** What writes nothing, whatever it finds. */
export const LOOKS_ONLY: ReadonlySet<Action> = new Set(['plan', 'status']);

/** The event is not one that this function handles. Nothing was done. Its message lists every problem, one a line. */
export class RequestError extends CodedError {
  override readonly name = 'RequestError';
  override readonly code = 'REQUEST';
}

/**
 * Reads an event: a request such as `{ "action": "plan" }`, or a scheduled event of EventBridge, which asks for a run.
 * @throws {RequestError} with every problem at once.
 */
export function parseRequest(event: unknown, configuration: Configuration): Request {
  const fields = isScheduled(event) ? { action: 'run' } : event;
  const action = actionIn(fields);
  if (action === undefined) throw new RequestError(notUnderstood(fields));
  const problems = problemsIn(action, fields, configuration);
  if (problems.length > 0) throw new RequestError(listProblems('the request', problems));
  return fillIn(fields as RequestFile, configuration);
}

function isScheduled(event: unknown): boolean {
  const fields = objectIn(event);
  return fields.action === undefined && fields['detail-type'] === 'Scheduled Event';
}

function actionIn(fields: unknown): Action | undefined {
  const { action } = objectIn(fields);
  return ACTIONS.find((each) => each === action);
}

function notUnderstood(fields: unknown): string {
  const { action } = objectIn(fields);
  const near = typeof action === 'string' ? nearest(action, ACTIONS) : undefined;
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `the event is not understood: send {"action": …} with one of ${ACTIONS.map((each) => `"${each}"`).join(', ')}, or a scheduled event of EventBridge${hint}`;
}

/** What is planned is a command of its own, whose problems are told where it stands. */
function problemsIn(action: Action, fields: unknown, configuration: Configuration): Problem[] {
  const { command } = objectIn(fields);
  const found = problemsBy(SCHEMAS[action], fields, MOST_TOLD);
  if (action !== 'plan' || command === undefined)
    return found.length > 0 ? found : requestProblems(fields as RequestFile, configuration);
  const commanded = actionIn(command);
  const inner =
    commanded === undefined || !isPlannable(commanded)
      ? [{ path: 'action', message: `must be one of ${COMMANDS.join(', ')}` }]
      : problemsIn(commanded, command, configuration);
  const own = found.length > 0 ? found : requestProblems({ ...(fields as RequestFile) }, configuration);
  return [...own, ...inner.map(({ path, ...rest }) => ({ ...rest, path: `command.${path}` }))];
}

/** A step of Secrets Manager's is taken or refused, and has no plan. */
function isPlannable(action: Action): boolean {
  return 'reason' in SCHEMAS[action].def.shape && action !== 'resume';
}

const COMMANDS = ACTIONS.filter(isPlannable).map((each) => `"${each}"`);

function fillIn(file: RequestFile, configuration: Configuration): Request {
  if (!('reason' in file)) {
    const command =
      'command' in file && file.command !== undefined
        ? (file.command as Exclude<CommandFile, { action: 'resume' }>)
        : undefined;
    const planned = command && fillInCommand(command, configuration);
    const answers = 'fail' in file && file.fail === false && { fail: file.fail };
    return { action: file.action, consumers: file.consumers, command: planned, ...answers };
  }
  return file.action === 'resume' ? { ...file, by: file.by } : fillInCommand(file, configuration);
}

function fillInCommand(file: Exclude<CommandFile, { action: 'resume' }>, { consumers }: Configuration): Command {
  const { reason, by } = file;
  switch (file.action) {
    case 'rotate':
      return {
        ...{ action: file.action, reason, by },
        consumers: file.consumers ?? consumers.filter(({ retired }) => !retired).map(({ name }) => name),
        compromised: file.compromised ?? false,
        force: file.force ?? false,
        minAgeMs: parseDurationText(file.minAge) ?? 0,
      };
    case 'reactivate': {
      const forMs = parseDurationText(file.for) ?? 0;
      return { action: file.action, consumers: [file.consumer], forMs, reason, by };
    }
    case 'rollback':
      return { action: file.action, consumers: [file.consumer], reason, by };
    case 'retire':
      return { action: file.action, authorizationId: file.authorizationId.toLowerCase(), reason, by };
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
