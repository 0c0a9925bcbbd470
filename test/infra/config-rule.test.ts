import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { isAllowed, statementsOf } from '../builders/a-role.ts';
import { ACCOUNT, aRotation, REGION, templateOf } from '../builders/a-rotation.ts';

const rotation = aRotation({ configRule: true });
const template = templateOf(rotation);
const without = templateOf(aRotation());
const put = { action: 'config:PutEvaluations', resource: '*' };

describe('without the option', () => {
  it('there is no rule, no right, and nobody else may invoke the function', async () => {
    without.resourceCountIs('AWS::Config::ConfigRule', 0);
    without.resourceCountIs('AWS::Lambda::Permission', 0);
    expect(await isAllowed(statementsOf(aRotation()), put)).toBe(false);
  });

  it('all the rest of the template is the same', () => {
    const { Resources } = template.toJSON();
    const others = Object.fromEntries(
      Object.entries<{ Type: string }>(Resources).filter(
        ([, { Type }]) => Type !== 'AWS::Config::ConfigRule' && Type !== 'AWS::Lambda::Permission',
      ),
    );
    const asBefore = JSON.parse(
      JSON.stringify(others, (_, value) =>
        Array.isArray(value) ? value.filter((each) => each?.Sid !== 'AnswerConfigRule') : value,
      ),
    );
    expect(exceptCode(asBefore)).toEqual(exceptCode(without.toJSON().Resources));
  });
});

describe('with it', () => {
  it('AWS Config asks the function once a day, and it may do so before there is a rule', () => {
    const [permission = ''] = Object.keys(template.findResources('AWS::Lambda::Permission'));
    const [handler] = Object.keys(template.findResources('AWS::Lambda::Function'));
    template.hasResource('AWS::Config::ConfigRule', {
      DependsOn: [permission],
      Properties: {
        Source: {
          Owner: 'CUSTOM_LAMBDA',
          SourceIdentifier: { 'Fn::GetAtt': [handler, 'Arn'] },
          SourceDetails: [
            {
              EventSource: 'aws.config',
              MessageType: 'ScheduledNotification',
              MaximumExecutionFrequency: 'TwentyFour_Hours',
            },
          ],
        },
      },
    });
  });

  it('only AWS Config of this account may invoke the function', () => {
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'config.amazonaws.com',
      SourceAccount: ACCOUNT,
    });
  });

  it('the role may give the answer, and do nothing else in AWS Config', async () => {
    const statements = statementsOf(aRotation({ configRule: true }));
    expect(await isAllowed(statements, put)).toBe(true);
    const rule = `arn:aws:config:${REGION}:${ACCOUNT}:config-rule/config-rule-a`;
    for (const action of ['config:PutConfigRule', 'config:DeleteConfigRule', 'config:DeleteEvaluationResults'])
      expect(await isAllowed(statements, { action, resource: rule })).toBe(false);
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });
});

/** The function's code has one file more. */
function exceptCode(resources: object): object {
  return JSON.parse(JSON.stringify(resources), (key, value) => (key === 'S3Key' ? undefined : value));
}
