import { expect, it } from 'vitest';
import { tokensIn } from '../../../lambda/secrets-manager/tokens-in.ts';

const KEYS = new Set(['token', 'influxToken']);
const LONG = `${'Ab3-'.repeat(21)}xy==`;

it.each<[string, string, string[]]>([
  ['a plain token', ' my-super-secret-auth-token\n', ['my-super-secret-auth-token']],
  ['what stands under a token key', '{"url":"https://influxdb","token":"short-token"}', ['short-token']],
  ['what stands under another token key', '{"influxToken":" t0ken\\n"}', ['t0ken']],
  ['what looks like a token under any key', JSON.stringify({ INFLUX_TOKEN: `Token ${LONG}` }), [LONG]],
  ['what looks like a token in broken JSON', `{"token": "${LONG}", }`, [LONG]],
  ['a plain token without its quotes', "'my-token'\n", ["'my-token'", 'my-token']],
  ['a plain token without its scheme', 'Token my-token', ['my-token']],
  ['a short token in JSON that lost its quotes', '{token:my-token,url:http://influxdb}', ['my-token']],
  ['a short token in JSON with a byte order mark', '\uFEFF{"token":"my-token"}', ['my-token']],
  ['no ARN', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb/rotator', []],
  ['no URL, no name of an org, no number', '{"url":"https://influxdb","org":"acme","token":7}', []],
  ['no URL as a plain text', 'https://influxdb.example.com:8086/a/long/path', []],
  ['no URL under a token key', '{"token":"https://influxdb.example.com"}', []],
  ['no sentence', 'put the token here', []],
])('finds %s', (_name, text, tokens) => {
  expect(tokensIn(text, KEYS)).toEqual(tokens);
});

// Some of them would take minutes with a pattern that tries every beginning and every end.
it.each([
  ['words', 'a'.repeat(1_000_000)],
  ['quotes', '"'.repeat(1_000_000)],
  ['spaces', `a${' '.repeat(1_000_000)}b`],
  ['keys', 'token'.repeat(200_000)],
  ['line ends', `${'\\n'.repeat(500_000)}x`],
  ['brackets', '['.repeat(1_000_000)],
])('takes little time for a text of %s', (_name, text) => {
  const started = performance.now();
  tokensIn(text, KEYS);
  expect(performance.now() - started).toBeLessThan(10_000);
});
