import { randomUUID } from 'node:crypto';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { checkEnvelope, operationOf, readInput } from './request.ts';
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
  const service = {
    operation: (request: Request) => operationOf(request) || `${request.method} ${request.url.pathname}`,
    answer: (request: Request) => answerTo(request, (input) => filterLogEvents(groups, input, scan)),
    errorAnswer: (status: number) => errorAnswer(injectedError(status)),
  };
  return { ...(await serve(service, options)), groups };
}

function answerTo(request: Request, filter: (input: Readonly<Record<string, unknown>>) => object): Answer {
  try {
    checkEnvelope(request);
    const name = operationOf(request);
    if (name !== 'FilterLogEvents') throw new ServiceError('UnknownOperationException', `Unknown operation: ${name}`);
    return { status: 200, headers: headers(), body: JSON.stringify(filter(readInput(request.body))) };
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  }
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  return { status, headers: headers(), body: JSON.stringify({ __type: type, message }) };
}

const headers = (): Record<string, string> => ({
  'Content-Type': 'application/x-amz-json-1.1',
  'x-amzn-RequestId': randomUUID(),
});

function injectedError(status: number): ServiceError {
  if (status === 403)
    return new ServiceError('AccessDeniedException', 'not authorized to perform: logs:FilterLogEvents');
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', 400);
  if (status >= 500)
    return new ServiceError('ServiceUnavailableException', 'The service cannot complete the request.', status);
  return new ServiceError('InvalidParameterException', `injected status ${status}`, status);
}
