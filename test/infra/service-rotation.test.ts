import { describe, expect, it } from 'vitest';
import type { RotationConfiguration } from '../../infra/rotation-configuration.ts';
import { ACCOUNT, aConfigurationFile, aRotation, REGION, templateOf } from '../builders/a-rotation.ts';

const arnOf = (name: string) => `:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
const served = (rest: Partial<RotationConfiguration> = {}): RotationConfiguration =>
  aConfigurationFile({ defaults: { rotation: 'secrets-manager' }, ...rest });
const some = (resources: Record<string, unknown>) => JSON.parse(JSON.stringify(Object.values(resources)));

describe('rotation by Secrets Manager', () => {
  it('is nothing, unless a consumer is configured for it', () => {
    const template = templateOf(aRotation());
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  it('is a rotation schedule for each secret, which rotates nothing at the deployment', () => {
    const consumers = served().consumers.map((each) =>
      each.name === 'grafana' ? { ...each, rotateEvery: '10d12h' } : each,
    );
    const template = templateOf(aRotation({ configuration: served({ consumers }) }));
    const [schedule, other, ...rest] = some(template.findResources('AWS::SecretsManager::RotationSchedule'));
    expect(rest).toEqual([]);
    expect(schedule.Properties).toEqual({
      SecretId: 'influxdb/acme/telegraf',
      RotationLambdaARN: { 'Fn::GetAtt': ['RotationFunction8B9BF3C3', 'Arn'] },
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
      RotateImmediatelyOnUpdate: false,
    });
    expect(other.Properties.RotationRules).toEqual({ ScheduleExpression: 'rate(252 hours)' });
    expect(schedule.DependsOn).toEqual([expect.stringMatching(/^RotationRotationsPermissiontelegraf/)]);
  });

  it('lets Secrets Manager of this account call the function for these secrets, and gives no other right', () => {
    const template = templateOf(aRotation({ configuration: served() }));
    const permissions = some(template.findResources('AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(2);
    expect(permissions[0].Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['RotationFunction8B9BF3C3', 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ACCOUNT,
      SourceArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, arnOf('influxdb/acme/telegraf-??????')]] },
    });
    const role = (of: typeof template) => of.findResources('AWS::IAM::Role');
    expect(role(template)).toEqual(role(templateOf(aRotation())));
  });

  it('is one permission for each prefix, where there are many secrets', () => {
    const consumers = Array.from({ length: 60 }, (_, index) => {
      return { name: `c${index}`, secret: `influxdb/acme/c${index}`, owner: 'svc', read: ['telemetry'] };
    });
    const configuration = served({ consumers });
    expect(() => aRotation({ configuration })).toThrow(
      /secretPrefixes: must be given.*of those 50 fit \(there are 60\)/,
    );
    const template = templateOf(aRotation({ configuration, secretPrefixes: ['influxdb/acme/'] }));
    const permissions = some(template.findResources('AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(1);
    expect(JSON.stringify(permissions[0].Properties.SourceArn)).toContain(`${arnOf('influxdb/acme/')}*`);
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 60);
  });

  it.each([
    [
      'a retired consumer',
      { configuration: served({ consumers: served().consumers.map((each) => ({ ...each, retired: true })) }) },
    ],
    ['a deployment that only plans', { configuration: served(), mode: 'plan' as const }],
    ['a configuration that only plans', { configuration: served({ mode: 'plan' }) }],
  ])('is not for %s', (_name, props) => {
    templateOf(aRotation(props)).resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
  });

  it('comes after the secrets that the stack creates', () => {
    const template = templateOf(aRotation({ configuration: served(), createSecrets: true }));
    const [schedule] = some(template.findResources('AWS::SecretsManager::RotationSchedule'));
    expect(schedule.DependsOn).toContain('RotationSecretstelegrafCFC195F0');
  });
});
