import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseHcl } from '@cdktn/hcl2json';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { transform } from 'esbuild';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { fileName } from '../../lambda/evidence/file-name.ts';
import { LEVELS } from '../../lambda/log/levels.ts';
import { rotatorPermissions } from '../../simulation/rotator-permissions.ts';
import { problemWith } from './known-commands.ts';
import { commandsIn } from './typed.ts';

/** Reads a block in each language, and throws where it is wrong. What TypeScript shows is compiled, all at once. */
export const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  sh: readCommands,
  json: readJson,
  js: (text) => transform(text, { loader: 'js', format: 'esm' }),
  yaml: parseYaml,
  toml: parseToml,
  hcl: (text) => parseHcl('page.tf', text),
  '': readQueryOrPlace,
};

/** @throws where a program, a command, a script or an option does not exist, or where something is left out. */
function readCommands(text: string): void {
  throwAny(commandsIn(text).flatMap((command) => problemWith(command) ?? []));
}

/** The same, except that a sentence may leave out what it does not speak of. */
export function readMention(text: string): void {
  const problems = commandsIn(text).flatMap((command) => problemWith(command) ?? []);
  throwAny(problems.filter((problem) => !/\(commander\.(?:missing|optionMissing)\w+\)$/.test(problem)));
}

function throwAny(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

const schemaOf = (name: string) => JSON.parse(readFileSync(`${name}.schema.json`, 'utf8'));
const LENIENT = { strict: false, validateFormats: false };
const isConfiguration = new Ajv2020(LENIENT).compile(schemaOf('rotation'));
const isEvent = new Ajv(LENIENT).compile(schemaOf('events'));
const { properties: CONFIGURATION } = schemaOf('rotation');

const CONSUMER = { name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc-telegraf', write: ['telemetry'] };
const INFLUXDB = { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' };
const FILE = { deployment: 'prod', influxdb: INFLUXDB, consumers: [CONSUMER] };

/** A configuration or a part of it, an event, or what the rotator's token is made of. Others are held by the page's test. */
function readJson(text: string): void {
  if (isOfReport(text)) return;
  const value = JSON.parse(text.startsWith('{') ? text : `{${text}}`);
  const has = (...keys: string[]) => keys.every((key) => key in value);
  if (has('deployment', 'influxdb', 'consumers')) readConfiguration(value);
  else if (has('name', 'secret')) readConfiguration({ ...FILE, consumers: [value] });
  else if (has('exception')) readConfiguration({ ...FILE, consumers: [{ ...CONSUMER, ...value }] });
  else if (Object.keys(value).every((key) => key in CONFIGURATION)) readConfiguration({ ...FILE, ...value });
  else if (has('version', 'kind')) holdTo(isEvent, value);
  else if (has('orgID', 'permissions')) readAuthorization(value.permissions);
  else if (!has('$schema') && !has('detail-type')) throw new Error('nothing here knows what this is');
}

/** Lines of a report, which are compiled. */
export const isOfReport = (text: string): boolean => text.includes('"trial":');

function readConfiguration(value: unknown): void {
  parseConfiguration(value);
  holdTo(isConfiguration, value);
}

function holdTo(validate: ValidateFunction, value: unknown): void {
  if (!validate(value)) throw new Error(JSON.stringify(validate.errors));
}

/** The least that it takes for a consumer that reads and writes one bucket. */
function readAuthorization(shown: readonly object[]): void {
  const consumer = { ...CONSUMER, owner: '<owner id>', read: ['<bucket id>'], write: ['<bucket id>'] };
  const ids = { orgId: '<org id>', users: new Map(), buckets: new Map(), types: [] };
  const { consumers } = parseConfiguration({ ...FILE, consumers: [consumer] });
  const texts = (all: readonly object[]) => all.map((each) => JSON.stringify(each, KEYS)).toSorted();
  const [needed, said] = [rotatorPermissions(consumers, ids), shown].map((all) => texts(all).join('\n'));
  if (needed !== said) throw new Error(`the rotator needs\n${needed}`);
}
const KEYS = ['action', 'resource', 'type', 'id', 'orgID'];

/** A query for CloudWatch Logs Insights, or the place of a file of evidence. */
function readQueryOrPlace(text: string): void {
  const [, first] = /^s3:\/\/BUCKET\/PREFIX<deployment>\/\d+-(\d+)\.jsonl$/.exec(text) ?? [];
  if (first !== undefined && text.endsWith(fileName(Number(first)))) return;
  const [fields = '', filter = '', ...others] = text.split('\n');
  const isQuery = fields.startsWith('fields ') && filter.startsWith('| filter ');
  if (!isQuery || !others.every((line) => /^\| (?:filter .|sort @timestamp (?:asc|desc)$|limit \d)/.test(line)))
    throw new Error('neither a query nor a place of evidence');
  const named = fields.slice('fields '.length).split(', ');
  const unknown = named.filter((name) => !name.startsWith('@') && !new RegExp(`\\b${name}\\b`).test(LOGGED));
  const codes = [...filter.matchAll(/code = "(\w+)"/g)].map(([, code = '']) => code);
  unknown.push(...codes.filter((code) => !(code in LEVELS)));
  if (unknown.length > 0) throw new Error(`nothing logs ${unknown.join(', ')}`);
}

const LOGGED = ['lambda/log', 'lambda/telemetry']
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
