import { describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import { formatMarker, markerHash } from '../../../../lambda/engine/document/marker.ts';
import { Listing } from '../../../../lambda/engine/observe/listing.ts';
import { SecretValues } from '../../../../lambda/engine/observe/secret-values.ts';
import { MOST_SHARERS } from '../../../../lambda/engine/observe/values-of-others.ts';
import type { Authorization } from '../../../../lambda/influxdb/authorization.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import { anObserved, aRow, aValue, IDENTITY, NOW, versionOf } from '../../../builders/a-scenario.ts';

interface Other extends Partial<ConsumerSettings> {
  readonly holds: string;
}

/** The world of `telegraf`, who adopts the authorization `hers`. */
function seen(others: Readonly<Record<string, Other>>, rows: readonly Authorization[] = [], by = 'telegraf') {
  const all = { telegraf: { holds: 'V' } as Other, ...others };
  const consumers = Object.entries(all).map(([name, { holds: _, ...settings }]) => aConsumer({ name, ...settings }));
  const secrets = new Map(
    Object.entries(all).map(([name, { holds: token }]) => [
      name,
      anObserved(aValue(JSON.stringify({ token }), versionOf(name)), name),
    ]),
  );
  return new SecretValues(aConfiguration(consumers), secrets, new Listing(rows)).against(by, NOW);
}

/** A token that was made for a consumer. */
const made = (consumer: string, age: number, token = `of-${consumer}`) =>
  aRow(`row-of-${consumer}`, {
    age,
    description: formatMarker({ ...IDENTITY, consumer }, versionOf(consumer), { tokenHash: markerHash(token) }),
  });

const unknown = () => undefined;
const V = () => 'V';
const GRACE = LIMITS.leaseMs + DAY;

it("a value is shared with those whose secrets hold it, and not with one's own", () => {
  const others = seen({ grafana: { holds: 'V' }, loader: { holds: 'W' } });
  expect([others.sharers('V'), others.sharers('W'), others.sharers('X')]).toEqual([['grafana'], ['loader'], []]);
});

it('of many who share a value, enough are named to know that there are more, whoever asks', () => {
  const many = Array.from({ length: 30 }, (_, index) => [`loader-${index}`, { holds: 'V' }] as const);
  const sharers = seen(Object.fromEntries(many)).sharers('V');
  expect(sharers).toEqual(many.slice(0, MOST_SHARERS + 1).map(([name]) => name));
  const last = seen({ ...Object.fromEntries(many), grafana: { holds: 'W' } }, [], 'grafana').sharers('V');
  expect(last.length).toBeGreaterThan(MOST_SHARERS);
});

describe('another consumer may hold what has no marker', () => {
  it.each<[string, ReturnType<typeof seen>, () => string | undefined, object | undefined]>([
    ['where nobody else holds anything strange', seen({}), unknown, undefined],
    [
      'if it holds the same value',
      seen({ grafana: { holds: 'V' } }),
      V,
      { why: 'the secret of consumer grafana holds it' },
    ],
    [
      'if nobody knows the value, nor whose the one in its secret is',
      seen({ grafana: { holds: 'W' } }),
      unknown,
      { why: 'the secret of consumer grafana may hold it' },
    ],
    ['but not if it holds another value', seen({ grafana: { holds: 'W' } }), V, undefined],
    [
      'but not if its own value is that of another row',
      seen({ grafana: { holds: 'W', adopt: 'his' } }),
      unknown,
      undefined,
    ],
    [
      'though it adopts the very same',
      seen({ grafana: { holds: 'W', adopt: 'hers' } }),
      unknown,
      { why: 'the secret of consumer grafana may hold it' },
    ],
    [
      'but not if a marker says whose its value is',
      seen({ grafana: { holds: 'of-grafana' } }, [made('grafana', 9 * DAY)]),
      unknown,
      undefined,
    ],
    [
      'but not if a row shows whose its value is',
      seen({ grafana: { holds: 'W' } }, [{ ...aRow('his', { description: '' }), token: 'W' }]),
      unknown,
      undefined,
    ],
    [
      'until a grace period after its first token',
      seen({ grafana: { holds: 'of-grafana' } }, [made('grafana', GRACE - HOUR)]),
      V,
      { why: "consumer grafana's readers may still hold it", until: NOW + HOUR },
    ],
    ['but not later', seen({ grafana: { holds: 'of-grafana' } }, [made('grafana', GRACE)]), V, undefined],
  ])('%s', (_name, others, token, use) => {
    expect(others.mayHold('hers', token)).toEqual(use);
  });

  it('as long as the one whose readers hold longest', () => {
    const others = { grafana: { holds: 'of-grafana' }, loader: { holds: 'of-loader', gracePeriodMs: 2 * DAY } };
    const rows = [made('grafana', 2 * HOUR), made('loader', HOUR), made('telegraf', HOUR)];
    expect(seen(others, rows).mayHold('hers', V)).toEqual({
      why: "consumer loader's readers may still hold it",
      until: NOW - HOUR + LIMITS.leaseMs + 2 * DAY,
    });
  });
});
