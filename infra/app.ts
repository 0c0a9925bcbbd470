import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { descriptionOf } from '../lambda/config/function-description.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { readConfiguration } from './configuration.ts';
import { readContext } from './context.ts';
import { stackNameOf } from './stack-name.ts';
import { TokenRotationStack } from './token-rotation-stack.ts';

// npx cdk deploy -c config=FILE [-c alarmTopicArn=ARN] [-c secretPrefixes=A,B] [-c runbookUrl=URL] [-c allowLoopback=true]
// Each deployment is a stack of its own, so several fit into one account.

// The flags that `cdk init` would write into cdk.json, in the version of CDK that is installed.
const app = new App({ context: recommendedFlags });
const { problems, config, ...options } = readContext(app.node.getAllContext());
if (problems.length > 0) report(new ConfigurationError('the command line', problems));
if (config !== undefined) reportProblems(() => addStack(config));

// Without this, the app would write its output when the process ends, although something is wrong.
if (process.exitCode === 1) process.exit();

function addStack(configuration: string): void {
  const { deployment } = readConfiguration(configuration).settings;
  if (problems.length > 0) return;
  const description = descriptionOf(deployment);
  new TokenRotationStack(app, stackNameOf(deployment), { description, configuration, ...options });
}

/** What is wrong with the user's input goes to stderr, without a stack trace. */
function reportProblems(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    report(error);
  }
}

function report({ message }: ConfigurationError): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
