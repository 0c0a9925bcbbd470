import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import { secretResources } from './secret-resources.ts';

export interface PermissionsOptions {
  readonly settings: Configuration;
  readonly secretPrefixes: readonly string[] | undefined;
  readonly encryptionKey: IKey | undefined;
  readonly logGroup: ILogGroup;
  readonly failedRuns: IQueue;
  readonly inVpc: boolean;
}

/** Everything that the function may do. docs/deployment.md says why; a test shows that it needs each of them. */
export function functionStatements(scope: Construct, options: PermissionsOptions): PolicyStatement[] {
  const { settings, encryptionKey, logGroup, failedRuns } = options;
  const resources = secretResources(scope, settings, options.secretPrefixes);
  return [
    // This action cannot be limited to resources; it returns only secrets that GetSecretValue allows.
    allow('ReadSecretsInBatches', ['secretsmanager:BatchGetSecretValue'], ['*']),
    allow('ReadRotatorToken', ['secretsmanager:GetSecretValue'], resources.rotator),
    allow(
      'RotateSecrets',
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources.consumers,
    ),
    ...(resources.created.length === 0
      ? []
      : [allow('CreateSecrets', ['secretsmanager:CreateSecret'], resources.created)]),
    ...(encryptionKey === undefined ? [] : [useOfKey(scope, encryptionKey)]),
    allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
    allow('ReportFailedRuns', ['sqs:SendMessage'], [failedRuns.queueArn]),
    // Lambda uses these, not the handler; most of them cannot be limited to resources.
    ...(options.inVpc
      ? [
          allow(
            'AttachToVpc',
            [
              'ec2:AssignPrivateIpAddresses',
              'ec2:CreateNetworkInterface',
              'ec2:DeleteNetworkInterface',
              'ec2:DescribeNetworkInterfaces',
              'ec2:DescribeSubnets',
              'ec2:UnassignPrivateIpAddresses',
            ],
            ['*'],
          ),
        ]
      : []),
  ];
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
