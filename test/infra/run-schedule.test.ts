import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { aConfigurationFile, aRotation, templateOf } from '../builders/a-rotation.ts';

let template: Template;
beforeAll(() => {
  template = templateOf(aRotation());
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
    const off = templateOf(aRotation({ scheduleEnabled: false, flexibleWindow: Duration.minutes(0) }));
    expect(scheduleOf(off)).toMatchObject({ State: 'DISABLED', FlexibleTimeWindow: { Mode: 'OFF' } });
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
