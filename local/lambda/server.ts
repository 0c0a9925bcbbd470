import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { isSignedFor } from '../http/signature.ts';
import type { LogGroups } from '../logs/server.ts';
import { invoke, type LambdaFunction, type LambdaFunctions, type Stdout } from './function.ts';

export type { Context, LambdaFunction, LambdaFunctions, Stdout } from './function.ts';

export interface LambdaOptions extends ServeOptions {
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly accountId?: string;
  readonly functions: LambdaFunctions;
  /** Where the functions' lines go; by default nowhere. */
  readonly logGroups?: LogGroups;
}

type Operation = (place: Place, request: Request, ...parts: string[]) => Answer | Promise<Answer>;

interface Place extends Required<Pick<LambdaOptions, 'region' | 'accountId' | 'functions'>> {
  readonly logGroups: LogGroups | undefined;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const CONFIGURATION = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
const LIST = /^\/2015-03-31\/functions\/?$/;
const TAGS = /^\/2017-03-31\/tags\/([^/]+)$/;

const OPERATIONS: readonly (readonly [name: string, method: string, path: RegExp, operation: Operation])[] = [
  ['Invoke', 'POST', INVOKE, invokeFunction],
  ['GetFunctionConfiguration', 'GET', CONFIGURATION, getFunctionConfiguration],
  ['ListFunctions', 'GET', LIST, listFunctions],
  ['ListTags', 'GET', TAGS, listTags],
];

/** Serves the calls of AWS Lambda that a caller of a function makes, in its REST JSON protocol, on loopback. */
export function startLambda(options: LambdaOptions): Promise<RunningServer> {
  const { region = 'us-east-1', accountId = '123456789012', functions, logGroups } = options;
  const place = { region, accountId, functions, logGroups };
  return serve(
    {
      operation: (request) => operationOf(request)?.[0] ?? `${request.method} ${request.url.pathname}`,
      answer: (request) => answerTo(place, request),
      errorAnswer: (status) => errorAnswer(new ServiceError('ServiceException', 'injected', status)),
    },
    options,
  );
}

function operationOf({ method, url }: Request) {
  return OPERATIONS.find(([, its, path]) => its === method && path.test(url.pathname));
}

async function answerTo(place: Place, request: Request): Promise<Answer> {
  try {
    const found = operationOf(request);
    if (found === undefined) throw new ServiceError('UnknownOperationException', request.url.pathname, 404);
    if (!isSignedFor('lambda', request))
      throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
    const [, , path, operation] = found;
    const parts = (path.exec(request.url.pathname) ?? []).slice(1).map(decodeURIComponent);
    return await operation(place, request, ...parts);
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  }
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  return json(status, { Type: 'User', Message: message }, { 'x-amzn-errortype': type });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

async function invokeFunction(place: Place, { url, headers, body }: Request, given = ''): Promise<Answer> {
  if ((headers['x-amz-invocation-type'] ?? 'RequestResponse') !== 'RequestResponse')
    throw new ServiceError('InvalidParameterValueException', 'only RequestResponse is served here');
  const { name, arn, found } = named(place, url, given);
  place.logGroups?.create(logGroupOf(name, found));
  const stream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${'0'.repeat(32)}`;
  const stdout: Stdout = (line) => place.logGroups?.write(logGroupOf(name, found), stream, line);
  const { payload, failed } = await invoke(found, arn, eventIn(body), stdout);
  return {
    status: 200,
    headers: {
      ...{ 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' },
      ...(failed && { 'x-amz-function-error': 'Unhandled' }),
    },
    body: payload,
  };
}

/** The function that a name or an ARN means, with a version or an alias in it or beside it. */
function named(place: Place, url: URL, given: string) {
  const [name = '', inName] = given.replace(/^arn:aws:lambda:[^:]+:\d+:function:/, '').split(':');
  const qualifier = url.searchParams.get('Qualifier') ?? inName;
  if (inName !== undefined && inName !== qualifier)
    throw new ServiceError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  const arn = arnOf(place, name, qualifier);
  const found = place.functions.get(name);
  if (found === undefined || !(qualifier === undefined || isQualifier(found, qualifier)))
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return { name, arn, found };
}

function isQualifier({ aliases = [] }: LambdaFunction, qualifier: string): boolean {
  return qualifier === '$LATEST' || aliases.includes(qualifier);
}

function eventIn(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}

const PAGE = 50;

function listFunctions(place: Place, { url }: Request): Answer {
  const all = [...place.functions].sort(([one], [other]) => one.localeCompare(other));
  const from = Number(url.searchParams.get('Marker') ?? 0);
  const page = all.slice(from, from + PAGE).map(([name, each]) => configurationOf(place, name, each));
  const more = from + PAGE < all.length && { NextMarker: String(from + PAGE) };
  return json(200, { Functions: page, ...more });
}

function getFunctionConfiguration(place: Place, { url }: Request, given = ''): Answer {
  const { name, found } = named(place, url, given);
  return json(200, configurationOf(place, name, found));
}

function configurationOf(place: Place, name: string, each: LambdaFunction): object {
  return {
    FunctionName: name,
    FunctionArn: arnOf(place, name),
    Description: each.description ?? '',
    Runtime: 'nodejs24.x',
    Timeout: Math.ceil(each.timeoutMs / 1000),
    Version: '$LATEST',
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupOf(name, each) },
  };
}

function logGroupOf(name: string, { logGroup = `/aws/lambda/${name}` }: LambdaFunction): string {
  return logGroup;
}

function listTags(place: Place, _request: Request, arn = ''): Answer {
  const found = place.functions.get(arn.split(':')[6] ?? '');
  if (found === undefined) throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return json(200, { Tags: found.tags ?? {} });
}

function arnOf({ region, accountId }: Place, name: string, qualifier?: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
}
