import { describe, expect, it } from 'vitest';
import {
  homeOf,
  isArn,
  isPartialArnOf,
  isWholeArn,
  NAME_OR_ARN,
  nameOfSecret,
} from '../../../lambda/config/secret-name.ts';

const PARTIAL = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb/acme/telegraf';
const WHOLE = `${PARTIAL}-AbCd3F`;

it.each([
  ['a name', 'influxdb/acme/telegraf', { arn: false, whole: false, name: 'influxdb/acme/telegraf', home: undefined }],
  ['a name that looks as if it had a suffix', 'telegraf-AbCdEf', { arn: false, whole: false, name: 'telegraf-AbCdEf' }],
  ['a whole ARN', WHOLE, { arn: true, whole: true, name: 'influxdb/acme/telegraf' }],
  ['a partial ARN', PARTIAL, { arn: true, whole: false, name: 'influxdb/acme/telegraf' }],
  [
    'an ARN with a suffix that is too short',
    `${PARTIAL}-AbCdE`,
    { whole: false, name: 'influxdb/acme/telegraf-AbCdE' },
  ],
  ['an ARN with two suffixes', `${WHOLE}-GhIjKl`, { whole: true, name: 'influxdb/acme/telegraf-AbCd3F' }],
  ['an ARN of something else', 'arn:aws:s3:::a/secret:b', { arn: true, whole: false, name: 'arn:aws:s3:::a/secret:b' }],
])('%s: what it says', (_, text, expected) => {
  const said = { arn: isArn(text), whole: isWholeArn(text), name: nameOfSecret(text), home: homeOf(text) };
  expect(said).toMatchObject(expected);
});

describe('the home of a secret', () => {
  it('is the partition, Region and account of its ARN, and the same for all secrets there', () => {
    expect(homeOf(WHOLE)).toBe('aws:eu-west-1:123456789012');
    expect(homeOf(PARTIAL)).toBe(homeOf(WHOLE));
    expect(homeOf(WHOLE.replace('telegraf', 'grafana'))).toBe(homeOf(WHOLE));
  });

  it.each([
    ['partition', WHOLE.replace('arn:aws:', 'arn:aws-cn:')],
    ['Region', WHOLE.replace('eu-west-1', 'eu-west-2')],
    ['account', WHOLE.replace('123456789012', '210987654321')],
  ])('is another one in another %s', (_, arn) => {
    expect(homeOf(arn)).not.toBe(homeOf(WHOLE));
  });

  it('is unknown of a name, and of an ARN that is not one of a secret', () => {
    expect(homeOf('influxdb/acme/telegraf')).toBeUndefined();
    expect(homeOf('arn:aws:s3:::bucket/key')).toBeUndefined();
  });
});

describe('a partial ARN', () => {
  it('belongs to the ARN that has six random characters more', () => {
    expect(isPartialArnOf(PARTIAL, WHOLE)).toBe(true);
  });

  it.each([
    ['the whole ARN', WHOLE, WHOLE],
    ['the name', 'influxdb/acme/telegraf', WHOLE],
    ['the beginning of a longer name', PARTIAL, `${PARTIAL}-two-AbCdEf`],
    ['another secret', `${PARTIAL}2`, WHOLE],
    ['an ARN without random characters', PARTIAL.slice(0, -7), PARTIAL],
  ])('is not %s', (_, partial, arn) => {
    expect(isPartialArnOf(partial, arn)).toBe(false);
  });
});

it.each([
  ['a name', 'influxdb/acme/telegraf', true],
  ['a name with every kind of character', 'aZ09/_+=.@!-', true],
  ['the longest name', 'x'.repeat(512), true],
  ['a name that is too long', 'x'.repeat(513), false],
  ['nothing', '', false],
  ['a space', 'a b', false],
  ['a line break at the end', 'a\n', false],
  ['a whole ARN', WHOLE, true],
  ['a partial ARN', PARTIAL, true],
  ['an ARN without a name', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:', false],
  ['an ARN with an account that is too short', PARTIAL.replace('123456789012', '1234'), false],
  ['an ARN of something else', 'arn:aws:s3:::bucket/key', false],
])('%s is a name or ARN as the configuration takes it: %#', (_, text, taken) => {
  expect(NAME_OR_ARN.test(text)).toBe(taken);
});
