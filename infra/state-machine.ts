import { Arn, ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  JsonPath,
  S3JsonItemReader,
  StateMachine,
  Succeed,
  TaskInput,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { acknowledgeObjects } from './nag-findings.ts';

export interface StateMachineProps {
  readonly deployment: string;
  /** What serves a batch. */
  readonly worker: IFunction;
  /** What checks the manifest, and sums up. */
  readonly planner: IFunction;
  readonly work: IBucket;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly longestRun: Duration;
  readonly tracing: boolean;
}

/** What one run is known by, in S3, too. */
const EXECUTION = JsonPath.stringAt('$$.Execution.Name');

/**
 * One run of all batches: plan, look at all secrets, rotate, sum up. The state holds numbers alone: consumers, findings and
 * results are in S3.
 */
export function createStateMachine(scope: Construct, props: StateMachineProps): StateMachine {
  const { deployment, longestRun, tracing } = props;
  const role = new Role(scope, 'StateMachineRole', {
    description: `Runs the batches of ${deployment}`,
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const machine = new StateMachine(scope, 'StateMachine', {
    comment: `Rotates the InfluxDB tokens of ${deployment}, in batches`,
    definitionBody: DefinitionBody.fromChainable(statesOf(scope, props)),
    // All its permissions are below; CDK would add the right to run every version of the functions.
    role: role.withoutPolicyUpdates(),
    timeout: longestRun,
    tracingEnabled: tracing,
  });
  const policy = new Policy(scope, 'StateMachinePolicy', { statements: rightsOf(props), roles: [role] });
  acknowledgeObjects(policy, listsIn(props.work), 'The name of the folder is that of the execution.');
  acknowledge(machine);
  return machine;
}

function statesOf(scope: Construct, props: StateMachineProps): TaskStateBase {
  const { worker, planner, maxConcurrency, toleratedFailurePercentage } = props;
  const ask = (id: string, lambdaFunction: IFunction, payload: object, outputPath: string) =>
    new LambdaInvoke(scope, id, { lambdaFunction, payload: TaskInput.fromObject({ ...payload }), outputPath }).addRetry(
      {
        errors: ['Lambda.TooManyRequestsException'],
        maxAttempts: 10,
      },
    );
  const sumUp = ask('SumUp', planner, { scale: 'sum-up', execution: EXECUTION }, '$.Payload');
  const inAllBatches = (id: string, scale: string, tolerated: number) => {
    const reader = { bucket: props.work, key: JsonPath.format('runs/{}/batches.json', EXECUTION) };
    const map = new DistributedMap(scope, id, {
      itemReader: new S3JsonItemReader(reader),
      itemSelector: {
        scale,
        execution: EXECUTION,
        batch: JsonPath.numberAt('$$.Map.Item.Value.batch'),
      },
      maxConcurrency,
      toleratedFailurePercentage: tolerated,
      resultPath: JsonPath.DISCARD,
    });
    // Of thousands of batches, all outputs together must fit into a state.
    map.itemProcessor(ask(`${id}Batch`, worker, EVENT_OF_BATCH, '$.Payload.batch'));
    return map.addCatch(sumUp, { errors: ['States.ALL'], resultPath: JsonPath.DISCARD });
  };
  // What a batch holds must be known before another one may end anything.
  const look = inAllBatches('Look', 'look', 0);
  const rotate = inAllBatches('Rotate', 'rotate', toleratedFailurePercentage);
  const another = new Succeed(scope, 'AnotherRuns', { comment: 'The next execution does what this one would have' });
  const plan = ask('Plan', planner, { scale: 'plan', execution: EXECUTION }, '$.Payload');
  plan.next(
    new Choice(scope, 'IsItsTurn')
      .when(Condition.numberGreaterThan('$.batches', 0), look.next(rotate).next(sumUp))
      .otherwise(another),
  );
  return plan;
}

const EVENT_OF_BATCH = {
  scale: JsonPath.stringAt('$.scale'),
  execution: JsonPath.stringAt('$.execution'),
  batch: JsonPath.numberAt('$.batch'),
};

/** Beside those that CDK gives: to begin the batches, and to follow them. */
function rightsOf({ worker, planner, work }: StateMachineProps): PolicyStatement[] {
  const allow = (sid: string, actions: string[], resources: string[]) =>
    new PolicyStatement({ sid, actions, resources });
  return [
    allow('Run', ['lambda:InvokeFunction'], [worker.functionArn, planner.functionArn]),
    allow('ReadBatches', ['s3:GetObject'], [listsIn(work)]),
  ];
}

const COLON = ArnFormat.COLON_RESOURCE_NAME;

function listsIn(work: IBucket): string {
  return work.arnForObjects('runs/*/batches.json');
}

function acknowledge(machine: StateMachine): void {
  const name = JSON.stringify(Stack.of(machine).resolve(Arn.split(machine.stateMachineArn, COLON).resourceName));
  const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`;
  const reason = 'Of the executions of this very machine, of which its batches are some.';
  const policy = machine.node.findChild('DistributedMapPolicy').node.defaultChild ?? machine;
  for (const found of [`${executions}:*`, `${executions}/*:*`])
    Validations.of(policy).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${found}]`, reason });
  Validations.of(machine).acknowledge(
    {
      id: 'AwsSolutions::AwsSolutions-SF1',
      reason: 'Step Functions keeps the history of each execution, and the functions write their own log.',
    },
    {
      id: 'AwsSolutions::AwsSolutions-SF2',
      reason: 'X-Ray adds cost and rights, so it is an option, as for the function.',
    },
    {
      id: 'Serverless::Serverless-StepFunctionStateMachineXray',
      reason: 'X-Ray adds cost and rights, so it is an option, as for the function.',
    },
  );
}

export const LONGEST_RUN = Duration.hours(24);
