import { expect, it } from 'vitest';
import { secretsOf } from '../../../../lambda/engine/plan/phrases.ts';

const named = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

it.each([
  [1, 'the secret of consumer c0 holds it'],
  [10, 'the secrets of consumers c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 hold it'],
  [11, 'the secrets of consumers c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and others hold it'],
])('of %i consumers with one token, ten are named', (count, text) => {
  expect(secretsOf(named(count))).toBe(text);
});
