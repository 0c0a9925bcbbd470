import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { ListedRows, Listing } from '../../../../lambda/engine/observe/listing.ts';
import { aRow, IDENTITY, versionOf } from '../../../builders/a-scenario.ts';

const ofAnother = (key: keyof typeof IDENTITY) =>
  aRow(key, { description: formatMarker({ ...IDENTITY, [key]: '00000000' }, versionOf(key)) });
const byHand = aRow('hand', { description: 'by hand', userId: 'cccccccccccccccc' });
const rows = [aRow('cur'), byHand, ofAnother('deployment'), ofAnother('consumer'), ofAnother('fingerprint')];
const listing = new Listing(rows);
const ids = (marked: readonly { readonly row: { readonly id: string } }[]) => marked.map(({ row }) => row.id);

describe('the list of authorizations', () => {
  it('gives each by its id', () => {
    expect(listing.get('hand')).toBe(byHand);
    expect(listing.get('nobody')).toBeUndefined();
    expect([...listing.rows()]).toEqual(rows);
  });

  it('holds a row once, though two lists show it', () => {
    expect([...new Listing([aRow('cur'), aRow('cur')]).rows()]).toHaveLength(1);
  });

  it.each(['first', 'last'] as const)(
    'takes row and marker from one list, the last, where the %s alone has a marker',
    (which) => {
      const lists = (['first', 'last'] as const).map((each) => {
        const listed = new ListedRows({ ids: new Set(['cur']), owners: new Set(), values: new Set() });
        listed.row(each === which ? aRow('cur') : aRow('cur', { description: 'by hand' }));
        return listed;
      });
      const of = Listing.of(lists);
      expect(of.markerOf('cur') === undefined).toBe(of.get('cur')?.description === 'by hand');
      expect(ids(of.marked())).toEqual(which === 'last' ? ['cur'] : []);
      expect(of.hasUnmarked()).toBe(which === 'first');
    },
  );

  it('gives a consumer what carries its marker, and nothing that differs in a part of it', () => {
    expect(ids(listing.markedAs(IDENTITY))).toEqual(['cur']);
    expect(listing.markedAs({ ...IDENTITY, consumer: 'nobody' })).toEqual([]);
  });

  it("gives everything that carries anybody's marker", () => {
    expect(ids(listing.marked())).toEqual(['cur', 'deployment', 'consumer', 'fingerprint']);
  });

  it('shows an owner in an org only if one of its rows is in it', () => {
    const { orgId, userId } = byHand;
    expect(listing.shows({ orgId, userId })).toBe(true);
    expect(listing.shows({ orgId: 'other', userId })).toBe(false);
    expect(listing.shows({ orgId, userId: 'other' })).toBe(false);
  });
});
