import { expect, it } from 'vitest';
import { ofChange } from '../../../lambda/news/event.ts';

const CHANGE = { kind: 'failed', subject: 'telegraf', secret: undefined, state: 'failed', was: 'fine' } as const;
const SENDER = { deployment: 'prod', arnOf: () => undefined, mayRepeat: false };

it('ten events have room in one call of EventBridge, whatever their reasons quote', () => {
  const why = { code: 'NAME_UNRESOLVED', reason: `owner "${'\u{1f511}'.repeat(100_000)}" does not exist` };
  const detail = ofChange({ ...CHANGE, since: '2026-01-01T00:00:00.000Z', why }, SENDER);
  expect(10 * Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(200_000);
  expect(detail.reason?.isWellFormed()).toBe(true);
});
