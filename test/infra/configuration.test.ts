import { CfnParameter } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { aConfigurationFile, aRotation, aStack } from '../builders/a-rotation.ts';

describe('a configuration that cannot be deployed', () => {
  it('is refused with all of its problems at once, CDK tokens among them', () => {
    const stack = aStack();
    const parameter = new CfnParameter(stack, 'Url').valueAsString;
    const file = aConfigurationFile({ schedule: '90s', limits: { lease: '5m' } });
    const [telegraf, ...rest] = file.consumers;
    const consumers = [{ ...telegraf, secret: 'influxdb/x', name: parameter } as (typeof rest)[number], ...rest];
    const configuration = { ...file, influxdb: { ...file.influxdb, url: parameter }, consumers };
    expect(() => aRotation({ configuration }, stack)).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the configuration has 4 problems:
        influxdb.url: is a CDK token: its value is known only after the deployment, but the configuration goes into the function before that; give a literal text, for example by naming the resource yourself
        consumers[0].name: is a CDK token: its value is known only after the deployment, but the configuration goes into the function before that; give a literal text, for example by naming the resource yourself
        schedule: must be whole minutes, because EventBridge Scheduler counts in minutes, and at most 3d, because no alarm would notice missing runs beyond that (found "90s")
        limits.lease: must be longer than functionTimeout + requestLife + clockTolerance = 25 minutes, or a run could delete the token of another run that is still alive (is 5 minutes)]
    `);
  });

  it.each([
    [
      'missing.json',
      'missing.json has 1 problem:\n  cannot be read: no such file; give the path of a configuration (with cdk: -c config=FILE)',
    ],
    [
      'README.md',
      'README.md has 1 problem:\n  is not JSON at line 1, column 1: remove the comment, because JSON has none',
    ],
  ])('%s is refused as a file', (configuration, message) => {
    expect(() => aRotation({ configuration })).toThrow(message);
  });
});
