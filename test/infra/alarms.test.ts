import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { aRotation, aRotationWithEverything, TOPIC_ARN, templateOf } from '../builders/a-rotation.ts';

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
        "InfluxDB tokens of prod: a run failed, or did not finish. What to do: no consumer loses access because of it; read the log of that run: "RUN_FAILED", "CONSUMER_FAILED", "A run died" in docs/operations.md.",
        "InfluxDB tokens of prod: no run succeeded for two periods of the schedule, so tokens are not replaced, and old ones are not ended. What to do: check that the schedule is enabled, and read the log: "Where to look", "A run died" in docs/operations.md.",
        "InfluxDB tokens of prod: live tokens are older than their maxTokenAge. What to do: the notes and reasons in the status say what each of them waits for: "Where to look", "CONSUMER_WAITING" in docs/operations.md.",
        "InfluxDB tokens of prod: consumers have no working token. What to do: their reasons in the status say why: "A consumer has no access" in docs/operations.md.",
        "InfluxDB tokens of prod: consumers are not rotated until a person decides. What to do: the log says which, why, and what to change: "CONSUMER_BLOCKED" in docs/operations.md.",
        "InfluxDB tokens of prod: InfluxDB refuses tokens that applications use, though their authorizations are active. What to do: activate the user that owns them, or delete the authorization to have it replaced: "CurrentTokenRefused" in docs/operations.md.",
        "InfluxDB tokens of prod: the queue of failed runs holds messages. What to do: each message says when a run failed and why; purge the queue when the cause is removed: "Messages in a queue" in docs/operations.md.",
        "InfluxDB tokens of prod: the schedule could not start the function. What to do: the messages say why; purge the queue when the cause is removed: "Messages in a queue" in docs/operations.md.",
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
