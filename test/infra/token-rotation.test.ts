import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { beforeAll, describe, expect, it } from 'vitest';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { METRICS, type MetricName } from '../../lambda/log/metrics.ts';
import {
  ACCOUNT,
  aConfigurationFile,
  anApp,
  aRotation,
  aRotationWithEverything,
  aStack,
  REGION,
  templateOf,
} from '../builders/a-rotation.ts';

const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

let rotation: TokenRotation;
let template: Template;
let everything: Template;
beforeAll(() => {
  rotation = aRotation();
  template = templateOf(rotation);
  everything = templateOf(aRotationWithEverything());
});

describe('the logical ids', () => {
  const idsOf = (of: Template) =>
    Object.entries(of.toJSON().Resources as Record<string, { readonly Type: string }>)
      .map(([id, { Type }]) => `${id}: ${Type}`)
      .toSorted();

  it('are these: another id is another resource, which breaks what is deployed', () => {
    expect(idsOf(template)).toMatchInlineSnapshot(`
      [
        "RotationAlarmsConsumerBlocked968E7DBD: AWS::CloudWatch::Alarm",
        "RotationAlarmsConsumerWithoutAccess78CBBC90: AWS::CloudWatch::Alarm",
        "RotationAlarmsCurrentTokenRefusedE839696A: AWS::CloudWatch::Alarm",
        "RotationAlarmsFailedRuns5CBBFDBA: AWS::CloudWatch::Alarm",
        "RotationAlarmsLostSchedulesD2DEA96C: AWS::CloudWatch::Alarm",
        "RotationAlarmsNoSuccessfulRun03A47E2D: AWS::CloudWatch::Alarm",
        "RotationAlarmsRunFailed0F269F52: AWS::CloudWatch::Alarm",
        "RotationAlarmsTokensOverdue10759BA3: AWS::CloudWatch::Alarm",
        "RotationFailedRunsE9CCFE73: AWS::SQS::Queue",
        "RotationFailedRunsPolicyB036EDBC: AWS::SQS::QueuePolicy",
        "RotationFunction8B9BF3C3: AWS::Lambda::Function",
        "RotationFunctionEventInvokeConfig7041DEF7: AWS::Lambda::EventInvokeConfig",
        "RotationLogGroupD93348F6: AWS::Logs::LogGroup",
        "RotationLostSchedules6BB8E26B: AWS::SQS::Queue",
        "RotationLostSchedulesPolicy1D71A320: AWS::SQS::QueuePolicy",
        "RotationRoleC772E8EB: AWS::IAM::Role",
        "RotationSchedule588AFE73: AWS::Scheduler::Schedule",
        "RotationScheduleRole2BE506CD: AWS::IAM::Role",
      ]
    `);
  });

  it('of options are these in addition', () => {
    const least = idsOf(template);
    expect(idsOf(everything).filter((id) => !least.includes(id))).toMatchInlineSnapshot(`
      [
        "RotationConfigRule5216D6C1: AWS::Config::ConfigRule",
        "RotationConfigRulePermissionDD294D82: AWS::Lambda::Permission",
        "RotationDashboardD6E3280A: AWS::CloudWatch::Dashboard",
        "RotationFunctionSecurityGroupAF2D36BD: AWS::EC2::SecurityGroup",
        "RotationRoleDefaultPolicy6BCAC460: AWS::IAM::Policy",
        "RotationSecretsgrafana3B1E418D: AWS::SecretsManager::Secret",
        "RotationSecretstelegrafCFC195F0: AWS::SecretsManager::Secret",
      ]
    `);
  });

  it('are the same without the feature flags that `cdk init` sets, and with them', () => {
    const stack = new Stack(anApp(recommendedFlags), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    expect(idsOf(templateOf(aRotation({}, stack)))).toEqual(idsOf(template));
  });
});

it('a secret of the stack has no value, is kept when it is removed, and uses the given key', () => {
  const secrets = Object.values(everything.findResources('AWS::SecretsManager::Secret'));
  expect(secrets[0]).toMatchInlineSnapshot(`
    {
      "DeletionPolicy": "Retain",
      "Properties": {
        "Description": "InfluxDB API token of telegraf, rotated by influxdb-token-rotation",
        "KmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000000",
        "Name": "influxdb/acme/telegraf",
      },
      "Type": "AWS::SecretsManager::Secret",
      "UpdateReplacePolicy": "Retain",
    }
  `);
  expect(secrets).toHaveLength(2);
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
});

it('a consumer more, and one less again, changes nothing but its own secret', () => {
  const file = aConfigurationFile();
  const resourcesOf = (consumers: typeof file.consumers) =>
    templateOf(aRotation({ configuration: { ...file, consumers }, createSecrets: true })).toJSON().Resources;
  const fewer = resourcesOf(file.consumers.slice(0, 1));
  const more = resourcesOf(file.consumers);
  const secret = 'RotationSecretsgrafana3B1E418D';
  expect(Object.keys(more).filter((id) => !(id in fewer))).toEqual([secret]);
  expect(Object.keys(fewer).filter((id) => !(id in more))).toEqual([]);
  expect(more[secret].DeletionPolicy).toBe('Retain');
});

it('both roles have the permissions boundary', () => {
  everything.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: Match.anyValue() });
});

it('an option that is undefined is the same as one that is not given', () => {
  const options = [
    'mode',
    'secretPrefixes',
    'encryptionKey',
    'eventBus',
    'newsTopic',
    'configRule',
    'vpc',
    'vpcSubnets',
    'securityGroups',
    'memorySize',
  ];
  options.push('reservedConcurrentExecutions', 'tracing', 'logRetention', 'scheduleEnabled', 'flexibleWindow');
  options.push('runbookUrl', 'createSecrets', 'alarmTopic', 'dashboard', 'permissionsBoundary');
  const undefinedOptions = Object.fromEntries(options.map((option) => [option, undefined]));
  expect(templateOf(aRotation(undefinedOptions)).toJSON()).toEqual(template.toJSON());
  const undefinedMetric = { statistic: undefined, period: undefined, label: undefined } as object;
  expect(rotation.metricOldestTokenAge(undefinedMetric)).toEqual(rotation.metricOldestTokenAge());
});

describe('the methods', () => {
  it('metric… give every metric, by deployment', () => {
    const metrics = METRIC_NAMES.map((name) => rotation[`metric${name}`]());
    expect(metrics.map(({ metricName }) => metricName)).toEqual(METRIC_NAMES);
    expect(metrics[0]).toMatchObject({
      namespace: 'InfluxdbTokenRotation',
      dimensions: { deployment: 'prod', service: 'influxdb-token-rotation' },
    });
    expect(metrics[0]?.period.toHours()).toBe(1);
    expect(rotation.metricOldestTokenAge({ statistic: 'p90' }).statistic).toBe('p90');
  });

  it('grantOperate lets a principal ask for everything', () => {
    const stack = aStack();
    const other = aRotation({}, stack);
    other.grantOperate(new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    templateOf(other).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'lambda:InvokeFunction' })]) },
    });
    templateOf(other).resourceCountIs('AWS::Lambda::Alias', 0);
  });

  it('grantStatus lets a principal invoke the alias through which nothing is written, and not the function', () => {
    const stack = aStack();
    const other = aRotation({}, stack);
    for (const name of ['Auditor', 'Dashboard'])
      other.grantStatus(new Role(stack, name, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    const template = templateOf(other);
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'read-only', FunctionVersion: '$LATEST' });
    const [alias = ''] = Object.keys(template.findResources('AWS::Lambda::Alias'));
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies)
      expect(
        Properties.PolicyDocument.Statement.filter(
          ({ Action }: { Action: string }) => Action === 'lambda:InvokeFunction',
        ),
      ).toEqual([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { Ref: alias } }]);
  });
});
