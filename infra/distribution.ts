import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import type { ScaleSettings } from '../lambda/config/scale.ts';
import { SCALE_VARIABLE } from '../lambda/config/scale-variable.ts';
import { BATCH_DEFAULTS, type BatchOptions, batchSize } from './batches.ts';
import type { DeployableConfiguration } from './configuration.ts';
import type { Beside } from './function-environment.ts';
import { handlerCode } from './handler-code.ts';
import { acknowledgeObjects } from './nag-findings.ts';
import { createStateMachine, LONGEST_RUN } from './state-machine.ts';

/** For as long as a run may be looked into. */
const KEPT = Duration.days(30);

const PART = 'scale';

export interface RunsProps extends DeployableConfiguration {
  readonly worker: LambdaFunction;
  readonly logGroup: ILogGroup;
  readonly mode: Configuration['mode'];
  readonly tracing: boolean | undefined;
}

/** A deployment in batches: the bucket in which the functions of a run leave what the next ones need, and the runs. */
export class Distribution extends Construct {
  readonly #options: BatchOptions;
  readonly #limits: Configuration['limits'];
  readonly #work: Bucket;

  constructor(scope: Construct, id: string, options: BatchOptions, limits: Configuration['limits']) {
    super(scope, id);
    this.#options = options;
    this.#limits = limits;
    this.#work = new Bucket(this, 'Work', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ id: 'Runs', prefix: 'runs/', expiration: KEPT }],
      // It holds nothing that the next run does not make anew, but CloudFormation deletes no bucket that holds anything.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.#work).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'It holds neither tokens nor evidence, only what the functions of one run leave for each other.',
    });
  }

  /** What the function needs that serves a batch. */
  get beside(): Beside {
    return { parts: [PART], environment: this.#environment, statements: this.#rights() };
  }

  /** The state machine, and the function that plans for it and sums up. */
  createRuns({ file, settings, worker, logGroup, mode, tracing = false }: RunsProps): StateMachine {
    const { maxConcurrency, toleratedFailurePercentage } = { ...BATCH_DEFAULTS, ...this.#options };
    const { longestRun = LONGEST_RUN, plannerMemorySize: memorySize = 2048 } = this.#options;
    const { deployment } = settings;
    this.acknowledge(worker.role as Role);
    const description = `Plans the runs of the InfluxDB tokens of ${deployment}`;
    const role = new Role(this, 'PlannerRole', {
      description,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Planning: new PolicyDocument({ statements: this.#rightsOfPlanner(logGroup) }) },
    });
    const planner = new LambdaFunction(this, 'Planner', {
      ...{ description, memorySize, role, logGroup, environment: this.#environment },
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: handlerCode(this, { ...file, mode }, [PART], false),
      timeout: Duration.minutes(15),
    });
    this.acknowledge(role);
    acknowledge(planner);
    const machine = { deployment, worker, planner, work: this.#work as IBucket, longestRun, tracing };
    return createStateMachine(this, { ...machine, maxConcurrency, toleratedFailurePercentage });
  }

  /** That the role of a function may do this to all that a run leaves. */
  acknowledge(role: Role): void {
    acknowledgeObjects(role, this.#objects, 'The functions of a run pass on what is below runs/, and nothing else.');
  }

  get #environment(): Readonly<Record<string, string>> {
    const { maxConcurrency } = { ...BATCH_DEFAULTS, ...this.#options };
    const { manifest, longestRun = LONGEST_RUN } = this.#options;
    const settings: ScaleSettings = {
      manifest: { bucket: manifest.bucket.bucketName, key: manifest.key },
      work: this.#work.bucketName,
      batchSize: batchSize(this.#options, this.#limits),
      ...{ maxConcurrency, longestMs: longestRun.toMilliseconds() },
    };
    return { [SCALE_VARIABLE]: JSON.stringify(settings) };
  }

  #rights(): PolicyStatement[] {
    const allow = (sid: string, actions: string[], resource: string) =>
      new PolicyStatement({ sid, actions, resources: [resource] });
    return [
      allow('PassOnWork', ['s3:GetObject', 's3:PutObject'], this.#objects),
      // Without it S3 does not say that an object is missing.
      allow('FindWork', ['s3:ListBucket'], this.#work.bucketArn),
    ];
  }

  get #objects(): string {
    return this.#work.arnForObjects('runs/*');
  }

  #rightsOfPlanner(logGroup: ILogGroup): PolicyStatement[] {
    const { bucket, key } = this.#options.manifest;
    const { encryptionKey } = bucket;
    const viaS3 = { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } };
    const resources = encryptionKey && [encryptionKey.keyArn];
    const log = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] };
    return [
      new PolicyStatement({
        sid: 'ReadManifest',
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(key)],
      }),
      ...(resources
        ? [new PolicyStatement({ sid: 'UseKeyOfManifest', actions: ['kms:Decrypt'], resources, conditions: viaS3 })]
        : []),
      ...this.#rights(),
      new PolicyStatement({ sid: 'WriteLog', ...log }),
    ];
  }
}

function acknowledge(planner: LambdaFunction): void {
  Validations.of(planner).acknowledge(
    {
      id: 'Serverless::Serverless-LambdaTracing',
      reason: 'It plans and sums up, and logs both. X-Ray adds cost and rights.',
    },
    {
      id: 'Serverless::Serverless-LambdaDLQ',
      reason: 'Step Functions alone asks it, waits for its answer, and has an alarm for its failures.',
    },
  );
}
