import { type JsonObject, serveJson } from '../http/aws-json.ts';
import type { RunningServer, ServeOptions } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { LogGroups } from './store.ts';

export { LogGroups } from './store.ts';

export interface LogsOptions extends ServeOptions {
  /** How many lines the service looks at for one page. @default 1000 */
  readonly scan?: number;
}

export interface LogsServer extends RunningServer {
  readonly groups: LogGroups;
}

/** Serves the one call of Amazon CloudWatch Logs that searches a log group, in its JSON 1.1 protocol, on loopback. */
export async function startLogs(options: LogsOptions = {}): Promise<LogsServer> {
  const { now = Date.now, scan = 1000 } = options;
  const groups = new LogGroups(now);
  const operation = (name: string) =>
    name === 'FilterLogEvents' ? (input: JsonObject) => filterLogEvents(groups, input, scan) : undefined;
  const service = { target: 'Logs_20140328', signedFor: 'logs', operation, injectedError };
  return { ...(await serveJson(service, options)), groups };
}

function injectedError(status: number): ServiceError {
  if (status === 403)
    return new ServiceError('AccessDeniedException', 'not authorized to perform: logs:FilterLogEvents');
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', 400);
  if (status >= 500)
    return new ServiceError('ServiceUnavailableException', 'The service cannot complete the request.', status);
  return new ServiceError('InvalidParameterException', `injected status ${status}`, status);
}
