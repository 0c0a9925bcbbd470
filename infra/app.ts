import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { ConfigurationError } from '../lambda/config/problems.ts';
import { readConfiguration } from './configuration.ts';
import { readContext } from './context.ts';
import { TokenRotationStack } from './token-rotation-stack.ts';

// npx cdk deploy [-c config=FILE] [-c alarmTopicArn=ARN] [-c secretPrefixes=A,B]
// Each deployment has a stack of its own, so several fit into one account.

// The flags are those that `cdk init` would write into cdk.json, of the very version that is installed.
const app = new App({ context: recommendedFlags });
const configuration = String(app.node.tryGetContext('config') ?? 'demo/rotation.json');
const context = attempt(() => readContext((key) => app.node.tryGetContext(key)));
const settings = attempt(() => readConfiguration(configuration).settings);
if (context !== undefined && settings !== undefined) {
  const { deployment } = settings;
  // A stack's name knows neither `.` nor `_`.
  const name = `influxdb-token-rotation-${deployment.replaceAll(/[._]/g, '-')}`;
  const description = `Rotates the InfluxDB tokens of ${deployment}`;
  attempt(() => new TokenRotationStack(app, name, { description, configuration, ...context }));
}

// Before the app writes what it has at the end of the process.
if (process.exitCode === 1) process.exit();

/** Says what is wrong with what the user gave, and goes on to what else is. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}
