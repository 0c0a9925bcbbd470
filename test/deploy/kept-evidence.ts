import { App, CfnOutput, Stack } from 'aws-cdk-lib';
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
new CfnOutput(stack, 'FunctionName', { value: rotation.function.functionName });
