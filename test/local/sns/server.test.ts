import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SnsServer, startSns } from '../../../local/sns/server.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:people';
const SIGNED = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0a';

let server: SnsServer;
beforeEach(async () => {
  server = await startSns({ topics: [TOPIC] });
});
afterEach(() => server.close());

async function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', ...fields });
  const type = 'application/x-www-form-urlencoded';
  const sent = { authorization: SIGNED, 'content-type': type, ...headers };
  const answer = await fetch(server.url, { method: 'POST', body: body.toString(), headers: sent });
  const text = await answer.text();
  return [answer.status, /<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? /<MessageId>/.exec(text)?.[0]];
}

it('takes a message, with or without a subject', async () => {
  expect(await post({ TopicArn: TOPIC, Message: 'a', Subject: 'b' })).toEqual([200, '<MessageId>']);
  expect(await post({ TopicArn: TOPIC, Message: 'a' })).toEqual([200, '<MessageId>']);
  expect(server.messages.map(({ subject, message }) => [subject, message])).toEqual([
    ['b', 'a'],
    [undefined, 'a'],
  ]);
});

it.each<[string, Record<string, string>, string, number]>([
  ['another topic', { TopicArn: `${TOPIC}s`, Message: 'a' }, 'NotFound', 404],
  ['no message', { TopicArn: TOPIC, Message: '' }, 'InvalidParameter', 400],
  ['too long a message', { TopicArn: TOPIC, Message: 'a'.repeat(256 * 1024 + 1) }, 'InvalidParameter', 400],
  ['a subject of 100 characters', { TopicArn: TOPIC, Message: 'a', Subject: 'a'.repeat(100) }, 'InvalidParameter', 400],
  ['a subject with a line break', { TopicArn: TOPIC, Message: 'a', Subject: 'a\nb' }, 'InvalidParameter', 400],
  ['a subject that is not ASCII', { TopicArn: TOPIC, Message: 'a', Subject: 'ä' }, 'InvalidParameter', 400],
  ['a misspelt parameter', { TopicArn: TOPIC, Message: 'a', subject: 'b' }, 'InvalidParameter', 400],
  ['another operation', { Action: 'Subscribe', TopicArn: TOPIC }, 'InvalidAction', 400],
])('refuses %s', async (_name, fields, code, status) => {
  expect(await post(fields)).toEqual([status, code]);
  expect(server.messages).toEqual([]);
});

it('refuses what is not signed for it', async () => {
  const headers = { authorization: SIGNED.replace('/sns/', '/events/') };
  expect(await post({ TopicArn: TOPIC, Message: 'a' }, headers)).toEqual([403, 'MissingAuthenticationToken']);
});
