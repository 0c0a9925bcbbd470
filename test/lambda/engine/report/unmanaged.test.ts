import { expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { Listing } from '../../../../lambda/engine/observe/listing.ts';
import { type ObservedSecret, observed } from '../../../../lambda/engine/observe/observed-secret.ts';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { findUnmanaged } from '../../../../lambda/engine/report/unmanaged.ts';
import { aConfiguration } from '../../../builders/a-configuration.ts';
import { aRow, aValue, IDENTITY, versionOf } from '../../../builders/a-scenario.ts';

const READ = new Map<string, ObservedSecret>([['telegraf', observed(aValue('{}', versionOf('cur')), 'token')]]);
const marked = (id: string, rest: Partial<typeof IDENTITY>) =>
  aRow(id, { description: formatMarker({ ...IDENTITY, ...rest }, versionOf(id)) });
const find = (rows: readonly ReturnType<typeof aRow>[], readings: typeof READ = READ) =>
  findUnmanaged(aConfiguration(), readings, new Listing(rows)).map(describeReason);
const OTHER_SECRET = { fingerprint: '00000000' };

it.each([
  ['a token of a configured consumer', aRow('cur'), READ],
  ['a token without a marker', aRow('hers', { description: 'by hand' }), READ],
  ['a token of another deployment', marked('hers', { deployment: 'test', consumer: 'grafana' }), READ],
  ['another secret, while the configured one was not read', marked('hers', OTHER_SECRET), new Map()],
  [
    'another secret, while the configured one cannot be read',
    marked('hers', OTHER_SECRET),
    new Map([['telegraf', { kind: 'deleted' } as const]]),
  ],
])('none is %s', (_name, row, readings) => {
  expect(find([row], readings)).toEqual([]);
});

it('the tokens of consumers that are no longer configured are reported together, a line for each consumer', () => {
  const rows = [
    marked('one', { consumer: 'grafana' }),
    marked('two', { consumer: 'loader' }),
    marked('three', { consumer: 'grafana' }),
  ];
  expect(find(rows)).toMatchInlineSnapshot(`
    [
      "consumer grafana is no longer configured, and its authorizations remain (one, three): to end them, configure it again with "retired": true",
      "consumer loader is no longer configured, and its authorizations remain (two): to end them, configure it again with "retired": true",
    ]
  `);
});

it('the tokens of a second secret are reported together', () => {
  expect(find([aRow('cur'), marked('one', OTHER_SECRET), marked('two', OTHER_SECRET)])).toMatchInlineSnapshot(`
    [
      "authorizations one, two name consumer telegraf, but another secret than the configured one (a second stack of this name, or a secret made anew): they are left alone",
    ]
  `);
});
