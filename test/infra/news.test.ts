import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import type { TokenRotation, TokenRotationProps } from '../../infra/token-rotation.ts';
import { isAllowed, type Statement, statementsOf } from '../builders/a-role.ts';
import { ACCOUNT, aConfigurationFile, aRotation, aStack, KEY_ARN, REGION, templateOf } from '../builders/a-rotation.ts';

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:people`;
const PRODUCT = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;
const LOG = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:the-log:*`;

const SIDS = ['TellPeople', 'UseKeyOfTopic', 'ReportFindings', 'ReadOwnLog'];
const added = (statements: readonly Statement[]) => statements.filter(({ Sid }) => SIDS.includes(Sid));
const having = (rest: object, props: Partial<TokenRotationProps> = {}, stack = aStack()) =>
  statementsOf(aRotation({ configuration: aConfigurationFile(rest), ...props }, stack));

it('without news and findings, there is no right for them, and no variable', () => {
  const template = JSON.stringify(templateOf(aRotation()).toJSON());
  expect(added(having({}))).toEqual([]);
  expect(template).not.toMatch(/NEWS_TOPIC|sns:Publish|securityhub|FilterLogEvents/);
});

describe('each right is there for what needs it, and for nothing else', () => {
  it('a topic: to publish there, and to read the own log', async () => {
    const statements = having({ news: { topic: TOPIC } });
    expect(added(statements).map(({ Sid, Action, Resource }) => [Sid, Action, Resource])).toEqual([
      ['TellPeople', 'sns:Publish', TOPIC],
      ['ReadOwnLog', 'logs:FilterLogEvents', LOG],
    ]);
    expect(await isAllowed(statements, { action: 'sns:Publish', resource: TOPIC })).toBe(true);
    expect(await isAllowed(statements, { action: 'sns:Publish', resource: TOPIC.replace('people', 'others') })).toBe(
      false,
    );
    expect(await isAllowed(statements, { action: 'sns:Subscribe', resource: TOPIC })).toBe(false);
    expect(
      await isAllowed(statements, { action: 'logs:FilterLogEvents', resource: LOG.replace('the-log', 'another') }),
    ).toBe(false);
  });

  it('Security Hub: to import findings of the own account, and to read the own log', async () => {
    const statements = having({ securityHub: true });
    expect(added(statements).map(({ Sid, Action, Resource }) => [Sid, Action, Resource])).toEqual([
      ['ReportFindings', 'securityhub:BatchImportFindings', PRODUCT],
      ['ReadOwnLog', 'logs:FilterLogEvents', LOG],
    ]);
    const another = { action: 'securityhub:BatchImportFindings', resource: PRODUCT.replace('/default', '/other') };
    expect(await isAllowed(statements, another)).toBe(false);
  });

  it('each is needed: without its statement, its call is refused', async () => {
    const rest = { news: { topic: TOPIC }, securityHub: true };
    const statements = having(rest);
    const calls = [
      ['TellPeople', { action: 'sns:Publish', resource: TOPIC }],
      ['ReportFindings', { action: 'securityhub:BatchImportFindings', resource: PRODUCT }],
      ['ReadOwnLog', { action: 'logs:FilterLogEvents', resource: LOG }],
    ] as const;
    for (const [sid, call] of calls) {
      expect([sid, await isAllowed(statements, call)]).toEqual([sid, true]);
      const without = statements.filter(({ Sid }) => Sid !== sid);
      expect([sid, await isAllowed(without, call)]).toEqual([sid, false]);
    }
  });

  it('news on a bus alone: to read the own log', () => {
    expect(added(having({ news: {}, events: { bus: 'tokens' } })).map(({ Sid }) => Sid)).toEqual(['ReadOwnLog']);
  });
});

it('the function links to a copy of the runbook that somebody names, and gets no variable otherwise', () => {
  const environmentOf = (rotation: TokenRotation) => {
    const functions = templateOf(rotation).findResources('AWS::Lambda::Function');
    return Object.values(functions).map(({ Properties }) => Properties.Environment);
  };
  const runbookUrl = 'https://wiki.example.com/tokens';
  expect(environmentOf(aRotation({ runbookUrl }))).toEqual([{ Variables: { RUNBOOK_URL: runbookUrl } }]);
  expect(environmentOf(aRotation())).toEqual([undefined]);
});

describe('a topic of the construct', () => {
  it('is told, though only CloudFormation knows its ARN', () => {
    const stack = aStack();
    const newsTopic = new Topic(stack, 'People');
    const { Resources } = templateOf(aRotation({ newsTopic }, stack)).toJSON();
    const reference = { Ref: stack.getLogicalId(newsTopic.node.defaultChild as never) };
    const functions = Object.values(
      Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>,
    ).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(functions.map(({ Properties }) => Properties.Environment)).toEqual([
      { Variables: { NEWS_TOPIC: reference } },
    ]);
    const statement = { Action: 'sns:Publish', Effect: 'Allow', Resource: reference };
    expect(JSON.stringify(Resources)).toContain(JSON.stringify(statement).slice(1, -1));
  });

  it('that is encrypted may be written with its key, through SNS only', async () => {
    const stack = aStack();
    const masterKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const newsTopic = Topic.fromTopicAttributes(stack, 'People', { topicArn: TOPIC, keyArn: KEY_ARN });
    expect(newsTopic.masterKey?.keyArn).toBe(masterKey.keyArn);
    const statements = statementsOf(aRotation({ newsTopic }, stack));
    const via = (service: string) => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });
    const use = (service: string) => ({ action: 'kms:GenerateDataKey', resource: KEY_ARN, context: via(service) });
    expect(await isAllowed(statements, use('sns'))).toBe(true);
    expect(await isAllowed(statements, use('secretsmanager'))).toBe(false);
  });
});
