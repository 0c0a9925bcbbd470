import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../infra/configuration.ts';
import { jsonSchema } from '../../lambda/config/file/json-schema.ts';
import { ConfigurationError } from '../../lambda/config/problems.ts';
import { file, type Json } from '../lambda/config/a-file.ts';
import { OF_A_SERVER, ROOT } from '../lambda/config/certificates.ts';
import { arn, type Content, consumer, influxdb, limits, SetUp, text, without } from './a-set-up.ts';

const setUp = new SetUp();
afterAll(() => setUp.remove());

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validate = ajv.compile(jsonSchema() as object);
/** True if an editor that knows the JSON Schema underlines nothing. */
const editorTakes = (content: Content) => validate(JSON.parse(JSON.stringify(content)));

type Row = readonly [name: string, content: Content, ...said: string[]];

/** When: as soon as the file is read. `npm start` ends with 2 and has called nothing; CDK makes no stack. */
async function refuse(content: Content, said: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await setUp.start(content);
  const count = said.length === 1 ? '1 problem' : `${said.length} problems`;
  const message = [`${setUp.path} has ${count}:`, ...said.map((line) => `  ${line}`)].join('\n');
  expect(stderr).toBe(`${message}\n`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(() => readConfiguration(setUp.path)).toThrow(ConfigurationError);
  expect(() => readConfiguration(setUp.path)).toThrow(message);
}

const utf16 = (little: boolean, mark: boolean) => {
  const bytes = Buffer.from(`${mark ? '\uFEFF' : ''}${JSON.stringify(file())}`, 'utf16le');
  return new Uint8Array(little ? bytes : bytes.swap16());
};
const UTF_16 = 'is UTF-16, or another encoding with zero bytes: save it as UTF-8';
const LANGUAGE = (name: string) => `is not JSON but looks like ${name}: write it as docs/configuration.md shows`;
const AT_VALUE = 'is not JSON at line 1, column 8';

const EXCEPTION = { reason: 'a repair', approvedBy: 'ada', until: '2027-03-01' };

const NO_JSON: readonly Row[] = [
  ['nothing', '', 'is empty: docs/configuration.md says how to write one'],
  ['only spaces', ' \n', 'is empty: docs/configuration.md says how to write one'],
  [
    'a byte order mark',
    `\uFEFF${JSON.stringify(file())}`,
    'begins with a byte order mark, which JSON does not have: save it as UTF-8 without one',
  ],
  ['UTF-16 with its mark', utf16(true, true), UTF_16],
  ['UTF-16, the other way round', utf16(false, true), UTF_16],
  ['UTF-16 without a mark', utf16(true, false), UTF_16],
  [
    'Latin-1',
    new Uint8Array(Buffer.from('{"deployment":"Köln"}', 'latin1')),
    'is not UTF-8 at line 1: save the file as UTF-8, which JSON always is',
  ],
  [
    'Latin-1 in a later line, after UTF-8',
    new Uint8Array(Buffer.concat([Buffer.from('{\n  "a": "Köln",\n  "b": "'), Buffer.from('Köln"\n}\n', 'latin1')])),
    'is not UTF-8 at line 3: save the file as UTF-8, which JSON always is',
  ],
  [
    'a letter that is cut at the end of a line',
    new Uint8Array(Buffer.concat([Buffer.from('{\n'), Buffer.from([0x22, 0xc3, 0x0a]), Buffer.from('}')])),
    'is not UTF-8 at line 2: save the file as UTF-8, which JSON always is',
  ],
  ['a list', '[]', 'must be an object (found [])'],
  ['a text', '"deployment"', 'must be an object (found "deployment")'],
  ['null', 'null', 'must be an object (found null)'],
  ['a number', '30', 'must be an object (found 30)'],
  ['YAML', 'deployment: prod\ninfluxdb:\n  url: https://example.com\n', LANGUAGE('YAML')],
  ['YAML after a comment', '# production\ndeployment: prod\n', LANGUAGE('YAML')],
  ['YAML with its mark', '---\n{}\n', LANGUAGE('YAML')],
  ['a list in YAML', '- name: telegraf\n', LANGUAGE('YAML')],
  ['TOML', 'deployment = "prod"\n', LANGUAGE('TOML')],
  ['TOML that begins with a table', '[influxdb]\nurl = "x"\n', LANGUAGE('TOML')],
  [
    'a comment',
    text('"deployment"', '// mine\n  "deployment"'),
    'is not JSON at line 2, column 3: remove the comment, because JSON has none',
  ],
  [
    'a comment of the other kind',
    text('"deployment"', '/* mine */ "deployment"'),
    'is not JSON at line 2, column 3: remove the comment, because JSON has none',
  ],
  [
    'a comment of a shell',
    text('"deployment"', '# mine\n  "deployment"'),
    'is not JSON at line 2, column 3: remove the comment, because JSON has none',
  ],
  [
    'a comma at the end of a list',
    '{\n  "consumers": [1, ]\n}',
    'is not JSON at line 2, column 18: remove the comma, because nothing follows it',
  ],
  [
    'a comma at the end of an object',
    '{\n  "deployment": "prod",\n}',
    'is not JSON at line 2, column 23: remove the comma, because nothing follows it',
  ],
  [
    'single quotes',
    "{ 'deployment': 'prod' }",
    'is not JSON at line 1, column 3: put texts and keys into double quotes, not single ones',
  ],
  [
    'typographic quotes',
    '{ “deployment”: “prod” }',
    'is not JSON at line 1, column 3: put texts and keys into straight double quotes',
  ],
  [
    'a key without quotes',
    '{ deployment: "prod" }',
    'is not JSON at line 1, column 3: put texts and keys into double quotes',
  ],
  ['a missing comma', '{ "a": 1 "b": 2 }', 'is not JSON at line 1, column 10: a comma is missing'],
  ['a missing colon', '{ "a" 1 }', 'is not JSON at line 1, column 7: a colon is missing after the key'],
  [
    'members without their object',
    '"deployment": "prod",\n"influxdb": {}\n',
    'is not JSON at line 1, column 13: put the whole into one pair of braces { }',
  ],
  [
    'objects in a row, without their list',
    '{},\n{}\n',
    'is not JSON at line 1, column 3: put the whole into one pair of braces { }',
  ],
  ['a missing brace', '{ "a": 1', 'is not JSON at line 1, column 9: a closing brace } is missing'],
  ['a missing bracket', '{ "a": [1', 'is not JSON at line 1, column 10: a closing bracket ] is missing'],
  [
    'a text that does not end',
    '{ "a": "b }',
    'is not JSON at line 1, column 8: the closing quote of the text is missing',
  ],
  ['two objects', '{}\n{}', 'is not JSON at line 2, column 1: remove what follows, because the object has ended'],
  [
    'a line break in a text',
    '{ "a": "b\nc" }',
    'is not JSON at line 1, column 8: the closing quote of the text is missing',
  ],
  ['a backslash', '{ "a": "C:\\prod" }', 'is not JSON at line 1, column 8: write a backslash in a text as two'],
  ['HTML', '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n', LANGUAGE('HTML')],
  ['HTML after a comment', '<!-- page -->\n<div>Sign in</div>\n', LANGUAGE('HTML')],
  ['XML', '<?xml version="1.0"?>\n<configuration/>\n', LANGUAGE('XML')],
  ['XML without a declaration', '<configuration>\n</configuration>\n', LANGUAGE('XML')],
  ['a module', 'export default {\n  deployment: "prod"\n};\n', LANGUAGE('program code')],
  ['a module of Node', 'module.exports = {\n  deployment: "prod"\n};\n', LANGUAGE('program code')],
  ['a module of Node after a comment', '// production\nmodule.exports={deployment:"prod"}', LANGUAGE('program code')],
  ['a variable', 'config = {\n  "deployment": "prod"\n}\n', LANGUAGE('program code')],
  [
    'a merge that was not ended',
    '{\n  "a": 1,\n<<<<<<< HEAD\n  "b": 1\n=======\n  "b": 2\n>>>>>>> other\n}\n',
    'is not JSON at line 3, column 1: keep one side of the merge conflict, and remove its marks',
  ],
  [
    'a mark of a merge that was forgotten',
    '{\n  "b": 1\n=======\n}\n',
    'is not JSON at line 3, column 1: keep one side of the merge conflict, and remove its marks',
  ],
  ...['True', 'FALSE'].map(
    (word): Row => [word, `{ "a": ${word} }`, `${AT_VALUE}: write true and false in small letters`],
  ),
  ...['yes', 'Off'].map((word): Row => [word, `{ "a": ${word} }`, `${AT_VALUE}: write true or false`]),
  ...['None', 'undefined', 'NaN', '-Infinity'].map(
    (word): Row => [word, `{ "a": ${word} }`, `${AT_VALUE}: write a value that JSON has, or leave the key out`],
  ),
  ...['+1', '.5', '01', '0x1F', '1_000', '5.'].map(
    (number): Row => [
      number,
      `{ "a": ${number} }`,
      `${AT_VALUE}: write the number in decimal digits, without a plus sign and without a zero at its beginning`,
    ],
  ),
  ...['$'.concat('{NAME}'), '<NAME>', '$NAME'].map(
    (word): Row => [word, `{ "a": ${word} }`, `${AT_VALUE}: put a value where the placeholder stands`],
  ),
  [
    'a no-break space',
    '{ "a":\u00A01 }',
    'is not JSON at line 1, column 7: remove the invisible character U+00A0, or write a plain space',
  ],
  [
    'a no-break space that indents',
    '{\n\u00A0 "a": 1 }',
    'is not JSON at line 2, column 1: remove the invisible character U+00A0, or write a plain space',
  ],
  [
    'a space without width after a word',
    '{ "a": true\u200B }',
    'is not JSON at line 1, column 12: remove the invisible character U+200B, or write a plain space',
  ],
  [
    'a zero byte in a text',
    '{ "a": "b\\"\u0000" }',
    'is not JSON at line 1, column 12: remove the invisible character U+0000, or write a plain space',
  ],
  [
    'a zero byte at the end',
    '{ "a": 1 }\u0000',
    'is not JSON at line 1, column 11: remove the invisible character U+0000, or write a plain space',
  ],
  ['backticks', '{ "a": `b` }', `${AT_VALUE}: put texts and keys into double quotes, and remove backticks`],
  [
    'the marks of a code block',
    '```json\n{}\n```\n',
    'is not JSON at line 1, column 1: put texts and keys into double quotes, and remove backticks',
  ],
  [
    'quotes with backslashes',
    '{ \\"a\\": 1 }',
    'is not JSON at line 1, column 3: remove the backslash before the quote',
  ],
  ['dots', '{ "a": ... }', `${AT_VALUE}: replace the dots with what belongs there`],
  ['an equals sign', '{ "a" = 1 }', 'is not JSON at line 1, column 7: write a colon between a key and its value'],
  [
    'a missing colon before a word',
    '{ "a" true }',
    'is not JSON at line 1, column 7: a colon is missing after the key',
  ],
  ['a semicolon', '{ "a": 1 };', 'is not JSON at line 1, column 11: remove the semicolon'],
  ['lists in lists without end', '['.repeat(200_000), 'is nested too deeply: write it as docs/configuration.md shows'],
];

const TWICE: readonly Row[] = [
  [
    'a key of the file',
    text('"influxdb"', '"deployment": "other",\n  "influxdb"'),
    'deployment: stands twice, at line 2, column 3 and at line 3, column 3: keep one of them',
  ],
  [
    'all consumers',
    text('"consumers"', '"consumers": [],\n  "consumers"'),
    'consumers: stands twice, at line 8, column 3 and at line 9, column 3: keep one of them',
  ],
  [
    'a grace period',
    text('"owner"', '"gracePeriod": "48h",\n      "gracePeriod": "2h",\n      "owner"'),
    'consumers[0].gracePeriod: stands twice, at line 12, column 7 and at line 13, column 7: keep one of them',
  ],
  [
    'a key that is written in two ways',
    '{"a":1,"\\u0061":2}',
    'a: stands twice, at line 1, column 2 and at line 1, column 8: keep one of them',
  ],
  [
    'keys of keys, three times',
    '{"x":{"y":[{"z":1,"z":2,"z":3}]}}',
    'x.y[0].z: stands twice, at line 1, column 13 and at line 1, column 19: keep one of them',
    'x.y[0].z: stands twice, at line 1, column 13 and at line 1, column 25: keep one of them',
  ],
];

const SCHEDULE =
  'must be whole minutes, because EventBridge Scheduler counts in minutes, and at most 3d, because no alarm would notice missing runs beyond that';
const SCHEDULES: readonly Row[] = ['90s', '4d', '73h'].map((schedule) => [
  schedule,
  file({ schedule, defaults: { maxTokenAge: '40d' } }),
  `schedule: ${SCHEDULE} (found "${schedule}")`,
]);

const UNKNOWN = 'is not a known key here';
const KEYS: readonly Row[] = [
  ['of the file', file({ deploymnt: 'x' }), `deploymnt: ${UNKNOWN}: did you mean "deployment"?`],
  ['in other letters', file({ Schedule: '1h' }), `Schedule: ${UNKNOWN}: did you mean "schedule"?`],
  ['with a hyphen', limits({ 'call-timeout': '5s' }), `limits.call-timeout: ${UNKNOWN}: did you mean "callTimeout"?`],
  [
    'with two letters swapped',
    without('secret', { sercet: 'influxdb/a' }),
    `consumers[0].sercet: ${UNKNOWN}: did you mean "secret"?`,
  ],
  [
    'of the only access',
    without('read', { reed: ['telemetry'] }),
    `consumers[0].reed: ${UNKNOWN}: did you mean "read"?`,
  ],
  ['of the owner', without('owner', { ownr: 'svc' }), `consumers[0].ownr: ${UNKNOWN}: did you mean "owner"?`],
  ['of the server', { ...file(), influxdb: undefined, influxDb: {} }, `influxDb: ${UNKNOWN}: did you mean "influxdb"?`],
  ['of a bus, at the wrong place', file({ bus: 'tokens' }), `bus: ${UNKNOWN}: it belongs in "events"`],
  ['of the bus', file({ events: { buss: 'x', bus: 'x' } }), `events.buss: ${UNKNOWN}: did you mean "bus"?`],
  ['at the wrong place', file({ lease: '30m' }), `lease: ${UNKNOWN}: it belongs in "limits"`],
  [
    'of a consumer, in the file',
    file({ gracePeriod: '2d' }),
    `gracePeriod: ${UNKNOWN}: it belongs in "defaults", or in a consumer`,
  ],
  [
    'that is a part of the right one',
    file({ influxdb: { tokenSecret: undefined, secret: 'influxdb/rotator' } }),
    `influxdb.secret: ${UNKNOWN}: did you mean "tokenSecret"?`,
  ],
  [
    'of a consumer, in the limits, where it has no effect on anything else',
    limits({ rotateEvery: '1h' }),
    `limits.rotateEvery: ${UNKNOWN}: it belongs in "defaults", or in a consumer`,
  ],
  [
    'of the limits, in a consumer and for all',
    file({ consumer: { lease: '90d' }, defaults: { lease: '90d' } }),
    `defaults.lease: ${UNKNOWN}: it belongs in "limits"`,
    `consumers[0].lease: ${UNKNOWN}: it belongs in "limits"`,
  ],
  [
    'that is empty',
    file({ '': 1, consumer: { '': 1 } }),
    `consumers[0]."": ${UNKNOWN}: remove it`,
    `"": ${UNKNOWN}: remove it`,
  ],
  ['that means nothing', file({ colour: 'red' }), `colour: ${UNKNOWN}: remove it`],
  [
    'that is a prototype',
    `{"__proto__":{"mode":"plan"},${JSON.stringify(file()).slice(1)}`,
    `__proto__: ${UNKNOWN}: remove it`,
  ],
];

const ZEROS = '0'.repeat(16);
const HUGE = 'must be at most "36500d", a hundred years';
const NO_ROOM =
  'limits.callTimeout: must leave room in requestLife (20 seconds) for two attempts and the pause of 250 ms between them (is 10 seconds)';

const HOST =
  'influxdb.url: must have the name or the address of a host, not a placeholder or an empty part: put in the real one';
const API =
  'influxdb.url: must be the base URL, without /api and what follows it: the program adds the path of each call';
const PAGE =
  "influxdb.url: must be the base URL, not the address of one of InfluxDB's pages: keep only what comes before it";
const partition = (name: string, region: string, by: string): Row => [
  `the partition ${by} with Region ${region}`,
  consumer({ secret: arn('a-AbCdEf', region).replace('arn:aws:', `arn:${by}:`) }),
  `consumers[0].secret: must begin with "arn:${name}:", because Region ${region} is in that partition (found "${arn('a-AbCdEf', region).replace('arn:aws:', `arn:${by}:`)}")`,
];

const FREEZE = { from: '2026-12-18T18:00:00+01:00', to: '2027-01-04T08:00:00+01:00', reason: 'year-end' };

/** The editor says these as well, from the JSON Schema. */
const EDITOR_TOO: readonly Row[] = [
  [
    'hours that are none',
    consumer({ window: { hours: '22-4' } }),
    'consumers[0].window.hours: must be two times of a day, such as "22:00-04:00" (found "22-4")',
  ],
  [
    'a freeze without its offset from UTC',
    file({ freezes: [{ from: '2026-12-18T18:00:00', to: '2026-12-19T18:00:00Z', reason: 'release' }] }),
    'freezes[0].from: must be a date and a time with its offset from UTC, such as "2026-12-18T18:00:00+01:00" (found "2026-12-18T18:00:00")',
  ],
  [
    'a call that may take no time',
    limits({ callTimeout: '0s' }),
    'limits.callTimeout: must be longer than zero (found "0s")',
  ],
  [
    'a request that has no life',
    limits({ requestLife: '0m' }),
    'limits.requestLife: must be longer than zero (found "0m")',
  ],
  [
    'clocks that must be equal',
    limits({ clockTolerance: '0h' }),
    'limits.clockTolerance: must be longer than zero (found "0h")',
  ],
  ['no lease', limits({ lease: '0s' }), 'limits.lease: must be longer than zero (found "0s")'],
  [
    'a function without time',
    limits({ functionTimeout: '0d0s' }),
    'limits.functionTimeout: must be longer than zero (found "0d0s")',
  ],
  [
    'no age at which to rotate',
    consumer({ rotateEvery: '0d' }),
    'consumers[0].rotateEvery: must be longer than zero (found "0d")',
  ],
  [
    'no grace',
    file({ defaults: { gracePeriod: '00s' } }),
    'defaults.gracePeriod: must be longer than zero (found "00s")',
  ],
  [
    'a duration of 400 digits',
    consumer({ rotateEvery: `${'9'.repeat(400)}d` }),
    `consumers[0].rotateEvery: ${HUGE} (what was found is not shown, since it could be a token)`,
  ],
  [
    'the address of the API',
    influxdb({ url: 'https://influxdb.example.com:8086/api/v2' }),
    'influxdb.url: must be the base URL, without /api and what follows it: the program adds the path of each call',
  ],
  [
    'the address of a call',
    influxdb({ url: 'https://example.com/influx/API//v2/authorizations/' }),
    'influxdb.url: must be the base URL, without /api and what follows it: the program adds the path of each call',
  ],
  [
    'the address of a page',
    influxdb({ url: 'https://influxdb.example.com/orgs/0123456789abcdef/load-data/tokens' }),
    "influxdb.url: must be the base URL, not the address of one of InfluxDB's pages: keep only what comes before it",
  ],
  [
    'an org of zeros',
    influxdb({ org: undefined, orgId: ZEROS }),
    `influxdb.orgId: must be an InfluxDB id: 16 hexadecimal digits that are not all zero (found "${ZEROS}")`,
  ],
  [
    'a token of zeros to adopt',
    consumer({ adopt: ZEROS }),
    `consumers[0].adopt: must be an InfluxDB id, 16 hexadecimal digits that are not all zero, or "auto" (found "${ZEROS}")`,
  ],
  ...(['id', 'orgID'] as const).map(
    (key): Row => [
      `a permission for zeros as ${key}`,
      without('read', { permissions: [{ action: 'read', resource: { type: 'buckets', [key]: ZEROS } }] }),
      `consumers[0].permissions[0].resource.${key}: must be an InfluxDB id: 16 hexadecimal digits that are not all zero (found "${ZEROS}")`,
    ],
  ),
  [
    'a Region in capitals',
    consumer({ secret: arn('a-AbCdEf', 'EU-WEST-1') }),
    `consumers[0].secret: must name its Region in small letters: write eu-west-1 (found "${arn('a-AbCdEf', 'EU-WEST-1')}")`,
  ],
  [
    'a partition in capitals',
    influxdb({ tokenSecret: arn('a-AbCdEf').replace('aws', 'AWS') }),
    'influxdb.tokenSecret: must begin with "arn:aws" in small letters (found "arn:AWS:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf")',
  ],
  ...[
    '{host}:8086',
    '$INFLUX_URL',
    '$'.concat('{INFLUX_URL}/'),
    '{{ host }}'.replaceAll(' ', ''),
    'influxdb..example.com',
    '..',
  ].map((host): Row => [`the host ${host}`, influxdb({ url: `https://${host}` }), HOST]),
  ...['/api', '/api/', '/api/v1', '/API/v3/configure', '/api/v2;x'].map(
    (path): Row => [`the path ${path}`, influxdb({ url: `https://influxdb.example.com${path}` }), API],
  ),
  ...['/login', '/influx/Login/', '/query', '/write', '/debug/pprof/heap'].map(
    (path): Row => [`the path ${path}`, influxdb({ url: `https://influxdb.example.com${path}` }), PAGE],
  ),
  [
    'a bus in a Region in capitals',
    file({ events: { bus: 'arn:aws:events:EU-WEST-1:123456789012:event-bus/tokens' } }),
    'events.bus: must name its Region in small letters: write eu-west-1 (found "arn:aws:events:EU-WEST-1:123456789012:event-bus/tokens")',
  ],
  [
    'a zone for a Region',
    influxdb({ tokenSecret: arn('a-AbCdEf', 'eu-west-1a') }),
    'influxdb.tokenSecret: must name a Region, such as eu-west-1, and "eu-west-1a" is none (found "arn:aws:secretsmanager:eu-west-1a:123456789012:secret:a-AbCdEf")',
  ],
  [
    'the address of the page to sign in',
    influxdb({ url: 'https://influxdb.example.com/signin' }),
    "influxdb.url: must be the base URL, not the address of one of InfluxDB's pages: keep only what comes before it",
  ],
  [
    'a protocol twice',
    influxdb({ url: 'http://https://influxdb.example.com' }),
    'influxdb.url: must have https:// or http:// once only',
  ],
  [
    'a port that is none',
    influxdb({ url: 'https://influxdb.example.com:0' }),
    'influxdb.url: must not have the port 0',
  ],
  [
    'a secret to create by its ARN',
    consumer({ createSecret: true, secret: arn('a-AbCdEf') }),
    'consumers[0].createSecret: must not be true for a secret that is given by its ARN: give the name that it will have',
  ],
  [
    'a secret to create, and to be rotated by Secrets Manager',
    consumer({ createSecret: true, rotation: 'secrets-manager' }),
    'consumers[0].createSecret: must not be true with "rotation": "secrets-manager", which can rotate only what exists',
  ],
  [
    'the path of a certificate',
    influxdb({ ca: '/etc/ssl/ca.pem' }),
    'influxdb.ca: must be a certificate in PEM, with the line "-----BEGIN CERTIFICATE-----": the text itself, not the path of a file',
  ],
  [
    'a certificate that is cut',
    influxdb({ ca: ROOT.slice(0, 200) }),
    'influxdb.ca: has a certificate without its line "-----END CERTIFICATE-----": copy the whole text of the PEM file',
  ],
  [
    'a request for a certificate',
    influxdb({ ca: `${ROOT}\n${OF_A_SERVER.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST')}` }),
    'influxdb.ca: holds something else than certificates: keep only what stands between "-----BEGIN CERTIFICATE-----" and its end',
  ],
  [
    'a private key beside the certificate',
    influxdb({ ca: `${ROOT}\n-----BEGIN EC PRIVATE KEY-----\nnot-a-real-key\n-----END EC PRIVATE KEY-----` }),
    'influxdb.ca: holds a private key: keep only the certificates here, and replace that key, since it was in a file',
  ],
  [
    'a private key alone',
    influxdb({ ca: '-----BEGIN PRIVATE KEY-----\nnot-a-real-key\n-----END PRIVATE KEY-----' }),
    'influxdb.ca: holds a private key: keep only the certificates here, and replace that key, since it was in a file',
  ],
  [
    'a request for a certificate alone',
    influxdb({ ca: OF_A_SERVER.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST') }),
    'influxdb.ca: holds something else than certificates: keep only what stands between "-----BEGIN CERTIFICATE-----" and its end',
  ],
  ['a list of certificates', influxdb({ ca: [ROOT] }), 'influxdb.ca: must be a text'],
  ['the lines of a certificate', influxdb({ ca: ROOT.split('\n') }), 'influxdb.ca: must be a text'],
  ['a certificate under a misspelt key', influxdb({ CA: ROOT }), `influxdb.CA: ${UNKNOWN}: did you mean "ca"?`],
  ['a certificate in a place of its own', file({ tls: { caCert: ROOT } }), `tls: ${UNKNOWN}: remove it`],
  [
    'a number for a duration',
    consumer({ rotateEvery: 30 }),
    'consumers[0].rotateEvery: must be a duration with its unit, in quotes: write "30d" if you mean days (found 30)',
  ],
  [
    "the rotator's own token, by no time",
    influxdb({ self: { rotateEvery: '0d' } }),
    'influxdb.self.rotateEvery: must be longer than zero (found "0d")',
  ],
  [
    "a token of zeros to adopt as the rotator's own",
    influxdb({ self: { adopt: ZEROS } }),
    `influxdb.self.adopt: must be an InfluxDB id: 16 hexadecimal digits that are not all zero (found "${ZEROS}")`,
  ],
  [
    "a token to adopt as the rotator's own, without its id",
    influxdb({ self: { adopt: 'auto' } }),
    'influxdb.self.adopt: must be an InfluxDB id: 16 hexadecimal digits that are not all zero (found "auto")',
  ],
  [
    'an org of spaces',
    influxdb({ org: '  ' }),
    'influxdb.org: must not be only white space, because InfluxDB finds an org without it: give the name or id of the org',
  ],
  [
    'a port beyond all',
    influxdb({ url: 'https://influxdb.example.com:808600' }),
    'influxdb.url: must be a URL, such as https://influxdb.example.com:8086',
  ],
  [
    'access in two ways',
    consumer({ access: 'all-access' }),
    'consumers[0]: says in more than one way what its token may do: keep one of "read"/"write", "access" and "permissions"',
  ],
  [
    'lists without a bucket',
    consumer({ read: [], write: [] }),
    'consumers[0].read: names no bucket, and neither does "write": a token needs at least one',
  ],
];

/** What no schema can say, or only in a way that nobody can read. */
const VALUES: readonly Row[] = [
  [
    'an exception of a consumer that Secrets Manager rotates',
    consumer({ rotation: 'secrets-manager', exception: EXCEPTION }),
    'consumers[0].exception: must not be given with "rotation": "secrets-manager", which nothing here can keep from rotating: remove it, or set "rotation" to "schedule" and end the rotation there (aws secretsmanager cancel-rotate-secret)',
  ],
  [
    'an exception of a consumer that is to end',
    consumer({ retired: true, exception: EXCEPTION }),
    'consumers[0].exception: must not be given with "retired": true, which ends the tokens: remove one of them',
  ],
  ['the page to sign in, in disguise', influxdb({ url: 'https://influxdb.example.com/%6Cogin' }), PAGE],
  ...['/%61pi/v2', '/%61%70%69/', '/influx/api%2Fv2'].map(
    (path): Row => [`the path ${path}`, influxdb({ url: `https://influxdb.example.com${path}` }), API],
  ),
  partition('aws-cn', 'cn-north-1', 'aws'),
  partition('aws-us-gov', 'us-gov-west-1', 'aws-gov'),
  partition('aws', 'eu-west-1', 'aws-cn'),
  partition('aws-eusc', 'eusc-de-east-1', 'aws'),
  [
    'a bus in another partition than its Region',
    file({ events: { bus: 'arn:aws:events:cn-north-1:123456789012:event-bus/tokens' } }),
    'events.bus: must begin with "arn:aws-cn:", because Region cn-north-1 is in that partition (found "arn:aws:events:cn-north-1:123456789012:event-bus/tokens")',
  ],
  [
    'a time zone that does not exist',
    consumer({ window: { hours: '22:00-04:00', timeZone: 'Europe/Belrin' } }),
    'consumers[0].window.timeZone: must be a time zone of the IANA database, such as "Europe/Berlin" or "UTC": did you mean "Europe/Berlin"?',
  ],
  [
    'a window that no run may ever meet',
    file({ schedule: '1d', consumer: { window: { hours: '22:00-04:00' } } }),
    'consumers[0].window: must be open for at least 1 day 15 minutes at a time, the longest time from one run to the next (schedule, and how late a run may be), or no run may ever begin in it (is open for 6 hours)',
  ],
  [
    'a freeze that ends before it begins',
    file({ freezes: [{ ...FREEZE, to: FREEZE.from }] }),
    'freezes[0].to: must be later than "from", 2026-12-18T18:00:00+01:00',
  ],
  [
    'a freeze in which a token gets too old',
    file({ freezes: [FREEZE] }),
    'consumers[0].maxTokenAge: must be at least rotateEvery + schedule + the freeze "year-end" and the wait after it (16 days 15 hours) + gracePeriod + lease = 47 days 16 hours, the age that a token reaches before it is switched off (is 35 days)',
  ],
  [
    'ages beyond all dates',
    consumer({ rotateEvery: '99999999w', maxTokenAge: '99999999w' }),
    `consumers[0].rotateEvery: ${HUGE} (found "99999999w")`,
    `consumers[0].maxTokenAge: ${HUGE} (found "99999999w")`,
  ],
  ['a second attempt that does not fit in', limits({ callTimeout: '10s', requestLife: '20s' }), NO_ROOM],
  [
    "the rotator's secret in another Region",
    file({ influxdb: { tokenSecret: arn('rotator-AbCdEf') }, consumer: { secret: arn('a-AbCdEf', 'us-east-1') } }),
    'influxdb.tokenSecret: is in Region eu-west-1 of account 123456789012, but consumers[0].secret is in Region us-east-1 of account 123456789012: a deployment works in one account and Region, so give a secret there, or write a second configuration',
  ],
  [
    "the rotator's secret in another account",
    file({
      influxdb: { tokenSecret: arn('rotator-AbCdEf') },
      consumer: { secret: arn('a-AbCdEf', 'eu-west-1', '210987654321') },
    }),
    'influxdb.tokenSecret: is in Region eu-west-1 of account 123456789012, but consumers[0].secret is in Region eu-west-1 of account 210987654321: a deployment works in one account and Region, so give a secret there, or write a second configuration',
  ],
  [
    'an interval that Secrets Manager does not know',
    consumer({ rotation: 'secrets-manager', rotateEvery: '26d90m' }),
    'consumers[0].rotateEvery: must be whole hours, at least 4h and at most 999d, with "rotation": "secrets-manager" (found "26d90m")',
  ],
  [
    'an age that a late rotation by Secrets Manager exceeds',
    consumer({ rotation: 'secrets-manager', maxTokenAge: '31d12h' }),
    'consumers[0].maxTokenAge: must be at least 32 days 1 hour with "rotation": "secrets-manager", which may be a day late: rotateEvery + 1d + schedule + gracePeriod + lease (is 31 days 12 hours)',
  ],
  [
    'a certificate with a letter too few',
    influxdb({ ca: ROOT.replace(/^MII/m, 'MI') }),
    'influxdb.ca: has a certificate that cannot be read: copy the whole text of the PEM file, with each of its line breaks as \\n',
  ],
  [
    'a bundle whose second certificate is broken',
    influxdb({ ca: `${ROOT}\n${ROOT.replaceAll('a', 'b')}` }),
    'influxdb.ca: has a certificate (number 2 of 2) that cannot be read: copy the whole text of the PEM file, with each of its line breaks as \\n',
  ],
  [
    "a server's certificate",
    influxdb({ ca: OF_A_SERVER }),
    "influxdb.ca: has no root certificate, so no connection would be trusted: give the certificate of the CA, not the server's or an intermediate one",
  ],
  [
    'two buckets that differ only by a space',
    consumer({ write: [' telemetry', 'telemetry'] }),
    'consumers[0].write: names two buckets that differ only by white space at the ends: keep the one that InfluxDB has (found " telemetry")',
  ],
];

it('a comma that is missing and a key that stands twice are one problem: what comes first is told', () =>
  refuse('{ "a": 1, "a": 2 "b": 3 }', ['is not JSON at line 1, column 18: a comma is missing']));

describe('refused as soon as the file is read: what is no JSON', () => {
  for (const [name, content, ...said] of NO_JSON) it(name, () => refuse(content, said));
});

describe('refused as soon as the file is read: a key that stands twice', () => {
  for (const [name, content, ...said] of TWICE) it(name, () => refuse(content, said));
});

describe('refused as soon as the file is read: a misspelt key', () => {
  for (const [name, content, ...said] of KEYS) it(name, () => refuse(content, said));
  for (const [name, content, ...said] of SCHEDULES) it(`a schedule of ${name}`, () => refuse(content, said));

  it('by the editor, too', () => {
    for (const [, content] of KEYS.filter(([, each]) => typeof each !== 'string'))
      expect(editorTakes(content)).toBe(false);
  });
});

describe('refused as soon as the file is read, and in the editor', () => {
  for (const [name, content, ...said] of EDITOR_TOO)
    it(name, async () => {
      await refuse(content, said);
      expect(editorTakes(content)).toBe(false);
    });
});

describe('refused as soon as the file is read: a value of which the editor knows nothing', () => {
  for (const [name, content, ...said] of VALUES)
    it(name, async () => {
      await refuse(content, said);
      expect(editorTakes(content)).toBe(true);
    });
});

it('neither the editor nor the program refuses what is right, though it is near to what is wrong', () => {
  const right: Json[] = [
    limits({ callTimeout: '10s', requestLife: '21s' }),
    file({ freezes: [FREEZE], defaults: { maxTokenAge: '60d', window: { days: ['sun'], timeZone: 'Asia/Kolkata' } } }),
    consumer({ holdPeriod: '0s', consumerCacheTtl: '0s' }),
    consumer({ retired: true, permissions: [], read: ['telemetry', 'telemetry'] }),
    consumer({ read: [], write: ['telemetry'], createSecret: true }),
    influxdb({ self: { holdPeriod: '0s' } }),
    influxdb({ url: 'https:\\\\example.com:/meter/write-ahead/orgs.html' }),
    influxdb({ url: 'https://bücher.example:0443/api/influx' }),
    consumer({ rotateEvery: '000030d', maxTokenAge: '36500d' }),
    influxdb({ url: 'https://example.com/influx/api/' }),
    influxdb({ url: 'https://example.com/a%20b%' }),
    influxdb({ url: 'https://my_host-1.example.com.:8086/queries/100%25' }),
    influxdb({ url: 'https://[fd00::7]:8086' }),
    consumer({ secret: arn('a-AbCdEf', 'cn-north-1').replace('arn:aws:', 'arn:aws-cn:') }),
    consumer({ secret: arn('a-AbCdEf', 'xx-new-1').replace('arn:aws:', 'arn:aws-new:') }),
    influxdb({ org: ZEROS }),
    influxdb({ url: ' HTTPS://example.com/teams/a@b?' }),
    influxdb({ ca: `Root\n${ROOT}\n${OF_A_SERVER}\n` }),
    file({ influxdb: { tokenSecret: arn('rotator-AbCdEf') }, consumer: { secret: arn('a-AbCdEf') } }),
  ];
  for (const content of right) {
    expect(() => readConfiguration(setUp.write(content))).not.toThrow();
    expect(editorTakes(content), JSON.stringify(validate.errors)).toBe(true);
  }
});
