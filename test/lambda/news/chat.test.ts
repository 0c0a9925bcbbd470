import { Ajv } from 'ajv';
import { afterEach, expect, it } from 'vitest';
import { asChat } from '../../../lambda/news/forms.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:people';
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

/** As AWS documents custom notifications: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
const isNotification = new Ajv({ strict: true }).compile({
  type: 'object',
  additionalProperties: false,
  required: ['version', 'source', 'content'],
  properties: {
    version: { const: '1.0' },
    source: { const: 'custom' },
    id: text(100),
    content: {
      type: 'object',
      additionalProperties: false,
      required: ['description'],
      properties: {
        textType: { const: 'client-markdown' },
        title: text(250),
        description: text(8000),
        nextSteps: { type: 'array', items: text(350) },
        keywords: { type: 'array', items: text(75) },
      },
    },
    metadata: {
      type: 'object',
      additionalProperties: false,
      properties: {
        threadId: text(250),
        summary: text(250),
        eventType: text(250),
        relatedResources: { type: 'array', items: text(250) },
        additionalContext: { type: 'object' },
      },
    },
  },
});

let scene: Scene;
afterEach(() => scene?.close());

it('failed and recovered are one thread, each a custom notification', async () => {
  const news = { topic: TOPIC, format: 'chat', digest: 'daily', warnBeforeMs: 3 * DAY } as const;
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()], { news }) });
  const { configuration } = scene.world;
  const wrong = configuration.consumers.map((each) => ({ ...each, owner: 'nobody' }));
  for (let hour = 0; hour < 8; hour += 1) {
    scene.world.configuration = hour >= 1 && hour <= 3 ? { ...configuration, consumers: wrong } : configuration;
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
  const messages = scene.world.audience.sns?.messages ?? [];
  const all = messages.map(({ message }) => JSON.parse(message));
  for (const each of all) expect([isNotification(each), isNotification.errors]).toEqual([true, null]);
  expect(messages.map(({ subject }) => subject)).toEqual([undefined, undefined, undefined]);
  expect(all.map(({ metadata: { threadId, eventType } }) => [threadId, eventType])).toEqual([
    ['prod/telegraf', 'failed'],
    ['prod/telegraf', 'recovered'],
    ['prod/digest', 'digest'],
  ]);
});

it('what a reason quotes cannot call a channel', () => {
  const { text: json } = asChat({
    subject: 'a',
    paragraphs: ['the bucket "<!channel> @here" is not there'],
    next: ['status <name>'],
    runbook: undefined,
    ...{ thread: 'a', type: 'failed' },
  });
  expect(json).not.toMatch(/[<>@]/);
});

it('what a reason quotes makes no link with another text than its address', () => {
  const paragraphs = ['the bucket "[sign in](https://example.com)" is not there'];
  const { text: json } = asChat({
    subject: 'a',
    paragraphs,
    next: [],
    runbook: undefined,
    ...{ thread: 'a', type: 'failed' },
  });
  expect(json).not.toContain('](');
});

it.each([
  ['lines', Array.from({ length: 200 }, () => '- a line of a hundred letters '.padEnd(100, 'x')).join('\n')],
  ['one line', 'x'.repeat(20_000)],
])('%s of more than a chat takes are cut', (_name, paragraph) => {
  const { text: json } = asChat({
    ...{ subject: 'a', paragraphs: [paragraph], next: [], runbook: undefined },
    ...{ thread: 'a', type: 'failed' },
  });
  expect([isNotification(JSON.parse(json)), isNotification.errors]).toEqual([true, null]);
});
