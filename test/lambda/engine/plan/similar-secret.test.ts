import { expect, it } from 'vitest';
import { similarSecret } from '../../../../lambda/engine/plan/similar-secret.ts';

it.each([
  ['influxdb/acme/telegarf', 'influxdb/acme/telegraf'],
  ['telegarf', 'telegraf'],
  ['influxdb/acme/telegraf', undefined],
  ['influxdb/acme/collector', undefined],
  ['arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/telegarf-AbCdEf', undefined],
])('of a secret that is called as its consumer, but misspelt: %s', (secret, meant) => {
  expect(similarSecret(secret, 'telegraf')).toBe(meant);
});
