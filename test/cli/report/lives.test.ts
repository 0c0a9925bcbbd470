import { expect, it } from 'vitest';
import { livesOf } from '../../../cli/report/lives.ts';
import type { SeenDeed } from '../../../cli/report/material.ts';
import { DAY } from '../../builders/a-configuration.ts';

const BEGIN = Date.UTC(2026, 0, 1);
const iso = (day: number) => new Date(BEGIN + day * DAY).toISOString();

function promoted(authorizationId: string, day: number): SeenDeed {
  const at = BEGIN + day * DAY;
  return { consumer: 'telegraf', deed: { what: 'promoted', authorizationId }, at, isExact: true, number: day };
}

it('a token that a rollback made current again is current from its first time on, and replaced by nobody', () => {
  const token = { authorizationId: 'one', role: 'superseded', status: 'active', supersededAt: iso(30) } as const;
  const sight = { consumer: 'telegraf', at: BEGIN + 31 * DAY, tokens: [{ ...token, endsAt: iso(31) }] };
  const deeds = [promoted('one', 0), promoted('two', 30), promoted('one', 32)];
  const [one, two] = livesOf(deeds, [sight], [], { from: BEGIN, to: BEGIN + 40 * DAY });
  expect(one).toMatchObject({ authorizationId: 'one', currentFrom: iso(0) });
  expect(one).not.toHaveProperty('currentTo');
  expect(one).not.toHaveProperty('graceUntil');
  expect(two).toMatchObject({ authorizationId: 'two', currentFrom: iso(30), currentTo: iso(32) });
});
