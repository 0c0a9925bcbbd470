import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import { aConfigurationFile, aRotation, templateOf } from '../builders/a-rotation.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:people';

/** The files of the function's code beside its own, its notices and its configuration. */
function partsOf(rotation: ReturnType<typeof aRotation>): string[] {
  const { outdir } = Stack.of(rotation).node.root as unknown as { readonly outdir: string };
  templateOf(rotation);
  const [asset = ''] = readdirSync(outdir).filter((name) => existsSync(join(outdir, name, 'rotation.json')));
  const always = ['THIRD-PARTY-NOTICES.txt', 'index.js', 'rotation.json', 'rotation.parsed.jsonl'];
  const all = readdirSync(join(outdir, asset));
  expect(all).toEqual(expect.arrayContaining(always));
  return all.filter((name) => !always.includes(name));
}

const part = (name: string) => [`${name}.THIRD-PARTY-NOTICES.txt`, `${name}.cjs`];

it('has no file more where all is off', () => {
  expect(partsOf(aRotation())).toEqual([]);
});

it.each([
  ['news in the configuration', { configuration: aConfigurationFile({ news: { topic: TOPIC } }) }],
  ['findings of Security Hub', { configuration: aConfigurationFile({ securityHub: true }) }],
])('has the file of news with %s', (_, options) => {
  expect(partsOf(aRotation(options))).toEqual(part('news'));
});

it('has the file of news with a topic of the construct', () => {
  const stack = new Stack(undefined, 'Other');
  expect(partsOf(aRotation({ newsTopic: Topic.fromTopicArn(stack, 'People', TOPIC) }))).toEqual(part('news'));
});

it('has the file of the rule with a rule of AWS Config', () => {
  expect(partsOf(aRotation({ configRule: true }))).toEqual(part('config-rule'));
});
