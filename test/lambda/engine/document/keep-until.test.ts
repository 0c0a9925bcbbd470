import { describe, expect, it } from 'vitest';
import { keepUntilOf, keptUntil } from '../../../../lambda/engine/document/keep-until.ts';

const MARKER = 'influxdb-token-rotation/prod/telegraf/0a1b2c3d/5f0c0000-0000-4000-8000-00000000abcd';
const keepUntil = (notes: string) => keepUntilOf(`${MARKER} ${notes}`);

describe('a keep-until', () => {
  it.each([
    ['keep-until=2026-12-24', '2026-12-24T00:00:00.000Z'],
    ['keep-until=2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
    ['keep-until=2026-12-24T18:00:00+02:00', '2026-12-24T16:00:00.000Z'],
    ['Keep-Until=2026-12-24 says Anna', '2026-12-24T00:00:00.000Z'],
    ['says Anna: keep-until=2026-12-24', '2026-12-24T00:00:00.000Z'],
    ['says Anna\nkeep-until=2026-12-24', '2026-12-24T00:00:00.000Z'],
  ])('is read from %j', (notes, date) => {
    expect(new Date(keepUntil(notes) ?? 0).toISOString()).toBe(date);
  });

  it('counts as the latest of several, in any order', () => {
    const [early, late] = ['keep-until=2026-01-01', 'keep-until=2026-12-24'];
    expect(keepUntil(`${early} ${late}`)).toBe(Date.UTC(2026, 11, 24));
    expect(keepUntil(`${late} ${early}`)).toBe(Date.UTC(2026, 11, 24));
  });

  it.each(['', 'used by the boiler room', 'no-keep-until=2026-12-24', 'keep-until 2026-12-24'])(
    'is absent from %j',
    (notes) => {
      expect(keepUntil(notes)).toBeUndefined();
    },
  );

  it.each([
    'keep-until=',
    'keep-until= soon',
    'keep-until=christmas',
    'keep-until=week-51',
    'keep-until=2026-99-99',
    'keep-until=2026-1-24',
    'keep-until=2026-12-4',
    'keep-until=26-12-24',
    'keep-until=x2026-12-24',
    'keep-until=+002026-12-24',
    'keep-until=12-24-2026',
    'keep-until=2026-12-24x',
    'keep-until=2026-12-24Tx',
    'keep-until=2026-12-24Z',
    'keep-until=2026-12-24 keep-until=soon',
  ])('that is no date keeps for good: %j', (notes) => {
    expect(keepUntil(notes)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['none', '', undefined],
    ['one that has passed', 'keep-until=1970-01-01', undefined],
    ['one that passes now', 'keep-until=1970-01-01T00:00:01Z', undefined],
    ['one that lies ahead', 'keep-until=1970-01-01T00:00:01.001Z', 1001],
    ['one that is no date', 'keep-until=soon', Number.POSITIVE_INFINITY],
  ])('keeps until then: %s', (_name, notes, until) => {
    expect(keptUntil(`${MARKER} ${notes}`, 1000)).toBe(until);
  });
});
