import { Stack, Stage } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { ACCOUNT, anApp, aRotation, aStack, REGION } from '../builders/a-rotation.ts';

const env = { account: ACCOUNT, region: REGION };

it('a deployment is refused that the app has in the same account and Region already, in whatever stack', () => {
  const app = anApp();
  aRotation({}, new Stack(app, 'One', { env }));
  expect(() => aRotation({}, new Stack(app, 'Two', { env }))).toThrowErrorMatchingInlineSnapshot(`
    [ConfigurationError: the configuration of Two/Rotation has 1 problem:
      deployment: is also the deployment of One/Rotation, so their metrics and alarms would mix: give each a name that is unique in its account and Region (found "prod")]
  `);
  const stack = aStack();
  aRotation({}, stack, 'Prod');
  expect(() => aRotation({}, stack, 'Test')).toThrow('Stack/Prod');
});

it('a deployment may have the name of one in another Region, or in another stage of the app', () => {
  const app = anApp();
  for (const region of ['eu-central-1', 'us-east-1'])
    aRotation({}, new Stack(app, region, { env: { ...env, region } }));
  for (const stage of ['Beta', 'Gamma']) aRotation({}, new Stack(new Stage(app, stage), 'Stack'));
});
