import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { aConfigurationFile, aRotation } from '../builders/a-rotation.ts';

function warningsOf(until: string): string[] {
  const file = aConfigurationFile();
  const exception = { reason: 'a repair', approvedBy: 'ada', until };
  const consumers = file.consumers.map((each, index) => (index === 0 ? { ...each, exception } : each));
  const stack = Stack.of(aRotation({ configuration: { ...file, consumers } }));
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
}

const in30Days = new Date(Date.now() + 30 * 86_400_000).toISOString();

it.each([
  ['is over is deployed, with a warning', '2020-01-01', ['the exception of telegraf is over']],
  ['lasts for years is, too', '2099-01-01', ['the exception of telegraf ends more than a year from now']],
  ['is in force is deployed without a word', in30Days, []],
])('an exception that %s', (_, until, expected) => {
  expect(warningsOf(until)).toEqual(expected.map((text) => expect.stringContaining(text)));
});
