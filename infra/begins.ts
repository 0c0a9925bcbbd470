import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IScheduleTarget, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import {
  LambdaInvoke,
  type ScheduleTargetBaseProps,
  StepFunctionsStartExecution,
} from 'aws-cdk-lib/aws-scheduler-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/** What begins a run. */
export interface Begins {
  readonly action: string;
  readonly arn: string;
  target(props: ScheduleTargetBaseProps): IScheduleTarget;
}

export function byFunction(handler: IFunction): Begins {
  const input = ScheduleTargetInput.fromObject({ action: 'run' });
  const target = (props: ScheduleTargetBaseProps) => new LambdaInvoke(handler, { ...props, input });
  return { action: 'lambda:InvokeFunction', arn: handler.functionArn, target };
}

export function byStateMachine(machine: IStateMachine): Begins {
  const input = ScheduleTargetInput.fromObject({});
  const target = (props: ScheduleTargetBaseProps) => new StepFunctionsStartExecution(machine, { ...props, input });
  return { action: 'states:StartExecution', arn: machine.stateMachineArn, target };
}
