import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { isAllowed, type Statement, secretArn } from '../builders/a-role.ts';
import { ACCOUNT, aRotation, aStack, REGION, templateOf } from '../builders/a-rotation.ts';

// What IAM allows to whom the construct gives a right, by its own rules of evaluation.

const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:Rotation-LogGroup:*`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rotation`;

/** The statements of a principal that was given this right, with the ARNs that CloudFormation would put in. */
function granted(give: (rotation: TokenRotation, role: Role) => unknown): Statement[] {
  const stack = aStack();
  const rotation = aRotation({}, stack);
  const role = new Role(stack, 'Person', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  give(rotation, role);
  const template = templateOf(rotation);
  const aliases = Object.keys(template.findResources('AWS::Lambda::Alias'));
  const logGroups = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  const policies = template.findResources('AWS::IAM::Policy');
  const ofRole = Object.entries(policies).filter(([id]) => id.startsWith('Person'));
  const text = JSON.stringify(
    ofRole.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement),
    (_key, value) => {
      const [intrinsic, argument] = Object.entries(value ?? {})[0] ?? [];
      if (intrinsic === 'Ref' && aliases.includes(String(argument))) return `${FUNCTION}:read-only`;
      if (intrinsic === 'Fn::GetAtt') return logGroups.includes((argument as string[])[0] ?? '') ? LOG_GROUP : FUNCTION;
      if (intrinsic === 'Fn::Join')
        return (argument as [string, unknown[]])[1]
          .map((part) => (typeof part === 'string' ? part : FUNCTION))
          .join('');
      return value;
    },
  );
  return JSON.parse(text);
}

const invoke = (resource: string) => ({ action: 'lambda:InvokeFunction', resource });

/** What an auditor might try beside the alias. */
const BEYOND = [
  ...['', ':$LATEST', ':1', ':prod'].map((qualifier) => invoke(`${FUNCTION}${qualifier}`)),
  invoke(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:another`),
  ...['UpdateAlias', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission', 'InvokeFunctionUrl'].map(
    (operation) => ({ action: `lambda:${operation}`, resource: FUNCTION }),
  ),
  ...['DeleteLogStream', 'DeleteLogGroup', 'PutLogEvents', 'PutRetentionPolicy'].map((operation) => ({
    action: `logs:${operation}`,
    resource: LOG_GROUP,
  })),
  { action: 'logs:FilterLogEvents', resource: LOG_GROUP.replace('Rotation', 'Another') },
  { action: 'lambda:GetFunctionConfiguration', resource: `${FUNCTION}-another` },
  ...['GetSecretValue', 'PutSecretValue', 'RotateSecret'].map((operation) => ({
    action: `secretsmanager:${operation}`,
    resource: secretArn('influxdb/acme/telegraf'),
  })),
];

/** What the program needs beside the answer, to show what was. */
const LOG = [
  { action: 'logs:FilterLogEvents', resource: LOG_GROUP },
  { action: 'lambda:GetFunctionConfiguration', resource: FUNCTION },
];
const READS_LOG = LOG.map(({ action, resource }) => `${action} on ${resource}`);

async function allowed(statements: readonly Statement[], calls: readonly (typeof BEYOND)[number][]): Promise<string[]> {
  const found: string[] = [];
  for (const call of calls) if (await isAllowed(statements, call)) found.push(`${call.action} on ${call.resource}`);
  return found;
}

describe('the right to look', () => {
  const statements = granted((rotation, role) => rotation.grantStatus(role));

  it('is to invoke the alias that writes nothing', async () => {
    expect(await isAllowed(statements, invoke(`${FUNCTION}:read-only`))).toBe(true);
  });

  it('is to read the log', async () => {
    expect(await allowed(statements, LOG)).toEqual(READS_LOG);
  });

  it('is no right to act: not by the function itself, nor past it', async () => {
    expect(await allowed(statements, BEYOND)).toEqual([]);
  });
});

describe('the right to operate', () => {
  const statements = granted((rotation, role) => rotation.grantOperate(role));

  it('is to invoke the function and to read its log, and nothing else', async () => {
    expect(await allowed(statements, [invoke(FUNCTION), ...LOG, ...BEYOND.slice(4)])).toEqual([
      `lambda:InvokeFunction on ${FUNCTION}`,
      ...READS_LOG,
    ]);
  });
});
