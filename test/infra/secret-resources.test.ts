import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { isAllowed, policiesOf, type Statement, secretArn, statementsOf } from '../builders/a-role.ts';
import { aConfigurationFile, aRotation, aStack, aVpc, KEY_ARN, templateOf } from '../builders/a-rotation.ts';

describe('access to secrets', () => {
  const many = (count: number, name: (index: number) => string, created = 0) => ({
    ...aConfigurationFile(),
    consumers: Array.from({ length: count }, (_, index) => ({
      name: `c${index}`,
      secret: name(index),
      owner: 'svc',
      read: ['telemetry'],
      createSecret: index < created,
    })),
  });
  /** What any of the policies allows this action on, each time that it does. */
  const resourcesWith = (action: string, policies: readonly Statement[][]) =>
    policies
      .flat()
      .filter(({ Action, Sid }) => [Action].flat().includes(action) && Sid !== 'RotateOwnToken')
      .flatMap(({ Resource }) => Resource)
      .toSorted();
  const resourcesOf = (rotation: TokenRotation) =>
    [statementsOf(rotation).find(({ Sid }) => Sid === 'RotateSecrets')?.Resource].flat();

  it('is granted by name while there is room, and the policy stays within the quota of IAM', () => {
    const statements = statementsOf(aRotation({ configuration: many(80, (index) => `influxdb/acme/c${index}`) }));
    expect(JSON.stringify(statements).length).toBeLessThan(10_240);
  });

  const ordinary = (index: number) => `influxdb/acme/c${`${index}`.padStart(4, '0')}`;

  // The most that fits, by names of 19 characters, where ARNs are longest.
  it.each([
    { count: 86, created: 0, managed: 0 },
    { count: 87, created: 0, managed: 1 },
    { count: 686, created: 0, managed: 10 },
    { count: 21, created: 21, managed: 0 },
    { count: 22, created: 22, managed: 1 },
    { count: 321, created: 321, managed: 10 },
    { count: 400, created: 100, managed: 8 },
  ])(
    'is granted by name in managed policies, too: $count, of which $created may be created',
    ({ count, created, managed }) => {
      const rotation = aRotation({ configuration: many(count, ordinary, created) });
      const template = templateOf(rotation);
      const parts = policiesOf(rotation, template);
      const policies = [parts.inRole, ...parts.managed];
      expect(policies.length - 1).toBe(managed);
      const all = Array.from({ length: count }, (_, index) => secretArn(ordinary(index), '-??????'));
      const toCreate = all.slice(0, created).flatMap((arn) => [arn, arn.slice(0, -7)]);
      const rotated = [...all, ...toCreate.filter((arn) => !arn.endsWith('?'))];
      expect(resourcesWith('secretsmanager:PutSecretValue', policies)).toEqual(rotated.toSorted());
      expect(resourcesWith('secretsmanager:CreateSecret', policies)).toEqual(toCreate.toSorted());
      for (const [index, statements] of policies.entries()) {
        const atLongest = JSON.stringify({ Version: '2012-10-17', Statement: statements }).replaceAll(
          'arn:aws:secretsmanager:eu-central-1',
          'arn:aws-us-gov:secretsmanager:us-gov-west-1',
        );
        expect(atLongest.length).toBeLessThan(index === 0 ? 10_240 : 6144);
      }
      expect(JSON.stringify(template.toJSON(), undefined, 1).length).toBeLessThan(500_000);
    },
  );

  it('leaves room in the role for whatever else is asked for', () => {
    const stack = aStack();
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const file = many(100, ordinary);
    const rotation = aRotation(
      {
        configuration: { ...file, securityHub: true, influxdb: { ...file.influxdb, self: {} } },
        ...{ encryptionKey, configRule: true, tracing: true, vpc: aVpc(stack), evidence: { encryptionKey } },
        newsTopic: new Topic(stack, 'Topic', { masterKey: encryptionKey }),
        eventBus: EventBus.fromEventBusName(stack, 'Bus', 'tokens'),
      },
      stack,
    );
    const { inRole, managed } = policiesOf(rotation);
    const text = JSON.stringify(inRole);
    // The names of what CloudFormation makes, and X-Ray.
    const more = 150 * (text.split(/failed-runs|the-log|"Ref"|"aws\/prod/).length - 1) + 200;
    expect([inRole.length, managed.length]).toEqual([19, 1]);
    expect(text.replaceAll('arn:aws:', 'arn:aws-us-gov:').length + more).toBeLessThan(10_240);
  });

  it('needs prefixes when the names do not fit into all of these', () => {
    const configuration = many(700, (index) => `influxdb/${index % 2 === 0 ? 'acme' : 'umbrella'}/c${index}`);
    expect(() => aRotation({ configuration })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the deployment has 1 problem:
        secretPrefixes: is missing: 700 secrets, one by one, do not fit into the function's role and the 10 managed policies that IAM allows it (11 would be needed); give name prefixes that no other secrets have, for example ["influxdb/acme/","influxdb/umbrella/"]]
    `);
    const secretPrefixes = ['influxdb/acme/', 'influxdb/umbrella/'];
    expect(resourcesOf(aRotation({ configuration, secretPrefixes }))).toMatchInlineSnapshot(`
      [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/*",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/umbrella/*",
      ]
    `);
  });

  it('is the same in a managed policy as in the role, and no more', async () => {
    const configuration = many(200, ordinary, 100);
    const rotation = aRotation({ configuration });
    const statements = policiesOf(rotation).managed.flat();
    const may = (operation: string, name: string, suffix?: string) =>
      isAllowed(statements, { action: `secretsmanager:${operation}`, resource: secretArn(name, suffix) });
    for (const operation of ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage']) {
      expect(await may(operation, ordinary(99))).toBe(true);
      expect(await may(operation, ordinary(199))).toBe(true);
      expect(await may(operation, `${ordinary(199)}-admin`)).toBe(false);
    }
    expect(await may('DescribeSecret', ordinary(99), '')).toBe(true);
    expect(await may('CreateSecret', ordinary(99), '')).toBe(true);
    expect(await may('CreateSecret', ordinary(199), '')).toBe(false);
    expect(await may('DeleteSecret', ordinary(99))).toBe(false);
    expect(await may('GetSecretValue', 'influxdb/rotator')).toBe(false);
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
