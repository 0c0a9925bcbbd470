import { expect, it } from 'vitest';
import { oneLine } from '../../../lambda/calls/cut.ts';

it('a text for others is one line, without what moves a cursor', () => {
  expect(oneLine(' a\r\nSubject: b\u0000\u202e\u2028c ', 99)).toBe('a Subject: b c');
});

it.each([0, 1])('it is never longer than it may be, and never has half a character (%i)', (shift) => {
  const line = oneLine(`${'x'.repeat(shift)}${'\u{1f511}'.repeat(50)}`, 20);
  expect([line.length <= 20, line.isWellFormed(), line.endsWith('…')]).toEqual([true, true, true]);
});

it('half of a character that somebody wrote is replaced, too', () => {
  expect(oneLine('a\ud83d', 99)).toBe('a\ufffd');
});
