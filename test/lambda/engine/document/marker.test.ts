import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  formatMarker,
  isSameIdentity,
  markerHash,
  parseMarker,
  withNote,
} from '../../../../lambda/engine/document/marker.ts';

const IDENTITY = { deployment: 'prod', consumer: 'telegraf', fingerprint: '0a1b2c3d' };
const ROTATION_ID = '5f0c0000-0000-4000-8000-00000000abcd';
const MARKER = `influxdb-token-rotation/prod/telegraf/0a1b2c3d/${ROTATION_ID}`;

describe('a marker', () => {
  it('is one line that names deployment, consumer, secret and rotation', () => {
    expect(formatMarker(IDENTITY, ROTATION_ID)).toBe(MARKER);
  });

  it('is read back as it was written', () => {
    const unnoted = { adopted: false, putRefused: false, compromised: false, ended: false };
    const plain = { ...IDENTITY, rotationId: ROTATION_ID, tokenHash: undefined, ...unnoted };
    expect(parseMarker(MARKER)).toEqual(plain);
    const notes = { tokenHash: markerHash('the-token'), adopted: true };
    expect(parseMarker(`${formatMarker(IDENTITY, ROTATION_ID, notes)} of the boiler room`)).toEqual({
      ...plain,
      ...notes,
    });
  });

  it('says that its value was not taken, behind everything else', () => {
    const refused = formatMarker(IDENTITY, ROTATION_ID, { putRefused: true });
    expect(refused).toBe(`${MARKER} put-refused`);
    expect(parseMarker(`${refused} since Monday`)).toMatchObject({ rotationId: ROTATION_ID, putRefused: true });
    const all = { tokenHash: markerHash('the-token'), adopted: true, putRefused: true };
    expect(parseMarker(formatMarker(IDENTITY, ROTATION_ID, all))).toMatchObject(all);
    for (const notes of ['put-refused-not', 'of old put-refused'])
      expect(parseMarker(`${MARKER} ${notes}`)?.putRefused ?? false).toBe(false);
  });

  it('says that its token leaked, or that its end was asked for, and keeps what people wrote behind it', () => {
    const at = Date.UTC(2026, 0, 1);
    const text = `${formatMarker(IDENTITY, ROTATION_ID, { tokenHash: markerHash('the-token') })} keep-until=2026-01-02, by ops`;
    const noted = withNote(text, 'compromised', at);
    expect(noted).toContain(' compromised=2026-01-01T00:00:00.000Z keep-until=2026-01-02, by ops');
    expect(parseMarker(noted)).toMatchObject({ compromised: true, ended: false, tokenHash: markerHash('the-token') });
    expect(parseMarker(withNote(noted, 'ended', at))).toMatchObject({ compromised: true, ended: true });
    for (const notes of ['by ops: compromised=2026-01-01', 'compromised', 'uncompromised=2026-01-01'])
      expect(parseMarker(`${MARKER} ${notes}`)).toMatchObject({ compromised: false });
  });

  it.each(['sha256=0', `x sha256=${'0'.repeat(32)}`, `adopted sha256=${'0'.repeat(32)}x`, 'unadopted'])(
    'has no hash, nor is it adopted, by %j behind it',
    (text) => {
      expect(parseMarker(`${MARKER} ${text}`)).not.toMatchObject({ tokenHash: expect.any(String) });
      expect(parseMarker(`${MARKER} ${text}`)?.adopted ?? false).toBe(text.startsWith('adopted'));
    },
  );

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
