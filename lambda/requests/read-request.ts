import type { Configuration } from '../config/configuration.ts';
import { isScheduled, type Look, type Request } from './request.ts';

const PLAIN: ReadonlySet<unknown> = new Set<Look['action']>(['run', 'plan', 'status', 'check']);

/**
 * What an event asks for. The schedule's, and those that only name what they want, are understood as they are; whatever
 * says more is parsed and checked, and only then the code for it is set up.
 * @throws {RequestError} with every problem at once.
 */
export async function readRequest(event: unknown, configuration: Configuration): Promise<Request> {
  const action = isScheduled(event) ? 'run' : onlyAction(event);
  if (action !== undefined) return { action, consumers: undefined, command: undefined };
  const { parseRequest } = await import('./parse-request.ts');
  return parseRequest(event, configuration);
}

function onlyAction(event: unknown): Look['action'] | undefined {
  if (typeof event !== 'object' || event === null || Object.keys(event).length !== 1) return undefined;
  const { action } = event as { readonly action?: unknown };
  return PLAIN.has(action) ? (action as Look['action']) : undefined;
}
