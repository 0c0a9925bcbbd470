import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../../local/http/server.ts';
import { type Context, type LambdaFunction, type Stdout, startLambda } from '../../../local/lambda/server.ts';
import { LogGroups } from '../../../local/logs/server.ts';

let server: RunningServer;
let client: LambdaClient;
const contexts: Context[] = [];
const logGroups = new LogGroups(() => Date.UTC(2026, 0, 1));
beforeAll(async () => {
  const echo = async (event: unknown, context: Context, stdout: Stdout) => {
    contexts.push(context);
    stdout(JSON.stringify({ event }));
    if ((event as { fail?: boolean }).fail) throw new TypeError('it failed');
    return { event };
  };
  const rotator = { handler: echo, description: 'Echoes', timeoutMs: 3000, aliases: ['read-only'], tags: { a: 'b' } };
  const functions = new Map<string, LambdaFunction>([['echo', rotator]]);
  for (let index = 0; index < 60; index += 1)
    functions.set(`z${index}`, { handler: echo, timeoutMs: 3000, logGroup: 'shared' });
  server = await startLambda({ functions, logGroups });
  client = new LambdaClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
const invoke = async (name: string, event: object, more: object = {}) => {
  const input = { FunctionName: name, Payload: JSON.stringify(event), ...more };
  const { Payload, FunctionError } = await client.send(new InvokeCommand(input));
  return { answer: JSON.parse(new TextDecoder().decode(Payload)), error: FunctionError };
};

it('answers with what the function gives back, which is told by what it was invoked', async () => {
  expect(await invoke('echo', { a: 1 })).toEqual({ answer: { event: { a: 1 } }, error: undefined });
  await invoke('echo', {}, { Qualifier: 'read-only' });
  await invoke('echo:read-only', {});
  await invoke(ARN, {});
  expect(contexts.map(({ invokedFunctionArn }) => invokedFunctionArn)).toEqual([
    ARN,
    `${ARN}:read-only`,
    `${ARN}:read-only`,
    ARN,
  ]);
  expect(contexts[0]?.getRemainingTimeInMillis()).toBeLessThanOrEqual(3000);
});

it('says of a function that fails what the runtime says', async () => {
  const { answer, error } = await invoke('echo', { fail: true });
  expect(error).toBe('Unhandled');
  expect(answer).toMatchObject({ errorType: 'TypeError', errorMessage: 'it failed' });
});

it('refuses what is not there, and what is not signed', async () => {
  await expect(invoke('nobody', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(invoke('echo:prod', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(invoke('echo', {}, { InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  expect((await fetch(`${server.url}/2015-03-31/functions`)).status).toBe(403);
});

it('lists the functions in pages, and the tags of one', async () => {
  const first = await client.send(new ListFunctionsCommand({}));
  expect(first.Functions).toHaveLength(50);
  expect(first.Functions?.[0]).toMatchObject({ FunctionName: 'echo', FunctionArn: ARN, Description: 'Echoes' });
  const rest = await client.send(new ListFunctionsCommand({ Marker: first.NextMarker }));
  expect(rest.Functions).toHaveLength(11);
  expect(rest.NextMarker).toBeUndefined();
  const { Tags } = await client.send(new ListTagsCommand({ Resource: ARN }));
  expect(Tags).toEqual({ a: 'b' });
});

it('says of one how it is configured, and where its log is', async () => {
  const configurationOf = async (FunctionName: string) =>
    (await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).LoggingConfig;
  expect(await configurationOf('echo')).toEqual({ LogFormat: 'Text', LogGroup: '/aws/lambda/echo' });
  expect(await configurationOf(`${ARN}:read-only`)).toEqual({ LogFormat: 'Text', LogGroup: '/aws/lambda/echo' });
  const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
  expect(Functions[1]?.LoggingConfig).toEqual({ LogFormat: 'Text', LogGroup: 'shared' });
  await expect(configurationOf('nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('writes what a function says into its log group, between the lines of the runtime', async () => {
  await invoke('z1', { a: 1 });
  const id = contexts.at(-1)?.awsRequestId;
  expect(logGroups.linesOf('shared')?.map(({ message }) => message)).toEqual([
    `START RequestId: ${id} Version: $LATEST`,
    '{"event":{"a":1}}',
    `END RequestId: ${id}`,
    expect.stringMatching(`^REPORT RequestId: ${id}\tDuration: `),
  ]);
});
