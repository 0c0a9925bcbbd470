import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { TokenRotation } from '../../infra/token-rotation.ts';

// cdk --app "node test/deploy/created-secrets.ts" -c config=FILE: a user's own app, whose stack creates the secrets.

const app = new App();
const stack = new Stack(app, 'created-secrets');
const rotation = new TokenRotation(stack, 'Rotation', {
  configuration: app.node.getContext('config'),
  createSecrets: true,
  allowLoopback: true,
  scheduleEnabled: false,
});
new CfnOutput(stack, 'FunctionName', { value: rotation.function.functionName });
