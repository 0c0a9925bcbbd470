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
  ['no URL, no name of an org, no number', '{"url":"https://influxdb","org":"acme","token":7}', []],
  ['no URL as a plain text', 'https://influxdb.example.com:8086/a/long/path', []],
  ['no URL under a token key', '{"token":"https://influxdb.example.com"}', []],
  ['no sentence', 'put the token here', []],
])('finds %s', (_name, text, tokens) => {
  expect(tokensIn(text, KEYS)).toEqual(tokens);
});
