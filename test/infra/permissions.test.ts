import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { ACCOUNT, aConfigurationFile, aRotation, aStack, KEY_ARN, REGION, templateOf } from './a-rotation.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:the-log:*`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failed-runs`;
const secret = (name: string, suffix = 'AbCdEf') =>
  `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${suffix}`;
/** As IAM judges a secret that does not exist: an ARN without six characters, which no secret has. */
const MISSING = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:influxdb/acme/new`;

/** What the function's role may do, with the ARNs that CloudFormation would put in. */
function statementsOf(rotation: TokenRotation): Statement[] {
  const role = rotation.node.findChild('Role').node.defaultChild as CfnRole;
  const id = Stack.of(rotation).getLogicalId(role);
  const { Policies } = templateOf(rotation).toJSON().Resources[id].Properties;
  const text = JSON.stringify(Policies[0].PolicyDocument.Statement, (_key, value) => {
    const [intrinsic, argument] = Object.entries(value ?? {})[0] ?? [];
    if (intrinsic === 'Fn::GetAtt') return String(argument).includes('LogGroup') ? LOG_GROUP : QUEUE;
    // The only reference in our ARNs is that to the partition.
    if (intrinsic === 'Fn::Join')
      return (argument as [string, unknown[]])[1].map((part) => (typeof part === 'string' ? part : 'aws')).join('');
    return value;
  });
  return JSON.parse(text);
}

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

interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string>;
}

async function isAllowed(statements: readonly Statement[], { action, resource, context = {} }: Call): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/rotation`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: context,
      },
      identityPolicies: [{ name: 'Rotation', policy: { Version: '2012-10-17', Statement: statements } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(action.startsWith('kms:') ? { resourcePolicy: KEY_POLICY } : {}),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed';
}

/** The policy that KMS and CDK give a key: it leaves the decision to the account's IAM. */
const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
};

const VIA_SECRETS_MANAGER = { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` };

/** The calls of the handler, and of Lambda for it. */
const CALLS: Readonly<Record<string, Call>> = {
  'read all secrets': { action: 'secretsmanager:BatchGetSecretValue', resource: '*' },
  "read the rotator's token": { action: 'secretsmanager:GetSecretValue', resource: secret('influxdb/rotator') },
  ...Object.fromEntries(
    ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'].map((operation) => [
      `${operation} of a consumer`,
      { action: `secretsmanager:${operation}`, resource: secret('influxdb/acme/grafana') },
    ]),
  ),
  'look for a secret that is missing': { action: 'secretsmanager:GetSecretValue', resource: MISSING },
  'create a secret': { action: 'secretsmanager:CreateSecret', resource: MISSING },
  'decrypt a secret': { action: 'kms:Decrypt', resource: KEY_ARN, context: VIA_SECRETS_MANAGER },
  'encrypt a secret': { action: 'kms:GenerateDataKey', resource: KEY_ARN, context: VIA_SECRETS_MANAGER },
  'begin a log': { action: 'logs:CreateLogStream', resource: LOG_GROUP.replace('*', 'log-stream:x') },
  'write a log': { action: 'logs:PutLogEvents', resource: LOG_GROUP.replace('*', 'log-stream:x') },
  'report a failed run': { action: 'sqs:SendMessage', resource: QUEUE },
  'join a VPC': {
    action: 'ec2:CreateNetworkInterface',
    resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:subnet/subnet-0a1b2c3d`,
  },
};

const [least, full] = [[] as Statement[], [] as Statement[]];
beforeAll(() => {
  least.push(...statementsOf(aRotation()));
  const stack = aStack();
  const file = aConfigurationFile();
  const consumers = [
    ...file.consumers,
    { name: 'new', secret: 'influxdb/acme/new', owner: 'svc', read: ['telemetry'], createSecret: true },
  ];
  const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    availabilityZones: ['a'],
    privateSubnetIds: ['subnet-0a1b2c3d'],
  });
  full.push(...statementsOf(aRotation({ configuration: { ...file, consumers }, encryptionKey, vpc }, stack)));
});

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

  it('are these in addition, with a secret to create, a key and a VPC', () => {
    const added = full.filter(({ Sid }) => !least.some((statement) => statement.Sid === Sid));
    expect(readable(added)).toMatchInlineSnapshot(`
      "Allow CreateSecrets: secretsmanager:CreateSecret
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/new-??????
        on arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/new
      Allow UseKeyOfSecrets: kms:Decrypt, kms:GenerateDataKey
        on arn:aws:kms:eu-central-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000000
        if {"StringEquals":{"kms:ViaService":"secretsmanager.eu-central-1.amazonaws.com"}}
      Allow AttachToVpc: ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:UnassignPrivateIpAddresses
        on *"
    `);
  });
});

describe('the role may', () => {
  it.each(Object.entries(CALLS))('%s', async (_name, call) => {
    expect(await isAllowed(full, call)).toBe(true);
  });

  it('make every call that the code makes to Secrets Manager', () => {
    const source = readFileSync('lambda/secrets-manager/store.ts', 'utf8');
    const made = new Set(
      [...source.matchAll(/new (\w+)Command\(/g)].map(([, operation]) => `secretsmanager:${operation}`),
    );
    const tried = new Set(Object.values(CALLS).map(({ action }) => action));
    expect(made.size).toBeGreaterThan(5);
    expect([...made].filter((action) => !tried.has(action))).toEqual([]);
  });

  it('not make some call when any one of its statements is removed', async () => {
    const refused: Record<string, string[]> = {};
    for (const { Sid } of full) {
      const rest = full.filter((statement) => statement.Sid !== Sid);
      refused[Sid] = [];
      for (const [name, call] of Object.entries(CALLS)) if (!(await isAllowed(rest, call))) refused[Sid].push(name);
    }
    expect(refused).toMatchInlineSnapshot(`
      {
        "AttachToVpc": [
          "join a VPC",
        ],
        "CreateSecrets": [
          "create a secret",
        ],
        "ReadRotatorToken": [
          "read the rotator's token",
        ],
        "ReadSecretsInBatches": [
          "read all secrets",
        ],
        "ReportFailedRuns": [
          "report a failed run",
        ],
        "RotateSecrets": [
          "GetSecretValue of a consumer",
          "DescribeSecret of a consumer",
          "PutSecretValue of a consumer",
          "UpdateSecretVersionStage of a consumer",
          "look for a secret that is missing",
        ],
        "UseKeyOfSecrets": [
          "decrypt a secret",
          "encrypt a secret",
        ],
        "WriteLog": [
          "begin a log",
          "write a log",
        ],
      }
    `);
  });
});

describe('the role may not', () => {
  it.each([
    ...['DeleteSecret', 'UpdateSecret', 'PutResourcePolicy', 'RotateSecret', 'TagResource'].map((operation) => [
      `${operation} of a consumer`,
      { action: `secretsmanager:${operation}`, resource: secret('influxdb/acme/grafana') },
    ]),
    ...['GetSecretValue', 'PutSecretValue'].flatMap((operation) => [
      [`${operation} of a neighbour`, { action: `secretsmanager:${operation}`, resource: secret('database/main') }],
      [
        `${operation} of a secret whose name goes on`,
        { action: `secretsmanager:${operation}`, resource: secret('influxdb/acme/grafana-admin') },
      ],
    ]),
    ["write the rotator's token", { action: 'secretsmanager:PutSecretValue', resource: secret('influxdb/rotator') }],
    ['create any other secret', { action: 'secretsmanager:CreateSecret', resource: secret('influxdb/acme/grafana') }],
    [
      'decrypt what is no secret',
      { action: 'kms:Decrypt', resource: KEY_ARN, context: { 'kms:ViaService': 's3.amazonaws.com' } },
    ],
    [
      'write the log of another',
      { action: 'logs:PutLogEvents', resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:other:log-stream:x` },
    ],
  ] as [string, Call][])('%s', async (_name, call) => {
    expect(await isAllowed(full, call)).toBe(false);
  });
});

it('two constructs in one stack reach only their own secrets', async () => {
  const stack = aStack();
  const file = aConfigurationFile();
  const consumers = [{ name: 'grafana', secret: 'influxdb/test/grafana', owner: 'svc', read: ['telemetry'] }];
  const influxdb = { ...file.influxdb, tokenSecret: 'influxdb/rotator-test' };
  const prod = aRotation({}, stack, 'Prod');
  const test = aRotation({ configuration: { ...file, deployment: 'test', influxdb, consumers } }, stack, 'Test');
  const reach = async (rotation: TokenRotation) => {
    const names = ['influxdb/rotator', 'influxdb/acme/grafana', 'influxdb/rotator-test', 'influxdb/test/grafana'];
    const statements = statementsOf(rotation);
    const readable = names.map((name) =>
      isAllowed(statements, { action: 'secretsmanager:GetSecretValue', resource: secret(name) }),
    );
    const verdicts = await Promise.all(readable);
    return names.filter((_name, index) => verdicts[index]);
  };
  expect(await reach(prod)).toEqual(['influxdb/rotator', 'influxdb/acme/grafana']);
  expect(await reach(test)).toEqual(['influxdb/rotator-test', 'influxdb/test/grafana']);
});

describe('access to secrets', () => {
  const many = (count: number, name: (index: number) => string) => ({
    ...aConfigurationFile(),
    consumers: Array.from({ length: count }, (_, index) => ({
      ...{ name: `c${index}`, secret: name(index), owner: 'svc', read: ['telemetry'] },
    })),
  });
  const resourcesOf = (rotation: TokenRotation) =>
    [statementsOf(rotation).find(({ Sid }) => Sid === 'RotateSecrets')?.Resource].flat();

  it('is granted by name while there is room, and the policy stays within the quota of IAM', () => {
    const statements = statementsOf(aRotation({ configuration: many(80, (index) => `influxdb/acme/c${index}`) }));
    expect(JSON.stringify(statements).length).toBeLessThan(10_240);
  });

  it('needs prefixes when the names do not fit into the policy', () => {
    const configuration = many(200, (index) => `influxdb/${index % 2 === 0 ? 'acme' : 'umbrella'}/c${index}`);
    expect(() => aRotation({ configuration })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: is missing: the policy of the function's role has no room to name 200 secrets one by one; give prefixes that no other secrets have, for example ["influxdb/acme/","influxdb/umbrella/"]]
    `);
    const secretPrefixes = ['influxdb/acme/', 'influxdb/umbrella/'];
    expect(resourcesOf(aRotation({ configuration, secretPrefixes }))).toMatchInlineSnapshot(`
      [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/*",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/umbrella/*",
      ]
    `);
  });

  it('is refused where a prefix does not cover a secret, or covers all', () => {
    expect(() => aRotation({ secretPrefixes: ['influxdb/umbrella/'] })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: must cover the secrets of all consumers, but ["influxdb/umbrella/"] does not cover influxdb/acme/telegraf, influxdb/acme/grafana]
    `);
    expect(() => aRotation({ secretPrefixes: [''] })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: must not hold "", which is every secret of the account]
    `);
  });

  it('is granted by ARN where the configuration has one, with or without its last six characters', () => {
    const arn = secret('influxdb/acme/c');
    const partial = arn.slice(0, -7);
    expect(resourcesOf(aRotation({ configuration: many(1, () => arn) }))).toEqual([arn]);
    expect(resourcesOf(aRotation({ configuration: many(1, () => partial) }))).toEqual([`${partial}-??????`]);
  });
});
