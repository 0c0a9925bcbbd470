import { readFileSync } from 'node:fs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOUR } from '../builders/a-configuration.ts';
import {
  CALLS_OF_LAMBDA,
  type Call,
  isAllowed,
  refused,
  type Statement,
  secretArn,
  statementsOf,
  useOfKey,
} from '../builders/a-role.ts';
import { ACCOUNT, aConfigurationFile, aRotation, aStack, aVpc, KEY_ARN, REGION } from '../builders/a-rotation.ts';
import { openScenario, SCENARIOS, type Scenario } from '../explore/faults/scenarios.ts';
import { Recorder } from './recorder.ts';

/** One line a statement, with a resource on each of the following. */
function readable(statements: readonly Statement[]): string {
  return statements
    .map(({ Sid, Effect, Action, Resource, Condition }) =>
      [
        `${Effect} ${Sid}: ${[Action].flat().join(', ')}`,
        ...[Resource].flat().map((resource) => `  on ${resource}`),
        ...(Condition === undefined ? [] : [`  if ${JSON.stringify(Condition)}`]),
      ].join('\n'),
    )
    .join('\n');
}

/**
 * The role of a function that may create these consumers' secrets, with every option that needs rights.
 * @param rest more of `influxdb` in the configuration.
 */
function fullRole(created: readonly string[], rest: { readonly self?: object } = {}): Statement[] {
  const stack = aStack();
  const file = aConfigurationFile();
  const consumers = file.consumers.map((consumer) => ({ ...consumer, createSecret: created.includes(consumer.name) }));
  const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
  const configuration = { ...file, consumers, influxdb: { ...file.influxdb, ...rest } };
  return statementsOf(aRotation({ configuration, encryptionKey, vpc: aVpc(stack) }, stack));
}

/** What the handler asks of Secrets Manager in the scenario, for its command, and in the runs that are enough afterwards. */
async function callsIn(scenario: Scenario): Promise<readonly Call[]> {
  const scene = await openScenario(scenario, 'hashed');
  const recorder = new Recorder(scene.world);
  const { request = 'run' } = scenario;
  const first = typeof request === 'function' ? request(scene) : request;
  for (let run = 0; run <= (scenario.cleanRuns ?? 3); run += 1) {
    const options = { secretsManager: recorder.secretsManager };
    await scenario.act?.(scene, options);
    await scene.run(run === 0 ? first : 'run', options);
    scene.world.clock.advance(25 * HOUR);
  }
  await scene.close();
  return recorder.calls;
}

const isAllowing = ({ Effect }: Statement) => Effect === 'Allow';

const least = statementsOf(aRotation());
const full = fullRole([]);
const rotatingOwn = fullRole([], { self: {} });
const creating = fullRole(['telegraf'], { self: {} });
const recorded = new Map<string, readonly Call[]>();
beforeAll(async () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) recorded.set(name, await callsIn(scenario));
});
const roleFor = (scenario: string) => {
  const { self, consumers } = SCENARIOS[scenario] ?? {};
  if (self !== undefined) return rotatingOwn;
  return consumers?.[0]?.createSecret ? creating : full;
};

describe('the statements of the role', () => {
  it('are these, without options', () => {
    expect(readable(least)).toMatchInlineSnapshot(`
      "Allow ReadSecretsInBatches: secretsmanager:BatchGetSecretValue
        on *
      Allow ReadRotatorToken: secretsmanager:GetSecretValue
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/rotator-??????
      Allow RotateSecrets: secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/telegraf-??????
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/grafana-??????
      Allow WriteLog: logs:CreateLogStream, logs:PutLogEvents
        on arn:aws:logs:eu-central-1:123456789012:log-group:the-log:*
      Allow ReportFailedRuns: sqs:SendMessage
        on arn:aws:sqs:eu-central-1:123456789012:failed-runs"
    `);
  });

  it('are these in addition, with a secret to create, its own token to rotate, a key and a VPC', () => {
    const added = creating.filter(({ Sid }) => !least.some((statement) => statement.Sid === Sid));
    expect(readable(added)).toMatchInlineSnapshot(`
      "Allow RotateOwnToken: secretsmanager:DescribeSecret, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/rotator-??????
      Allow CreateSecrets: secretsmanager:CreateSecret
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/telegraf-??????
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/telegraf
      Allow UseKeyOfSecrets: kms:Decrypt, kms:GenerateDataKey
        on arn:aws:kms:eu-central-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000000
        if {"StringEquals":{"kms:ViaService":"secretsmanager.eu-central-1.amazonaws.com"}}
      Allow AttachToVpc: ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:UnassignPrivateIpAddresses
        on *
      Deny KeepVpcFromCode: ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:UnassignPrivateIpAddresses
        on *
        if {"ArnLike":{"lambda:SourceFunctionArn":"arn:aws:lambda:eu-central-1:123456789012:function:*"}}"
    `);
  });

  it('fit into a policy together with all that can be added to them', () => {
    const others = creating.filter(({ Sid }) => !['RotateSecrets', 'CreateSecrets'].includes(Sid));
    expect(JSON.stringify(others).length).toBeLessThan(2000);
  });
});

describe('the role may make', () => {
  it.each(Object.keys(SCENARIOS))('every call of the scenario "%s"', async (scenario) => {
    const calls = recorded.get(scenario) ?? [];
    expect(calls.length).toBeGreaterThan(3);
    expect(await refused(roleFor(scenario), calls)).toEqual([]);
  });

  it('every call of Lambda for the function', async () => {
    expect(await refused(full, CALLS_OF_LAMBDA)).toEqual([]);
  });

  it('every kind of call to Secrets Manager that is in the code: each is in a scenario', () => {
    const source = readFileSync('lambda/secrets-manager/store.ts', 'utf8');
    const inCode = [...source.matchAll(/new (\w+)Command\(/g)].map(([, operation]) => `secretsmanager:${operation}`);
    const tried = [...recorded.values()].flat().map(({ action }) => action);
    expect(new Set(tried.filter((action) => !action.startsWith('kms:')))).toEqual(new Set(inCode));
  });

  it('no call with any of the actions of a statement that is removed: all of them are needed', async () => {
    const calls = [...recorded.values(), CALLS_OF_LAMBDA].flat();
    for (const { Sid, Action } of creating.filter(isAllowing)) {
      const rest = creating.filter((statement) => statement.Sid !== Sid);
      const actions = (await refused(rest, calls)).map((text) => text.split(' ')[0]);
      expect([Sid, ...new Set(actions)].toSorted()).toEqual([Sid, Action].flat().toSorted());
    }
  });

  it('not all calls of a scenario when any one statement is removed', async () => {
    const failing: Record<string, string[]> = {};
    for (const { Sid } of creating.filter(isAllowing)) {
      failing[Sid] = [];
      for (const [name, calls] of [...recorded, ['calls of Lambda', CALLS_OF_LAMBDA] as const]) {
        const rest = creating.filter((statement) => statement.Sid !== Sid);
        if ((await refused(rest, calls)).length > 0) failing[Sid].push(name);
      }
    }
    const all = Object.keys(SCENARIOS);
    expect(failing).toEqual({
      ReadSecretsInBatches: all,
      ReadRotatorToken: all,
      RotateSecrets: all,
      RotateOwnToken: all.filter((name) => SCENARIOS[name]?.self !== undefined && name !== 'own token to delete'),
      CreateSecrets: ['first token, secret to be created', 'first token of two, applications are told'],
      UseKeyOfSecrets: all,
      WriteLog: ['calls of Lambda'],
      ReportFailedRuns: ['calls of Lambda'],
      AttachToVpc: ['calls of Lambda'],
    });
  });
});

describe('the role may not', () => {
  it.each([
    ...['DeleteSecret', 'UpdateSecret', 'PutResourcePolicy', 'RotateSecret', 'TagResource'].map((operation) => [
      `${operation} of a consumer`,
      { action: `secretsmanager:${operation}`, resource: secretArn('influxdb/acme/grafana') },
    ]),
    ...['GetSecretValue', 'PutSecretValue'].flatMap((operation) => [
      [`${operation} of a neighbour`, { action: `secretsmanager:${operation}`, resource: secretArn('database/main') }],
      [
        `${operation} of a secret whose name goes on`,
        { action: `secretsmanager:${operation}`, resource: secretArn('influxdb/acme/grafana-admin') },
      ],
    ]),
    [
      "write the rotator's token, if it is not to be rotated",
      { action: 'secretsmanager:PutSecretValue', resource: secretArn('influxdb/rotator') },
    ],
    [
      'create any other secret',
      { action: 'secretsmanager:CreateSecret', resource: secretArn('influxdb/acme/grafana') },
    ],
    ['decrypt what is no secret', useOfKey('Decrypt', 's3.amazonaws.com')],
    [
      'write the log of another',
      { action: 'logs:PutLogEvents', resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:other:log-stream:x` },
    ],
  ] as [string, Call][])('%s', async (_name, call) => {
    expect(await isAllowed(full, call)).toBe(false);
  });
});

describe("the function's code", () => {
  const ofCode = (call: Call): Call => ({
    ...call,
    context: {
      ...call.context,
      'lambda:SourceFunctionArn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Stack-RotationFunction-Ab3`,
    },
  });
  const inVpc = CALLS_OF_LAMBDA.filter(({ action }) => action.startsWith('ec2:'));

  it('may do nothing in the VPC that Lambda may do for it', async () => {
    expect(inVpc.length).toBe(6);
    expect(await refused(full, inVpc)).toEqual([]);
    expect(await refused(full, inVpc.map(ofCode))).toHaveLength(inVpc.length);
    const without = full.filter(isAllowing);
    expect(await refused(without, inVpc.map(ofCode))).toEqual([]);
  });

  it('may make all its other calls', async () => {
    const calls = [...recorded.values()].flat().map(ofCode);
    expect(await refused(creating, calls)).toEqual([]);
  });
});
