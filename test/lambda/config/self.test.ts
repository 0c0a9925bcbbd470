import { describe, expect, it } from 'vitest';
import { parseConfigurationText } from '../../../lambda/config/configuration.ts';
import { rotatedIn } from '../../../lambda/config/self.ts';
import { DAY, MINUTE } from '../../builders/a-configuration.ts';
import { file } from './a-file.ts';

const parsed = (parts: Parameters<typeof file>[0]) => parseConfigurationText(JSON.stringify(file(parts)), 'a file');

describe("the rotator's own token", () => {
  it('is not rotated without "self"', () => {
    const configuration = parsed({});
    expect(configuration.influxdb.self).toBeUndefined();
    expect(rotatedIn(configuration)).toEqual(configuration.consumers);
    expect(parsed({ consumer: { name: 'self' } }).consumers[0]?.name).toBe('self');
  });

  it('is that of one more consumer, the first, with defaults of its own', () => {
    const configuration = parsed({ influxdb: { self: {} }, defaults: { rotateEvery: '90d', maxTokenAge: '99d' } });
    const [self, ...consumers] = rotatedIn(configuration);
    expect(consumers).toEqual(configuration.consumers);
    expect(self).toMatchObject({
      name: 'self',
      secret: configuration.influxdb.tokenSecret,
      tokenKey: 'token',
      owner: undefined,
      access: { kind: 'rotator' },
      rotateEveryMs: 30 * DAY,
      gracePeriodMs: DAY,
      holdPeriodMs: DAY,
      maxTokenAgeMs: 35 * DAY,
      adopt: undefined,
    });
  });

  it('takes what is given', () => {
    const given = {
      rotateEvery: '7d',
      gracePeriod: '30m',
      holdPeriod: '0s',
      maxTokenAge: '8d',
      adopt: '0A0B0C0D0E0F0A0B',
    };
    expect(parsed({ influxdb: { self: given, tokenKey: 'key' } }).influxdb.self).toMatchObject({
      tokenKey: 'key',
      rotateEveryMs: 7 * DAY,
      gracePeriodMs: 30 * MINUTE,
      holdPeriodMs: 0,
      maxTokenAgeMs: 8 * DAY,
      adopt: '0a0b0c0d0e0f0a0b',
    });
  });
});
