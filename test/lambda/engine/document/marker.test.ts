import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  formatMarker,
  isSameIdentity,
  keepUntilOf,
  keptBy,
  parseMarker,
} from '../../../../lambda/engine/document/marker.ts';

const IDENTITY = { deployment: 'prod', consumer: 'telegraf', fingerprint: '0a1b2c3d' };
const ROTATION_ID = '5f0c0000-0000-4000-8000-00000000abcd';
const MARKER = `influxdb-token-rotation/prod/telegraf/0a1b2c3d/${ROTATION_ID}`;
const keepUntil = (notes: string) => keepUntilOf(`${MARKER} ${notes}`);

describe('a marker', () => {
  it('is one line that names deployment, consumer, secret and rotation', () => {
    expect(formatMarker(IDENTITY, ROTATION_ID)).toBe(MARKER);
  });

  it('is read back as it was written', () => {
    expect(parseMarker(MARKER)).toEqual({ ...IDENTITY, rotationId: ROTATION_ID });
  });

  it.each(['', ' used by the boiler room', '\nused by\nthe boiler room'])('may be followed by %j', (notes) => {
    expect(parseMarker(MARKER + notes)).toMatchObject({ ...IDENTITY, rotationId: ROTATION_ID });
  });

  it.each([
    ['nothing', ''],
    ['words', 'used by the boiler room'],
    ['text before it', `old ${MARKER}`],
    ['text right behind it', `${MARKER}0`],
    ['capitals', MARKER.toUpperCase()],
    ['a fingerprint that is too short', MARKER.replace('0a1b2c3d', '0a1b2c3')],
    ['a deployment that is too long', MARKER.replace('prod', 'x'.repeat(65))],
    ['a consumer that is too long', MARKER.replace('telegraf', 'x'.repeat(65))],
    ['no consumer', MARKER.replace('telegraf', '')],
  ])('is none if it is %s', (_name, description) => {
    expect(parseMarker(description)).toBeUndefined();
  });

  it.each<keyof typeof IDENTITY>(['deployment', 'consumer', 'fingerprint'])('of another %s is another', (key) => {
    expect(isSameIdentity(IDENTITY, { ...IDENTITY })).toBe(true);
    expect(isSameIdentity(IDENTITY, { ...IDENTITY, [key]: 'other' })).toBe(false);
  });

  it('holds eight digits of the hash of the ARN', () => {
    expect(fingerprintOf('arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf')).toMatchInlineSnapshot(
      `"55aa5d94"`,
    );
  });
});

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
    ['one that lies ahead', 'keep-until=1970-01-01T00:00:01.001Z', 'kept until 1970-01-01T00:00:01.001Z'],
    [
      'one that is no date',
      'keep-until=soon',
      'kept for good: its keep-until is no date such as 2026-12-24T18:00:00Z; correct or remove it',
    ],
  ])('reads in a sentence: %s', (_name, notes, sentence) => {
    expect(keptBy(`${MARKER} ${notes}`, 1000)).toBe(sentence);
  });
});
