import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { describe, expect, it } from 'vitest';
import type { TokenRotationProps } from '../../infra/token-rotation.ts';
import { isAllowed, statementsOf } from '../builders/a-role.ts';
import { ACCOUNT, aConfigurationFile, aRotation, aStack, REGION, templateOf } from '../builders/a-rotation.ts';

const arnOf = (name: string, account = ACCOUNT) => `arn:aws:events:${REGION}:${account}:event-bus/${name}`;
const put = (resource: string) => ({ action: 'events:PutEvents', resource });
const named = (bus: string) => ({ configuration: aConfigurationFile({ events: { bus } }) });

/** The ids and properties of the function and its statements that have to do with a bus. */
function aboutBus(stack: Stack): unknown {
  const resources = Template.fromStack(stack).toJSON().Resources as Record<
    string,
    { Type: string; Properties: object }
  >;
  const text = JSON.stringify(resources);
  return [text.includes('events:PutEvents'), text.includes('EVENT_BUS')];
}

describe('without a bus', () => {
  it('there is no right to send events, and no variable', () => {
    expect(aboutBus(Stack.of(aRotation()))).toEqual([false, false]);
  });
});

describe.each<[string, Partial<TokenRotationProps> | ((stack: Stack) => Partial<TokenRotationProps>), string]>([
  ['that the configuration names', named('tokens'), arnOf('tokens')],
  ["that is the account's own", named('default'), arnOf('default')],
  ['of another account, by its ARN', named(arnOf('tokens', '210987654321')), arnOf('tokens', '210987654321')],
  [
    'that the construct is given by its name',
    (stack) => ({ eventBus: EventBus.fromEventBusName(stack, 'Bus', 'tokens') }),
    arnOf('tokens'),
  ],
])('a bus %s', (_name, given, arn) => {
  const stack = aStack();
  const statements = statementsOf(aRotation(typeof given === 'function' ? given(stack) : given, stack));

  it('is the only one that may be told, and nothing else may be done with it', async () => {
    expect(statements.filter(({ Sid }) => Sid === 'TellApplications')).toEqual([
      { Sid: 'TellApplications', Effect: 'Allow', Action: 'events:PutEvents', Resource: arn },
    ]);
    expect(await isAllowed(statements, put(arn))).toBe(true);
    expect(await isAllowed(statements, put(arnOf('others')))).toBe(false);
    expect(await isAllowed(statements, { action: 'events:DeleteEventBus', resource: arn })).toBe(false);
  });
});

it('a bus of the same stack is told, though only CloudFormation knows its ARN', () => {
  const stack = aStack();
  const eventBus = new EventBus(stack, 'Tokens');
  const { Resources } = templateOf(aRotation({ eventBus }, stack)).toJSON();
  const bus = { 'Fn::GetAtt': [stack.getLogicalId(eventBus.node.defaultChild as never), 'Arn'] };
  const properties = Object.values(Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Properties.Environment);
  expect(properties).toEqual([{ Variables: { EVENT_BUS: bus } }]);
  const text = JSON.stringify(Resources);
  expect(text).toContain(JSON.stringify({ Action: 'events:PutEvents', Effect: 'Allow', Resource: bus }).slice(1, -1));
});
