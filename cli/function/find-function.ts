import {
  type FunctionConfiguration,
  type LambdaClient,
  ListTagsCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { descriptionOf } from '../../lambda/config/function-description.ts';
import { nearest } from '../../lambda/config/nearest.ts';
import { isRefusal, notAsked } from './lambda-failures.ts';
import { UsageError } from './rotator.ts';

/** The tag that CloudFormation gives to everything in a stack. */
const STACK_TAG = 'aws:cloudformation:stack-name';

const ELSEWHERE = 'choose another Region or AWS profile, or give --function';
const NOT_DEPLOYED = 'if it is not deployed yet, add --local --config FILE';

/** AWS does not answer now, and may later. */
export class NotFoundYetError extends Error {
  override readonly name = 'NotFoundYetError';
}

/** @throws {UsageError} if there is none, or more than one. @throws {NotFoundYetError} */
export async function onlyFunction(client: LambdaClient, stack: string | undefined): Promise<FunctionConfiguration> {
  const all: FunctionConfiguration[] = [];
  const others = new Set<string>();
  try {
    for (const each of await functionsOf(client)) {
      const its = stack === undefined ? undefined : await stackOf(client, each);
      if (its === stack) all.push(each);
      else if (its !== undefined) others.add(its);
    }
  } catch (error) {
    const message = notAsked(error, { name: undefined, right: 'lambda:ListFunctions' });
    throw isRefusal(error)
      ? new UsageError(message, { cause: error })
      : new NotFoundYetError(message, { cause: error });
  }
  const [only, ...more] = all;
  const where = `${await placeOf(client)}${stack === undefined ? '' : `, stack ${stack},`}`;
  if (only === undefined) {
    const near = stack === undefined ? undefined : nearest(stack, [...others]);
    throw new UsageError(
      `${where} has no function of this program: ${near === undefined ? `${ELSEWHERE}; ${NOT_DEPLOYED}` : `did you mean --stack ${near}?`}`,
    );
  }
  if (more.length > 0) {
    const names = all.map(({ FunctionName }) => FunctionName).join(', ');
    throw new UsageError(`${where} has ${all.length} such functions: choose with --function: ${names}`);
  }
  return only;
}

/** Why a function that was named could not be asked: with the name that was meant, where it may be seen. */
export async function noSuchFunction(client: LambdaClient, name: string): Promise<string> {
  const there = await functionsOf(client).catch(() => []);
  const near = nearest(
    name,
    there.flatMap(({ FunctionName = [] }) => FunctionName),
  );
  const hint =
    near === undefined ? ELSEWHERE.replace(', or give', ', or leave out') : `did you mean --function ${near}?`;
  return `${await placeOf(client)} has no function ${name}: ${hint}`;
}

async function functionsOf(client: LambdaClient): Promise<FunctionConfiguration[]> {
  const all: FunctionConfiguration[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {}))
    all.push(...Functions.filter(isRotator));
  return all;
}

function isRotator({ Description = '' }: FunctionConfiguration): boolean {
  return Description.startsWith(descriptionOf(''));
}

async function stackOf(client: LambdaClient, { FunctionArn }: FunctionConfiguration): Promise<string | undefined> {
  const { Tags = {} } = await client.send(new ListTagsCommand({ Resource: FunctionArn }));
  return Tags[STACK_TAG];
}

async function placeOf({ config }: LambdaClient): Promise<string> {
  return `Region ${await config.region()}`;
}
