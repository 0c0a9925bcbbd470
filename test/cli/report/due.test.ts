import { describe, expect, it } from 'vitest';
import type { ConsumerEntry, TokenLife } from '../../../cli/report/consumer.ts';
import { dueOf } from '../../../cli/report/due.ts';

const AT = '2026-03-01T00:00:00.000Z';
const ROTATION = '2026-03-10T00:00:00.000Z';
const GRACE = '2026-03-02T00:00:00.000Z';
const LIMIT = '2026-03-15T00:00:00.000Z';
const EARLIER = '2026-02-28T00:00:00.000Z';

describe('what is due', () => {
  it.each<[string, Partial<ConsumerEntry>, Partial<TokenLife>, string[]]>([
    ['a rotation comes first', { nextRotationAt: ROTATION }, {}, ['rotation']],
    ['the rotation comes too late', { nextRotationAt: LIMIT }, { overdueAt: ROTATION }, ['overdue', 'rotation']],
    ['no rotation is known', {}, {}, ['overdue']],
    ['the rotation should have been', { nextRotationAt: EARLIER }, {}, ['overdue']],
    ['rotations fail', { nextRotationAt: ROTATION, health: 'failed' }, {}, ['rotation', 'overdue']],
    ['a person must decide', { nextRotationAt: ROTATION, health: 'blocked' }, {}, ['rotation', 'overdue']],
    ['it goes off first', {}, { role: 'superseded', graceUntil: GRACE }, ['grace-ends']],
    [
      'it goes off too late',
      {},
      { role: 'superseded', graceUntil: LIMIT, overdueAt: GRACE },
      ['overdue', 'grace-ends'],
    ],
    ['it should be off', {}, { role: 'superseded', graceUntil: EARLIER }, ['overdue']],
  ])('tells that a token will be too old only if nothing ends it before: %s', (_, entry, token, expected) => {
    const tokens = [{ authorizationId: 'a', role: 'current', status: 'active', overdueAt: LIMIT, ...token }];
    const consumer = { consumer: 'telegraf', health: 'ok', tokens, ...entry } as ConsumerEntry;
    expect(dueOf([consumer], Date.parse(AT)).map(({ what }) => what)).toEqual(expected);
  });
});
