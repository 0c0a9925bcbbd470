import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../../infra/metrics.ts';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { ACCOUNT, aConfigurationFile, aRotation, aStack, KEY_ARN, REGION, templateOf } from './a-rotation.ts';

let rotation: TokenRotation;
let template: Template;
let everything: Template;
beforeAll(() => {
  rotation = aRotation();
  template = templateOf(rotation);
  const stack = aStack();
  everything = templateOf(
    aRotation(
      {
        createSecrets: true,
        encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
        alarmTopic: Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`),
        permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'),
        vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
          vpcId: 'vpc-0a1b2c3d',
          availabilityZones: ['a'],
          privateSubnetIds: ['subnet-0a1b2c3d'],
        }),
        dashboard: true,
        tracing: true,
        memorySize: 512,
        reservedConcurrentExecutions: 1,
        scheduleEnabled: false,
        flexibleWindow: Duration.minutes(0),
      },
      stack,
    ),
  );
});

/** The folder that is uploaded as the function's code. */
function codeOf(of: TokenRotation): string {
  const { outdir } = Stack.of(of).node.root as unknown as { readonly outdir: string };
  templateOf(of);
  const [asset] = readdirSync(outdir).filter(
    (name) => name.startsWith('asset.') && existsSync(join(outdir, name, 'rotation.json')),
  );
  return join(outdir, asset ?? '');
}

describe('the logical ids', () => {
  const idsOf = (of: Template) =>
    Object.entries(of.toJSON().Resources as Record<string, { readonly Type: string }>)
      .map(([id, { Type }]) => `${id}: ${Type}`)
      .toSorted();

  it('are these: another id is another resource, which breaks what is deployed', () => {
    expect(idsOf(template)).toMatchInlineSnapshot(`
      [
        "RotationAlarmsConsumerBlocked968E7DBD: AWS::CloudWatch::Alarm",
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
        "RotationDashboardD6E3280A: AWS::CloudWatch::Dashboard",
        "RotationFunctionSecurityGroupAF2D36BD: AWS::EC2::SecurityGroup",
        "RotationRoleDefaultPolicy6BCAC460: AWS::IAM::Policy",
        "RotationSecretsgrafana3B1E418D: AWS::SecretsManager::Secret",
        "RotationSecretstelegrafCFC195F0: AWS::SecretsManager::Secret",
      ]
    `);
  });
});

describe('the function', () => {
  it('is what the configuration says, with no environment', () => {
    const [handler] = Object.values(template.findResources('AWS::Lambda::Function'));
    const { Code: _code, Role: _role, LoggingConfig: _logging, ...rest } = handler?.Properties ?? {};
    expect(rest).toMatchInlineSnapshot(`
      {
        "Architectures": [
          "arm64",
        ],
        "Description": "Rotates the InfluxDB tokens of prod",
        "Handler": "index.handler",
        "MemorySize": 256,
        "Runtime": "nodejs24.x",
        "Timeout": 900,
      }
    `);
  });

  it('has options', () => {
    everything.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 512,
      ReservedConcurrentExecutions: 1,
      TracingConfig: { Mode: 'Active' },
      VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: [Match.anyValue()] },
    });
  });

  it('is the built handler with the configuration beside it, and nothing else', () => {
    const folder = codeOf(rotation);
    expect(readdirSync(folder)).toEqual(['index.js', 'rotation.json']);
    expect(JSON.parse(readFileSync(join(folder, 'rotation.json'), 'utf8'))).toEqual(aConfigurationFile());
  });

  it('only plans where the construct says so', () => {
    const folder = codeOf(aRotation({ configuration: 'rotation.json', mode: 'plan' }));
    expect(JSON.parse(readFileSync(join(folder, 'rotation.json'), 'utf8'))).toEqual({
      ...JSON.parse(readFileSync('rotation.json', 'utf8')),
      mode: 'plan',
    });
  });

  it('is not retried, and tells a queue when it failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('FailedRuns'), 'Arn'] } },
      },
    });
  });

  it('has a log that is kept for three months, also when the stack is gone', () => {
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Retain' });
  });
});

describe('the schedule', () => {
  const scheduleOf = (of: Template) => Object.values(of.findResources('AWS::Scheduler::Schedule'))[0]?.Properties;

  it('runs the function every hour', () => {
    const { Target, ...rest } = scheduleOf(template);
    expect(rest).toMatchInlineSnapshot(`
      {
        "Description": "Runs the rotation of InfluxDB tokens",
        "FlexibleTimeWindow": {
          "MaximumWindowInMinutes": 15,
          "Mode": "FLEXIBLE",
        },
        "ScheduleExpression": "rate(1 hour)",
        "ScheduleExpressionTimezone": "Etc/UTC",
        "State": "ENABLED",
      }
    `);
    expect(Target).toMatchObject({
      Input: '{"action":"run"}',
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining('LostSchedules'), 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
    });
  });

  it('can be off, and exact', () => {
    expect(scheduleOf(everything)).toMatchObject({ State: 'DISABLED', FlexibleTimeWindow: { Mode: 'OFF' } });
  });

  it.each([
    ['1m', 'rate(1 minute)', { Mode: 'OFF' }],
    ['20m', 'rate(20 minutes)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 }],
    ['6h', 'rate(6 hours)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 }],
    ['3d', 'rate(3 days)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 }],
  ])('of %s is %s', (schedule, expression, window) => {
    const other = scheduleOf(templateOf(aRotation({ configuration: aConfigurationFile({ schedule }) })));
    expect(other).toMatchObject({ ScheduleExpression: expression, FlexibleTimeWindow: window });
  });

  it('has a role that may run this function and report to its queue', () => {
    const roles = Object.entries(template.findResources('AWS::IAM::Role'));
    const role = roles.find(([id]) => id.includes('ScheduleRole'))?.[1];
    expect(role?.Properties.Policies[0].PolicyDocument.Statement).toMatchInlineSnapshot(`
      [
        {
          "Action": "lambda:InvokeFunction",
          "Effect": "Allow",
          "Resource": {
            "Fn::GetAtt": [
              "RotationFunction8B9BF3C3",
              "Arn",
            ],
          },
          "Sid": "Run",
        },
        {
          "Action": "sqs:SendMessage",
          "Effect": "Allow",
          "Resource": {
            "Fn::GetAtt": [
              "RotationLostSchedules6BB8E26B",
              "Arn",
            ],
          },
          "Sid": "Report",
        },
      ]
    `);
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });
});

describe('the alarms', () => {
  interface AlarmProperties {
    readonly MetricName: string;
    readonly Statistic: string;
    readonly Period: number;
    readonly EvaluationPeriods: number;
    readonly ComparisonOperator: string;
    readonly Threshold: number;
    readonly TreatMissingData: string;
    readonly AlarmDescription: string;
    readonly AlarmActions?: readonly string[];
    readonly Metrics?: unknown;
  }
  const alarmsOf = (of: Template) =>
    Object.values(of.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties as AlarmProperties);

  it('are these', () => {
    const lines = alarmsOf(template).map(
      (alarm) =>
        `${alarm.Statistic} of ${alarm.MetricName} ${alarm.ComparisonOperator} ${alarm.Threshold}, ${alarm.EvaluationPeriods} x ${alarm.Period} s, missing: ${alarm.TreatMissingData}`,
    );
    expect(lines).toMatchInlineSnapshot(`
      [
        "Sum of Errors GreaterThanThreshold 0, 1 x 3600 s, missing: notBreaching",
        "Sum of RunsSucceeded LessThanThreshold 1, 2 x 3600 s, missing: breaching",
        "Maximum of TokensOverdue GreaterThanThreshold 0, 1 x 3600 s, missing: ignore",
        "Maximum of ConsumersBlocked GreaterThanThreshold 0, 1 x 3600 s, missing: ignore",
        "Maximum of ApproximateNumberOfMessagesVisible GreaterThanThreshold 0, 1 x 300 s, missing: notBreaching",
        "Maximum of ApproximateNumberOfMessagesVisible GreaterThanThreshold 0, 1 x 300 s, missing: notBreaching",
      ]
    `);
  });

  it('say what happened, what to do, and where the runbook says more', () => {
    expect(alarmsOf(template).map(({ AlarmDescription }) => AlarmDescription)).toMatchInlineSnapshot(`
      [
        "InfluxDB tokens of prod: a run failed, or did not end. What to do: no consumer loses access by it; read the log of that run: "RUN_FAILED", "CONSUMER_FAILED", "A run died" in docs/operations.md.",
        "InfluxDB tokens of prod: no run succeeded for two periods of the schedule, so tokens are not replaced and old ones not ended. What to do: is the schedule enabled, and what does the log say? "Where to look", "A run died" in docs/operations.md.",
        "InfluxDB tokens of prod: live tokens are older than their maxTokenAge. What to do: the notes and reasons of the status say what each waits for: "Where to look", "CONSUMER_WAITING" in docs/operations.md.",
        "InfluxDB tokens of prod: consumers are not rotated until a person decides. What to do: the log says which, why, and what lifts it: "CONSUMER_BLOCKED" in docs/operations.md.",
        "InfluxDB tokens of prod: the queue of failed runs holds messages. What to do: each says when a run failed and why; purge the queue when that is settled: "Messages in a queue" in docs/operations.md.",
        "InfluxDB tokens of prod: the schedule could not start the function. What to do: the messages say why; purge the queue when that is settled: "Messages in a queue" in docs/operations.md.",
      ]
    `);
  });

  it('name only entries that the runbook has', () => {
    const runbook = readFileSync('docs/operations.md', 'utf8');
    const named = alarmsOf(template).flatMap(({ AlarmDescription }) =>
      [...AlarmDescription.matchAll(/"([^"]+)"/g)].map(([, entry]) => entry),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((entry) => !new RegExp(`^##+ ${entry}$`, 'm').test(runbook))).toEqual([]);
  });

  it('need no metric math and no composite alarm, which not every CloudFormation knows', () => {
    expect(alarmsOf(template).filter(({ Metrics }) => Metrics !== undefined)).toEqual([]);
    template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  });

  it('tell the topic, every one', () => {
    expect(alarmsOf(template).flatMap(({ AlarmActions = [] }) => AlarmActions)).toEqual([]);
    expect(alarmsOf(everything).map(({ AlarmActions }) => AlarmActions)).toEqual(
      Array.from({ length: 6 }, () => [`arn:aws:sns:${REGION}:${ACCOUNT}:alarms`]),
    );
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

it('the dashboard shows every metric', () => {
  const [dashboard] = Object.values(everything.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  expect(METRIC_NAMES.filter((name) => !body.includes(name))).toEqual([]);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
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
    expect(rotation.metricRunDuration({ statistic: 'p90' }).statistic).toBe('p90');
  });

  it('grantInvoke lets a principal run the function', () => {
    const stack = aStack();
    const other = aRotation({}, stack);
    other.grantInvoke(new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    templateOf(other).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] },
    });
  });

  it('onFailure adds an action to every alarm', () => {
    const other = aRotation();
    other.onFailure({ bind: () => ({ alarmActionArn: 'arn:aws:sns:eu-central-1:123456789012:more' }) });
    templateOf(other).allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: ['arn:aws:sns:eu-central-1:123456789012:more'],
    });
  });
});

describe('a configuration that cannot be deployed', () => {
  it('is refused with all of its problems at once, CDK tokens among them', () => {
    const stack = aStack();
    const parameter = new CfnParameter(stack, 'Url').valueAsString;
    const file = aConfigurationFile({ schedule: '90s', limits: { lease: '5m' } });
    const [telegraf, ...rest] = file.consumers;
    const consumers = [{ ...telegraf, secret: 'influxdb/x', name: parameter } as (typeof rest)[number], ...rest];
    const configuration = { ...file, influxdb: { ...file.influxdb, url: parameter }, consumers };
    expect(() => aRotation({ configuration }, stack)).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: the configuration has 4 problems:
        influxdb.url: is a CDK token, whose value is known only after the deployment, but the configuration is baked into the function before it: give a literal text, for example the name that you give to the resource yourself
        consumers[0].name: is a CDK token, whose value is known only after the deployment, but the configuration is baked into the function before it: give a literal text, for example the name that you give to the resource yourself
        schedule: must be whole minutes, which is what EventBridge Scheduler counts in, and at most 3d, or no alarm could notice that runs are missing (found "90s")
        limits.lease: must be longer than functionTimeout + requestLife + clockTolerance = 25 minutes, or a token could be swept while its run is alive (is 5 minutes)]
    `);
  });

  it.each([
    [
      'missing.json',
      'missing.json has 1 problem:\n  cannot be read: no such file; give the path of a configuration (cdk: -c config=PATH)',
    ],
    ['README.md', 'README.md has 1 problem:\n  is not JSON: InvalidSymbol at line 1, column 1'],
  ])('%s is refused as a file', (configuration, message) => {
    expect(() => aRotation({ configuration })).toThrow(message);
  });
});
