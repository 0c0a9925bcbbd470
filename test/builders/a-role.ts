import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Stack } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { ACCOUNT, KEY_ARN, REGION, templateOf } from './a-rotation.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

/** A request, as IAM is asked for it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string>;
}

const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:the-log:*`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failed-runs`;

/** The ARN of a secret; of one that does not exist, it has no suffix. */
export function secretArn(name: string, suffix = '-AbCdEf'): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}${suffix}`;
}

/** What Secrets Manager asks of KMS for the caller. */
export function useOfKey(operation: string, via = `secretsmanager.${REGION}.amazonaws.com`): Call {
  return { action: `kms:${operation}`, resource: KEY_ARN, context: { 'kms:ViaService': via } };
}

/** What Lambda does in the function's name: its log, the report of a failed run, and the VPC. */
export const CALLS_OF_LAMBDA: readonly Call[] = [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    action,
    resource: LOG_GROUP.replace('*', 'log-stream:x'),
  })),
  { action: 'sqs:SendMessage', resource: QUEUE },
  // Each with a resource that it is asked for; those that know none, and describe, with all.
  ...['CreateNetworkInterface', 'DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'].map(
    (operation) => ({
      action: `ec2:${operation}`,
      resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:network-interface/eni-0a1b2c3d`,
    }),
  ),
  ...['DescribeNetworkInterfaces', 'DescribeSubnets'].map((operation) => ({
    action: `ec2:${operation}`,
    resource: '*',
  })),
];

/** What the function's role itself may do, with the ARNs that CloudFormation would put in. */
export function statementsOf(rotation: TokenRotation): Statement[] {
  return policiesOf(rotation).inRole;
}

/** The same, and each managed policy that the role names, in their order. */
export function policiesOf(rotation: TokenRotation, template = templateOf(rotation)) {
  const { Resources } = template.toJSON();
  const role = rotation.node.findChild('Role').node.defaultChild as CfnRole;
  const { Policies, ManagedPolicyArns = [] } = Resources[Stack.of(rotation).getLogicalId(role)].Properties;
  const inRole = filledIn(Policies[0].PolicyDocument.Statement);
  const managed = ManagedPolicyArns.map(({ Ref }: { Ref: string }) =>
    filledIn(Resources[Ref].Properties.PolicyDocument.Statement),
  ) as Statement[][];
  return { inRole, managed };
}

function filledIn(statements: unknown): Statement[] {
  const text = JSON.stringify(statements, (_key, value) => {
    const [intrinsic, argument] = Object.entries(value ?? {})[0] ?? [];
    if (intrinsic === 'Fn::GetAtt') return String(argument).includes('LogGroup') ? LOG_GROUP : QUEUE;
    // The only reference in our ARNs is that to the partition.
    if (intrinsic === 'Fn::Join')
      return (argument as [string, unknown[]])[1].map((part) => (typeof part === 'string' ? part : 'aws')).join('');
    return value;
  });
  return JSON.parse(text);
}

/** Those that IAM refuses, as a person reads them. */
export async function refused(statements: readonly Statement[], calls: readonly Call[]): Promise<string[]> {
  const found: string[] = [];
  for (const call of calls) if (!(await isAllowed(statements, call))) found.push(`${call.action} on ${call.resource}`);
  return found;
}

export async function isAllowed(
  statements: readonly Statement[],
  { action, resource, context = {} }: Call,
): Promise<boolean> {
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
