import { Duration, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeployableConfiguration, RotationConfiguration } from './configuration.ts';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import { handlerCode } from './handler-code.ts';
import { functionStatements } from './permissions.ts';

export interface FunctionOptions {
  /**
   * `plan` for a first deployment: runs report what they would do, and write nothing.
   * @default the configuration's `mode`, which is `rotate` by default
   */
  readonly mode?: NonNullable<RotationConfiguration['mode']>;

  /**
   * Name prefixes that together cover the consumers' secrets, and no other secrets: the role gets access by prefix.
   * @default access secret by secret, for which a role's policy has room up to about 80 of them
   */
  readonly secretPrefixes?: readonly string[];

  /**
   * The customer key that the secrets are encrypted with.
   * @default the key of Secrets Manager, `aws/secretsmanager`
   */
  readonly encryptionKey?: IKey;

  /**
   * Network from which InfluxDB and Secrets Manager are reached.
   * @default the function is in no VPC
   */
  readonly vpc?: IVpc;

  /** @default private subnets of `vpc` */
  readonly vpcSubnets?: SubnetSelection;

  /** @default a new one, which allows everything outbound */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * In MB.
   * @default 256
   */
  readonly memorySize?: number;

  /** @default none: runs that overlap do no harm */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Trace runs with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * How long the log is kept, which is the evidence of every rotation. The log group outlives the stack.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

export interface RotationFunction {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly failedRuns: Queue;
}

/** The function, with a role, a log and a place for failed runs of its own. */
export function createFunction(
  scope: Construct,
  { file, settings }: DeployableConfiguration,
  options: FunctionOptions,
): RotationFunction {
  const { mode, secretPrefixes, encryptionKey, logRetention = RetentionDays.THREE_MONTHS, ...others } = options;
  const { memorySize = 256, tracing = false, ...withoutDefault } = others;
  const logGroup = new LogGroup(scope, 'LogGroup', { retention: logRetention });
  const failedRuns = createDeadLetterQueue(scope, 'FailedRuns');
  const statements = functionStatements(scope, {
    ...{ settings, secretPrefixes, encryptionKey, logGroup, failedRuns },
    inVpc: options.vpc !== undefined,
  });
  // Not AWSLambdaBasicExecutionRole, which may write every log of the account.
  const role = new Role(scope, 'Role', {
    description: `Rotates the InfluxDB tokens of ${settings.deployment}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Rotation: new PolicyDocument({ statements }) },
  });
  const handler = new LambdaFunction(scope, 'Function', {
    // VPC, subnets, security groups, concurrency: of these, CDK takes undefined as not given.
    ...withoutDefault,
    memorySize,
    description: `Rotates the InfluxDB tokens of ${settings.deployment}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: handlerCode(scope, mode === undefined ? file : { ...file, mode }),
    // The lease follows from it, and a run refuses to begin with more.
    timeout: Duration.millis(settings.limits.functionTimeoutMs),
    tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    role,
    logGroup,
    // The next run by the schedule is the retry.
    retryAttempts: 0,
    // The class SqsDestination would grant more than to send.
    onFailure: { bind: () => ({ destination: failedRuns.queueArn }) },
  });
  acknowledge(handler, role);
  return { function: handler, logGroup, failedRuns };
}

/** What this construct decides, it answers for; what an option adds (a prefix, X-Ray), the one who chose it. */
function acknowledge(handler: LambdaFunction, role: Role): void {
  Validations.of(handler).acknowledge(
    {
      id: 'Serverless::Serverless-LambdaTracing',
      reason: 'Every step of a run is logged with its outcome; X-Ray would add cost and rights, and is an option.',
    },
    {
      id: 'Serverless::Serverless-LambdaDLQ',
      reason: 'Failed runs go to a queue as on-failure destination, which tells more than a dead-letter queue.',
    },
  );
  const reason =
    'BatchGetSecretValue knows no resources, and gives only secrets that GetSecretValue allows, which is granted by name. Network interfaces, with a VPC, are managed by Lambda, which needs the right to all.';
  Validations.of(role.node.defaultChild ?? role).acknowledge(
    { id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason },
    { id: 'Serverless::Serverless-LambdaStarPermissions', reason },
  );
}
