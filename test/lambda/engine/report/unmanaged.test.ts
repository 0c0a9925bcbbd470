import { expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { Listing } from '../../../../lambda/engine/plan/facts.ts';
import { findStrangers } from '../../../../lambda/engine/report/unmanaged.ts';
import { aConfiguration } from '../../../builders/a-configuration.ts';
import { aRow, aValue, IDENTITY, versionOf } from '../../../builders/a-scenario.ts';

const READ = new Map([['telegraf', aValue('{}', versionOf('cur'))]]);
const marked = (id: string, rest: Partial<typeof IDENTITY>) =>
  aRow(id, { description: formatMarker({ ...IDENTITY, ...rest }, versionOf(id)) });
const find = (rows: readonly ReturnType<typeof aRow>[], readings: typeof READ = READ) =>
  findStrangers(aConfiguration(), readings, new Listing(rows));
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
])('no stranger is %s', (_name, row, readings) => {
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
