import { describe, expect, it } from 'vitest';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { secretArn, statementsOf } from '../builders/a-role.ts';
import { aConfigurationFile, aRotation } from '../builders/a-rotation.ts';

describe('access to secrets', () => {
  const many = (count: number, name: (index: number) => string) => ({
    ...aConfigurationFile(),
    consumers: Array.from({ length: count }, (_, index) => ({
      name: `c${index}`,
      secret: name(index),
      owner: 'svc',
      read: ['telemetry'],
    })),
  });
  const resourcesOf = (rotation: TokenRotation) =>
    [statementsOf(rotation).find(({ Sid }) => Sid === 'RotateSecrets')?.Resource].flat();

  it('is granted by name while there is room, and the policy stays within the quota of IAM', () => {
    const statements = statementsOf(aRotation({ configuration: many(80, (index) => `influxdb/acme/c${index}`) }));
    expect(JSON.stringify(statements).length).toBeLessThan(10_240);
  });

  it('needs prefixes when the names do not fit into the policy', () => {
    const configuration = many(200, (index) => `influxdb/${index % 2 === 0 ? 'acme' : 'umbrella'}/c${index}`);
    expect(() => aRotation({ configuration })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: is missing: 200 secrets, one by one, do not fit into the policy of the function's role; give name prefixes that no other secrets have, for example ["influxdb/acme/","influxdb/umbrella/"]]
    `);
    const secretPrefixes = ['influxdb/acme/', 'influxdb/umbrella/'];
    expect(resourcesOf(aRotation({ configuration, secretPrefixes }))).toMatchInlineSnapshot(`
      [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/*",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/umbrella/*",
      ]
    `);
  });

  it('is refused where a prefix does not cover a secret, or covers all', () => {
    expect(() => aRotation({ secretPrefixes: ['influxdb/umbrella/'] })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: must cover the secrets of all consumers, but ["influxdb/umbrella/"] does not cover influxdb/acme/telegraf, influxdb/acme/grafana]
    `);
    expect(() => aRotation({ secretPrefixes: [''] })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: must not contain "", which would cover every secret of the account]
    `);
  });

  it('is granted by ARN where the configuration has one, with or without its last six characters', () => {
    const arn = secretArn('influxdb/acme/c');
    const partial = arn.slice(0, -7);
    expect(resourcesOf(aRotation({ configuration: many(1, () => arn) }))).toEqual([arn]);
    expect(resourcesOf(aRotation({ configuration: many(1, () => partial) }))).toEqual([`${partial}-??????`]);
  });
});
