import { Duration, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBusRef } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { descriptionOf } from '../lambda/config/function-description.ts';
import type { Part } from '../lambda/config/parts.ts';
import type { DeployableConfiguration } from './configuration.ts';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import { busArn } from './event-bus.ts';
import { type Evidence, type EvidenceOptions, evidenceOf } from './evidence.ts';
import { type Beside, environmentOf, NOTHING_BESIDE } from './function-environment.ts';
import { createRole } from './function-role.ts';
import { handlerCode } from './handler-code.ts';
import { hasNews, type NewsOptions } from './news.ts';
import type { RunbookOptions } from './runbook.ts';
import { summarize } from './summary.ts';

/** @internal */
export interface FunctionOptions extends NewsOptions, RunbookOptions {
  /**
   * What runs do. `plan`, for a first deployment, makes them report what they would do, and write nothing.
   * @default the configuration's `mode`, which is `rotate` by default
   */
  readonly mode?: 'rotate' | 'plan';

  /**
   * Name prefixes that together cover the secrets of all consumers, and no others, such as `influxdb/acme/`. The role gets
   * access by prefix.
   * @default access to each secret by name, which fits into the role's policies for some 600 secrets; see docs/deployment.md
   */
  readonly secretPrefixes?: string[];

  /**
   * The customer managed key that encrypts the secrets.
   * @default `aws/secretsmanager`, the key of Secrets Manager
   */
  readonly encryptionKey?: IKey;

  /**
   * The EventBridge bus that is told of new tokens, and of tokens that end soon: see docs/events.md.
   * @default the configuration's `events.bus`; without either, nobody is told
   */
  readonly eventBus?: IEventBusRef;

  /**
   * Keep evidence of every rotation in an S3 bucket, where nobody can change it unnoticed: see docs/evidence.md.
   * @default the configuration's `evidence`; without either, none is kept beside the log
   */
  readonly evidence?: boolean | EvidenceOptions;

  /**
   * The network from which InfluxDB and Secrets Manager can be reached.
   * @default no VPC
   */
  readonly vpc?: IVpc;

  /**
   * Where in `vpc` the function is.
   * @default private subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * What the function may reach in `vpc`.
   * @default a new one, which allows all outbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Make a rule of AWS Config that asks the function once a day of each secret whether it is as its configuration says. AWS
   * Config must be recording in this Region, or the deployment fails.
   * @default false
   */
  readonly configRule?: boolean;

  /**
   * Memory of the function, in MB: 256 are enough for 5,000 consumers.
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * Most runs at the same time. Runs that overlap do no harm, so this only saves calls.
   * @default no limit of its own
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Trace runs with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * How long the log is kept. It is the evidence of every rotation, so the log group outlives the stack.
   * @default three months; thirteen with `evidence`, whose anchors are in it
   */
  readonly logRetention?: RetentionDays;
}

export interface RotationFunction {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly failedRuns: Queue;
  readonly evidence: Evidence | undefined;
}

/** The function, with its own role, log and queue of failed runs. */
export function createFunction(
  scope: Construct,
  { file, settings }: DeployableConfiguration,
  options: FunctionOptions,
  beside: Beside = NOTHING_BESIDE,
): RotationFunction {
  const {
    mode,
    secretPrefixes,
    encryptionKey,
    eventBus,
    newsTopic,
    evidence: kept,
    runbookUrl,
    configRule = false,
    ...others
  } = options;
  const evidence = evidenceOf(scope, settings, kept);
  const {
    memorySize = 256,
    tracing = false,
    logRetention: retention = logRetention(evidence),
    ...withoutDefault
  } = others;
  const logGroup = new LogGroup(scope, 'LogGroup', { retention });
  const failedRuns = createDeadLetterQueue(scope, 'FailedRuns');
  const role = createRole(scope, {
    settings,
    secretPrefixes,
    encryptionKey,
    busArn: busArn(scope, settings, eventBus),
    newsTopic,
    evidence,
    configRule,
    logGroup,
    failedRuns,
    inVpc: options.vpc !== undefined,
    beside: beside.statements,
  });
  const parts = [...partsOf({ evidence, hasNews: hasNews(settings, newsTopic), configRule }), ...beside.parts];
  const isEvidenceElsewhere = Boolean(kept);
  const handler = new LambdaFunction(scope, 'Function', {
    // VPC, subnets, security groups, concurrency: for these, undefined means to CDK that they are not given.
    ...withoutDefault,
    memorySize,
    ...environmentOf({ eventBus, newsTopic, evidence: isEvidenceElsewhere ? evidence : undefined, runbookUrl, beside }),
    description: descriptionOf(settings.deployment),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: handlerCode(scope, mode === undefined ? file : { ...file, mode }, parts, isEvidenceElsewhere),
    // The lease relies on it: a run that has more time refuses to begin.
    timeout: Duration.millis(settings.limits.functionTimeoutMs),
    tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    role,
    logGroup,
    // The next scheduled run is the retry.
    retryAttempts: 0,
    // The class SqsDestination would grant more than the right to send.
    onFailure: { bind: () => ({ destination: failedRuns.queueArn }) },
  });
  summarize(handler, mode === undefined ? settings : { ...settings, mode });
  acknowledge(handler);
  return { function: handler, logGroup, failedRuns, evidence };
}

function partsOf(has: { evidence: Evidence | undefined; hasNews: boolean; configRule: boolean }): Part[] {
  return [
    ...(has.evidence === undefined ? [] : ['evidence' as const]),
    ...(has.hasNews ? ['news' as const] : []),
    ...(has.configRule ? ['config-rule' as const] : []),
  ];
}

/** The anchors of the evidence are in the log: it is kept for as long. */
function logRetention(evidence: Evidence | undefined): RetentionDays {
  return evidence === undefined ? RetentionDays.THREE_MONTHS : RetentionDays.THIRTEEN_MONTHS;
}

/** The findings of cdk-nag that our own decisions cause. Those of an option (X-Ray) are the user's to judge. */
function acknowledge(handler: LambdaFunction): void {
  Validations.of(handler).acknowledge(
    {
      id: 'Serverless::Serverless-LambdaTracing',
      reason: 'Every step of a run is logged with its outcome. X-Ray adds cost and rights, so it is an option.',
    },
    {
      id: 'Serverless::Serverless-LambdaDLQ',
      reason: 'Failed runs go to a queue as their on-failure destination, which says more than a dead-letter queue.',
    },
  );
}
