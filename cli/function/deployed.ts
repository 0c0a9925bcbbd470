import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { READ_ONLY_ALIAS } from '../../lambda/config/read-only-alias.ts';
import type { StepReport } from '../../lambda/engine/four-steps.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { LOOKS_ONLY } from '../../lambda/requests/request.ts';
import { FunctionLog, isDenied, MissingRightError } from '../log/function-log.ts';
import { tell } from '../terminal.ts';
import { quoted, typedFor } from '../typed.ts';
import { NotFoundYetError, noSuchFunction, onlyFunction } from './find-function.ts';
import { failureOf, GOES_ON, isRefusal, mayHaveArrived, notAsked } from './lambda-failures.ts';
import { type Answer, RequestRefusedError, type Rotator, UsageError } from './rotator.ts';

/** A function runs for 15 minutes at most; the SDK's own time-out is shorter. */
const LONGEST_MS = 16 * 60_000;

/** An operator need not have a right to the alias, which need not exist. */
const NO_ALIAS = ['ResourceNotFoundException', 'AccessDeniedException'];

/** Which function is asked. Without either, the only one that there is. */
export interface Which {
  readonly function?: string;
  readonly stack?: string;
}

/** Invokes the deployed function, in the account and Region of the AWS environment. */
export async function deployed(which: Which): Promise<Rotator> {
  const client = new LambdaClient({ requestHandler: { requestTimeout: LONGEST_MS }, maxAttempts: 1 });
  const { function: given, stack } = which;
  const typed = typedFor(
    given !== undefined ? ` --function ${quoted(given)}` : stack !== undefined ? ` --stack ${quoted(stack)}` : '',
  );
  let found: FunctionConfiguration;
  try {
    found = given === undefined ? await onlyFunction(client, stack) : { FunctionName: given };
  } catch (error) {
    if (!(error instanceof NotFoundYetError)) throw error;
    const failure = error.message;
    return { typed, whenInterrupted: GOES_ON, ask: async () => ({ answered: undefined, failure }) };
  }
  const name = found.FunctionName ?? '';
  const { region, credentials } = client.config;
  const log = new FunctionLog({
    config: { region, credentials },
    group: (signal) => logGroupOf(client, found, signal),
  });
  return {
    log,
    typed: typedFor(whomOf(which)),
    whenInterrupted: GOES_ON,
    ask: async (request, follow) => {
      const answered = new AbortController();
      if (follow !== undefined)
        void log.follow(request, follow, answered.signal).then((problem) => problem && tell(problem));
      return invoke(client, name, request).finally(() => answered.abort());
    },
  };
}

function whomOf({ function: given, stack }: Which): string {
  if (given !== undefined) return ` --function ${quoted(given)}`;
  return stack === undefined ? '' : ` --stack ${quoted(stack)}`;
}

/** A function that was named is asked for it. */
async function logGroupOf(client: LambdaClient, found: FunctionConfiguration, signal: AbortSignal): Promise<string> {
  const name = (found.FunctionName ?? '').replace(QUALIFIER, '$1');
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: name });
    const { FunctionName, LoggingConfig } = found.LoggingConfig
      ? found
      : await client.send(command, { abortSignal: signal });
    return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
  } catch (error) {
    throw isDenied(error) ? new MissingRightError('lambda:GetFunctionConfiguration', name, error) : error;
  }
}

async function invoke(client: LambdaClient, name: string, request: object): Promise<Answer> {
  const isLook = 'action' in request && (LOOKS_ONLY as ReadonlySet<unknown>).has(request.action);
  let output: InvokeCommandOutput;
  try {
    output = await send(client, name, request, isLook);
  } catch (error) {
    const message = isNamed(error, 'ResourceNotFoundException')
      ? await noSuchFunction(client, name)
      : notAsked(error, { name, right: 'lambda:InvokeFunction' });
    if (isRefusal(error)) throw new UsageError(message, { cause: error });
    return { answered: undefined, failure: !isLook && mayHaveArrived(error) ? `${message}; ${GOES_ON}` : message };
  }
  const answer = answerIn(output);
  if (output.FunctionError === undefined) {
    if (!isReport(answer))
      throw new UsageError(
        `${name} does not answer as a function of this program does: choose another with --function`,
      );
    return { answered: answer, failure: undefined };
  }
  const failed = answer as { errorType?: string; errorMessage?: string };
  if (failed.errorType === 'RequestError') throw new RequestRefusedError(failureOf(failed));
  if (failed.errorType === 'ConfigurationError') throw new UsageError(failureOf(failed));
  return { answered: undefined, failure: failureOf(failed) };
}

/** Nothing, where it is no JSON object. */
function answerIn({ Payload }: InvokeCommandOutput): object {
  try {
    const answer: unknown = JSON.parse(Payload?.transformToString() ?? '');
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {};
  }
}

function isReport(answer: object): answer is RunReport | StepReport {
  return 'consumers' in answer || 'consumer' in answer;
}

/** A look goes through the alias of those who may do nothing else, where there is one. */
async function send(
  client: LambdaClient,
  name: string,
  request: object,
  isLook: boolean,
): Promise<InvokeCommandOutput> {
  const input = { FunctionName: name, Payload: JSON.stringify(request) };
  if (!isLook || QUALIFIER.test(name)) return client.send(new InvokeCommand(input));
  try {
    return await client.send(new InvokeCommand({ ...input, Qualifier: READ_ONLY_ALIAS }));
  } catch (error) {
    if (!isNamed(error, ...NO_ALIAS)) throw error;
    return client.send(new InvokeCommand(input));
  }
}

/** A name or an ARN that says which version or alias is meant. */
const QUALIFIER = /^((?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?[^:]+):[^:]+$/;

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
