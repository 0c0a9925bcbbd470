import { stripTypeScriptTypes } from 'node:module';
import { Stack as CdkStack, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenRotation } from '../../infra/token-rotation.ts';
import type { ReceivedEvent } from '../../local/eventbridge/server.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { aConfigurationFile, aStack } from '../builders/a-rotation.ts';
import { Scene } from '../builders/a-scene.ts';
import { type EventPattern, matches } from '../builders/event-pattern.ts';
import { blocksOf } from './blocks.ts';

const PAGE = 'docs/consumers.md';

/** What the fragments of the pages take for granted: the names that they use, and what stands around them. */
const NAMES = {
  // A target is named like the bus itself.
  ...{ ...targets, ...codebuild, ...events, ...iam, CfnAccessEntry: eks.CfnAccessEntry },
  TokenRotation: class extends TokenRotation {
    constructor(scope: Stack, id: string, props: { readonly eventBus: events.IEventBus }) {
      super(scope, id, { ...props, configuration: aConfigurationFile() });
    }
  },
  service: { serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/monitoring/grafana' },
};

/** The template of a stack in which this code stands. */
function synthesized(code: string): Template {
  const stack = aStack();
  const names = code.includes('const bus =')
    ? NAMES
    : { ...NAMES, bus: events.EventBus.fromEventBusName(stack, 'Tokens', 'tokens') };
  const body = stripTypeScriptTypes(code);
  new Function(...Object.keys(names), body).call(stack, ...Object.values(names));
  return Template.fromStack(CdkStack.of(stack));
}

describe('the rule of', () => {
  const fragments = ['docs/events.md', PAGE].flatMap((page) =>
    blocksOf(page)
      .filter(({ language }) => language === 'ts')
      .map(({ heading, text }) => [`${page}, ${heading}`, text] as const),
  );
  let scene: Scene;
  let told: readonly ReceivedEvent[];
  beforeAll(async () => {
    const consumers = ['telegraf', 'grafana', 'loader', 'other'].map((name) => aConsumer({ name }));
    scene = await Scene.open({ configuration: aConfiguration(consumers, { events: { bus: 'tokens' } }) });
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    for (let hours = 0; hours < 26; hours += 1) {
      await scene.run();
      scene.world.clock.advance(HOUR);
    }
    told = scene.world.eventBridge.events;
  });
  afterAll(() => scene?.close());

  it.each(fragments)('%s is synthesized, and gets the promotions of its consumer and nothing else', (_name, code) => {
    const rules = Object.values(synthesized(code).findResources('AWS::Events::Rule')) as {
      readonly Properties: { readonly EventPattern?: EventPattern; readonly Targets?: readonly object[] };
    }[];
    // The schedule of a rotation has no pattern.
    const [{ EventPattern: pattern = {}, Targets = [] } = {}, ...others] = rules
      .map(({ Properties }) => Properties)
      .filter((each) => each.EventPattern !== undefined);
    expect([others, Targets.length]).toEqual([[], 1]);
    const got = told.filter((event) => matches(pattern, { ...event }));
    const [first] = got;
    const own = told.filter(
      (event) => event['detail-type'] === 'InfluxDB Token Promoted' && event.detail.consumer === first?.detail.consumer,
    );
    expect(got).toEqual(own);
    // At the first promotion and at the second, and each once more.
    expect(got.map(({ detail }) => detail.repeated)).toEqual([false, false, true]);
    expect(new Set(told.map((event) => event['detail-type'])).size).toBe(2);
  });

  it.each(
    ['docs/events.md', PAGE].flatMap((page) =>
      blocksOf(page)
        .filter(({ language, text }) => language === 'json' && text.includes('"detail-type": ['))
        .map(({ text }) => [page, text] as const),
    ),
  )('%s that is shown as a pattern gets the promotions of its consumer, too', (_page, text) => {
    const got = told.filter((event) => matches(JSON.parse(text), { ...event }));
    expect(new Set(got.map(({ detail }) => detail.consumer)).size).toBe(1);
    expect(got).toHaveLength(3);
  });
});
