import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { TokenRotation } from '../../infra/token-rotation.ts';

// cdk --app "node test/deploy/kept-evidence.ts" -c config=FILE: a user's own app, whose stack makes a bucket for evidence.

const app = new App();
const stack = new Stack(app, 'kept-evidence');
const rotation = new TokenRotation(stack, 'Rotation', {
  configuration: app.node.getContext('config'),
  allowLoopback: true,
  scheduleEnabled: false,
  evidence: { prefix: 'influxdb/', objectLock: 'governance' },
});
// MiniStack does not tell its IAM of If-None-Match, and so takes it for missing: there, the condition refuses every put.
const role = rotation.node.findChild('Role').node.defaultChild as CfnRole;
const [policy] = stack.resolve(role.policies);
const { Statement } = policy.policyDocument;
for (const statement of Statement) if (statement.Sid === 'AddEvidence') delete statement.Condition;
role.policies = [policy];
new CfnOutput(stack, 'FunctionName', { value: rotation.function.functionName });
