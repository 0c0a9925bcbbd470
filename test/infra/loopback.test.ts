import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { aConfigurationFile, aRotation } from '../builders/a-rotation.ts';

it.each([
  ['http://127.0.0.1:8086', 1],
  ['http://localhost:8086', 1],
  ['https://influxdb.localhost', 1],
  ['http://[::1]:8086', 1],
  ['https://influxdb.example.com:8086', 0],
  ['https://localhost.example.com', 0],
  ['http://10.127.0.1:8086', 0],
])('of %s the user is warned %i times, and it is deployable', (url, times) => {
  const { influxdb } = aConfigurationFile();
  const stack = Stack.of(aRotation({ configuration: aConfigurationFile({ influxdb: { ...influxdb, url } }) }));
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  expect(warnings).toHaveLength(times);
  for (const { entry } of warnings) expect(entry.data).toContain(`influxdb.url is ${url}`);
});
