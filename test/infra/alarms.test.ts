import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  aConfigurationFile,
  aRotation,
  aRotationWithEverything,
  TOPIC_ARN,
  templateOf,
} from '../builders/a-rotation.ts';

let template: Template;
beforeAll(() => {
  template = templateOf(aRotation());
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
    readonly OKActions?: readonly string[];
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
        "Maximum of ConsumersWithoutAccess GreaterThanThreshold 0, 1 x 3600 s, missing: ignore",
        "Maximum of ConsumersBlocked GreaterThanThreshold 0, 1 x 3600 s, missing: ignore",
        "Maximum of CurrentTokensRefused GreaterThanThreshold 0, 24 x 3600 s, missing: ignore",
        "Maximum of ApproximateNumberOfMessagesVisible GreaterThanThreshold 0, 1 x 300 s, missing: notBreaching",
        "Maximum of ApproximateNumberOfMessagesVisible GreaterThanThreshold 0, 1 x 300 s, missing: notBreaching",
      ]
    `);
  });

  it('are one more where evidence is kept', () => {
    const more = alarmsOf(templateOf(aRotation({ evidence: true }))).filter(
      ({ MetricName }) => MetricName === 'EvidenceFailed',
    );
    expect(more).toMatchObject([{ Threshold: 0, EvaluationPeriods: 1, TreatMissingData: 'ignore' }]);
  });

  it('say what happened, what to do, and where the runbook says more', () => {
    expect(alarmsOf(template).map(({ AlarmDescription }) => AlarmDescription)).toMatchInlineSnapshot(`
      [
        "InfluxDB tokens of prod: a run failed, or did not finish. Nobody loses access because of it, and the next run tries again. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#runfailed",
        "InfluxDB tokens of prod: no run succeeded for two periods of the schedule, so tokens are not replaced, and old ones are not ended. Tokens that work go on working, so there are days to mend it. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#nosuccessfulrun",
        "InfluxDB tokens of prod: live tokens are older than their maxTokenAge. They work: this is about your policy, and no outage. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#tokensoverdue",
        "InfluxDB tokens of prod: consumers have no working token. Urgent: whoever reads their secrets is refused. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#consumerwithoutaccess",
        "InfluxDB tokens of prod: consumers are not rotated until a person decides. Their tokens are left as they are. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#consumerblocked",
        "InfluxDB tokens of prod: InfluxDB refuses tokens that applications use, though their authorizations are active. Urgent: these applications are refused. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#currenttokenrefused",
        "InfluxDB tokens of prod: the queue of failed runs holds messages. Nobody loses access because of it. It lasts until the queue is empty. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#failedruns",
        "InfluxDB tokens of prod: the schedule could not start the function. Nobody loses access because of it. It lasts until the queue is empty. See what is wrong: npx influxdb-token-rotation status. What to do: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#lostschedules",
      ]
    `);
  });

  it('link to a copy of the runbook that somebody names', () => {
    const runbookUrl = 'https://wiki.example.com/tokens';
    const links = alarmsOf(templateOf(aRotation({ runbookUrl, evidence: true }))).map(
      ({ AlarmDescription }) => AlarmDescription.split('#')[0],
    );
    expect(links).toHaveLength(9);
    expect(links.filter((link) => !link?.endsWith(` ${runbookUrl}`))).toEqual([]);
  });

  it('have descriptions that CloudWatch takes, with the longest names and addresses', () => {
    const runbookUrl = `https://${'a'.repeat(492)}`;
    const configuration = aConfigurationFile({ deployment: 'd'.repeat(64) });
    const all = alarmsOf(templateOf(aRotation({ configuration, runbookUrl, evidence: true })));
    expect(all.filter(({ AlarmDescription }) => AlarmDescription.length > 1024)).toEqual([]);
    expect(all).toHaveLength(9);
  });

  it('need no metric math and no composite alarm, which not every CloudFormation knows', () => {
    expect(alarmsOf(template).filter(({ Metrics }) => Metrics !== undefined)).toEqual([]);
    template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  });

  it('tell the topic, every one, when they go off and when they are over', () => {
    const told = (of: Template) => alarmsOf(of).map(({ AlarmActions, OKActions }) => [AlarmActions, OKActions]);
    expect(told(template)).toEqual(Array(8).fill([undefined, undefined]));
    expect(told(templateOf(aRotationWithEverything()))).toEqual(Array(8).fill([[TOPIC_ARN], [TOPIC_ARN]]));
  });

  it('do not miss runs where no schedule is to make any', () => {
    const off = alarmsOf(templateOf(aRotation({ scheduleEnabled: false }))).map(({ MetricName }) => MetricName);
    expect(off).toHaveLength(7);
    expect(off).not.toContain('RunsSucceeded');
  });

  it('do another thing by onFailure when they go off, and only then', () => {
    const rotation = aRotation();
    rotation.onFailure({ bind: () => ({ alarmActionArn: TOPIC_ARN }) });
    const told = alarmsOf(templateOf(rotation)).map(({ AlarmActions, OKActions }) => [AlarmActions, OKActions]);
    expect(told).toEqual(Array(8).fill([[TOPIC_ARN], undefined]));
  });
});
