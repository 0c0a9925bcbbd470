import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { TokenRotation } from '../../infra/token-rotation.ts';

// cdk --app "node test/deploy/granted-roles.ts" -c config=FILE: a user's own app, with a role that may look and one that may act.

const app = new App();
const stack = new Stack(app, 'granted-roles');
const rotation = new TokenRotation(stack, 'Rotation', {
  configuration: app.node.getContext('config'),
  allowLoopback: true,
  scheduleEnabled: false,
});
const [auditor, operator] = ['Auditor', 'Operator'].map(
  (id) => new Role(stack, id, { assumedBy: new AccountRootPrincipal() }),
) as [Role, Role];
rotation.grantStatus(auditor);
rotation.grantOperate(operator);
new CfnOutput(stack, 'FunctionName', { value: rotation.function.functionName });
new CfnOutput(stack, 'AuditorArn', { value: auditor.roleArn });
new CfnOutput(stack, 'OperatorArn', { value: operator.roleArn });
