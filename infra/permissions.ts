import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import type { Evidence } from './evidence.ts';
import { hasNews, type NewsOptions, newsStatements } from './news.ts';
import { type ConsumerResources, type SecretResources, secretResources } from './secret-resources.ts';

const ROTATE = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];
const CREATE = 'secretsmanager:CreateSecret';

/** Everything that the function may do. */
export interface Permissions {
  /** Of the role itself. */
  readonly inRole: PolicyStatement[];
  /** Of each managed policy of the role: there are some if the role itself has no room for the names of all secrets. */
  readonly managed: readonly PolicyStatement[][];
}

export interface PermissionsOptions {
  readonly settings: Configuration;
  readonly secretPrefixes: readonly string[] | undefined;
  readonly encryptionKey: IKey | undefined;
  /** Undefined where nobody is told. */
  readonly busArn: string | undefined;
  readonly newsTopic: NewsOptions['newsTopic'] | undefined;
  /** Undefined where none is kept. */
  readonly evidence: Evidence | undefined;
  /** Whether a rule of AWS Config is answered. */
  readonly configRule: boolean;
  readonly logGroup: ILogGroup;
  readonly failedRuns: IQueue;
  readonly inVpc: boolean;
  /** What another part of the deployment needs of the function. */
  readonly beside: readonly PolicyStatement[];
}

/** docs/deployment.md says why each of them; a test shows that the function needs it. */
export function permissionsOf(scope: Construct, options: PermissionsOptions): Permissions {
  const { settings, secretPrefixes } = options;
  const withoutSecrets = secretResources(scope, { ...settings, consumers: [] }, undefined);
  const taken = longest(scope, statementsOfRole(scope, options, withoutSecrets));
  const resources = secretResources(scope, settings, secretPrefixes, taken);
  return { inRole: statementsOfRole(scope, options, resources), managed: resources.managed.map(overSecrets) };
}

/** How many characters they can have: the ARN of what CloudFormation makes can be much longer than what stands for it. */
function longest(scope: Construct, statements: readonly PolicyStatement[]): number {
  const text = JSON.stringify(Stack.of(scope).resolve(statements.map((each) => each.toStatementJson())));
  const made = text.match(/"Fn::GetAtt"|"Ref":"(?!AWS::)/g) ?? [];
  return text.length + 150 * made.length;
}

/** What the role itself says in two statements: here each name stands for both, and so only half as often. */
function overSecrets({ consumers, created }: ConsumerResources): PolicyStatement[] {
  const others = consumers.filter((each) => !created.includes(each));
  return [
    ...(others.length === 0 ? [] : [allow('RotateSecrets', ROTATE, others)]),
    ...(created.length === 0 ? [] : [allow('RotateAndCreateSecrets', [...ROTATE, CREATE], created)]),
  ];
}

function statementsOfRole(
  scope: Construct,
  { settings, encryptionKey, busArn, newsTopic, evidence, logGroup, failedRuns, ...options }: PermissionsOptions,
  resources: SecretResources,
): PolicyStatement[] {
  return [
    // This action cannot be limited to resources; it returns only secrets that GetSecretValue allows.
    allow('ReadSecretsInBatches', ['secretsmanager:BatchGetSecretValue'], ['*']),
    allow('ReadRotatorToken', ['secretsmanager:GetSecretValue'], resources.rotator),
    allow('RotateSecrets', ROTATE, resources.consumers),
    ...(settings.influxdb.self === undefined
      ? []
      : [
          allow(
            'RotateOwnToken',
            [
              'secretsmanager:DescribeSecret',
              'secretsmanager:PutSecretValue',
              'secretsmanager:UpdateSecretVersionStage',
            ],
            resources.rotator,
          ),
        ]),
    ...(resources.created.length === 0 ? [] : [allow('CreateSecrets', [CREATE], resources.created)]),
    ...(encryptionKey === undefined ? [] : [useOfKey(scope, encryptionKey)]),
    ...(busArn === undefined ? [] : [allow('TellApplications', ['events:PutEvents'], [busArn])]),
    ...newsStatements(scope, settings, newsTopic),
    ...(evidence?.statements() ?? []),
    ...(evidence !== undefined || hasNews(settings, newsTopic)
      ? [allow('ReadOwnLog', ['logs:FilterLogEvents'], [logGroup.logGroupArn])]
      : []),
    // This action cannot be limited to resources; what it is about is in a token that only Config makes.
    ...(options.configRule ? [allow('AnswerConfigRule', ['config:PutEvaluations'], ['*'])] : []),
    allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
    allow('ReportFailedRuns', ['sqs:SendMessage'], [failedRuns.queueArn]),
    // Lambda uses these, not the handler; most of them cannot be limited to resources.
    ...(options.inVpc
      ? [allow('AttachToVpc', NETWORK_INTERFACES, ['*']), exceptForCode(scope, NETWORK_INTERFACES)]
      : []),
    ...options.beside,
  ];
}

const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Only calls of a function's code have the key `lambda:SourceFunctionArn`, and not those that Lambda makes for the
 * function: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html. The function's own ARN cannot be here,
 * because the function needs the role first, and nothing else has this role.
 */
function exceptForCode(scope: Construct, actions: string[]): PolicyStatement {
  const functions = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new PolicyStatement({
    sid: 'KeepVpcFromCode',
    effect: Effect.DENY,
    actions,
    resources: ['*'],
    conditions: { ArnLike: { 'lambda:SourceFunctionArn': functions } },
  });
}

function useOfKey(scope: Construct, key: IKey): PolicyStatement {
  const statement = allow('UseKeyOfSecrets', ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
  statement.addCondition('StringEquals', {
    'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com`,
  });
  return statement;
}

/** The `sid` keeps CDK from merging statements, so the policy reads as it is written here. */
function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources });
}
