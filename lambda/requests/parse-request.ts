import type { Configuration } from '../config/configuration.ts';
import { parseDurationText } from '../config/duration.ts';
import { problemsBy } from '../config/file/schema-problems.ts';
import { nearest } from '../config/nearest.ts';
import { listProblems, type Problem } from '../config/problems.ts';
import { type Action, type Command, isScheduled, type Request, RequestError } from './request.ts';
import { MOST_TOLD, requestProblems } from './request-checks.ts';
import { type CommandFile, type RequestFile, SCHEMAS } from './schema.ts';

export const ACTIONS = Object.keys(SCHEMAS) as readonly Action[];

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
