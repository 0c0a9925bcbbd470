import { App } from 'aws-cdk-lib';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { readConfiguration } from './configuration.ts';
import { TokenRotationStack } from './token-rotation-stack.ts';

// npx cdk deploy [-c config=FILE] [-c alarmTopicArn=ARN] [-c secretPrefixes=A,B]
// Each deployment has a stack of its own, so several fit into one account.

const app = new App();
const given = (key: string): string | undefined => app.node.tryGetContext(key);
const configuration = given('config') ?? 'rotation.json';
try {
  const { deployment } = readConfiguration(configuration).settings;
  // A stack's name knows neither `.` nor `_`.
  new TokenRotationStack(app, `influxdb-token-rotation-${deployment.replaceAll(/[._]/g, '-')}`, {
    description: `Rotates the InfluxDB tokens of ${deployment}`,
    configuration,
    alarmTopicArn: given('alarmTopicArn'),
    secretPrefixes: given('secretPrefixes')?.split(','),
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
