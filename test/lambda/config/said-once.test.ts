import { expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { ConfigurationError } from '../../../lambda/config/problems.ts';

const FREEZE = { from: '2026-12-01T00:00:00Z', to: '2027-03-01T00:00:00Z', reason: 'year-end' };

function linesOf(more: object, consumers: readonly object[]): string[] {
  const file = {
    deployment: 'prod',
    influxdb: { url: 'https://influxdb.example.com', org: 'acme', tokenSecret: 'acme/rotator' },
    consumers: consumers.map((consumer, index) => ({
      ...{ name: `c${index}`, secret: `acme/c${index}`, owner: 'svc', read: ['telemetry'] },
      ...consumer,
    })),
    ...more,
  };
  try {
    parseConfiguration(file, 'the file');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).message.split('\n').slice(1);
  }
  throw new Error('it was taken');
}

it('what a freeze makes wrong for all consumers is said once, with how many they are', () => {
  expect(linesOf({ freezes: [FREEZE] }, [{}, {}, {}])).toEqual([
    expect.stringMatching(
      /^ {2}consumers\[0\]\.maxTokenAge: must be at least .*; the same is wrong for 2 more consumers$/,
    ),
  ]);
});

it('so is what a default makes wrong', () => {
  expect(linesOf({ defaults: { gracePeriod: '1m' } }, [{}, {}])).toEqual([
    expect.stringMatching(/^ {2}consumers\[0\]\.gracePeriod: must be .*; the same is wrong for 1 more consumer$/),
  ]);
});

it('what stands in each of them is said where it stands', () => {
  const lines = linesOf({}, [{ gracePeriod: '1m' }, { gracePeriod: '1m' }]);
  expect(lines.map((line) => line.split(':')[0])).toEqual(['  consumers[0].gracePeriod', '  consumers[1].gracePeriod']);
});
