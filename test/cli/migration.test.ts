import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { blocksOf } from '../pages/blocks.ts';
import { Beginning } from './a-beginning.ts';
import { Shell } from './runbook/a-shell.ts';

// Types what docs/migration.md says, in its order, against servers with tokens that people made by hand.

const PAGE = 'docs/migration.md';
const BLOCKS = blocksOf(PAGE);

let at: Beginning;
let shell: Shell;
const ids = new Map<string, string>();

beforeEach(async () => {
  at = await Beginning.open();
  shell = new Shell(PROGRAM_FILE, { ...at.env, INFLUX_HOST: at.influxdb.url });
});
afterEach(async () => {
  shell.remove();
  await at.close();
});

/** A token of this user's own, or of the administrator's, in the secret `legacy/NAME`. */
async function byHand(name: string, formOf: (token: string) => string, isOwn = true): Promise<string> {
  const { id, token } = await at.admin.createAuthorization({
    userID: isOwn ? await at.admin.createUser(name) : at.admin.userId,
    description: `for the ${name}`,
    permissions: [
      { action: 'write', resource: { type: 'buckets', id: at.bucketId, orgID: at.admin.orgId } },
      { action: 'read', resource: { type: 'buckets', id: at.bucketId, orgID: at.admin.orgId } },
    ],
  });
  ids.set(name, id);
  await at.makeSecret(`legacy/${name}`, formOf(token));
  return token;
}

const under = (key: string) => (token: string) => JSON.stringify({ [key]: token, note: 'theirs' });
const blocksUnder = (heading: string) =>
  BLOCKS.filter((block) => block.heading === heading && block.language === 'sh').map(({ text }) => text);

/** Types a block, and gives what stood on the screen. Throws unless it ends as told. */
async function type(text: string, code = 0): Promise<string> {
  const filled = text
    .replaceAll('https://influxdb.example.com:8086', at.influxdb.url)
    .replaceAll(/<(\w+)'s id>/g, (_, name: string) => ids.get(name) ?? `no ${name}`);
  const typed = await shell.type(filled);
  expect({ text, ...typed }).toMatchObject({ code });
  return typed.screen;
}

const file = () => JSON.parse(readFileSync(join(shell.folder, 'prod.json'), 'utf8'));
const change = (configuration: object) =>
  writeFileSync(join(shell.folder, 'prod.json'), JSON.stringify(configuration, undefined, 2));
/** The consumers that the page shows, each as a fragment of a configuration. */
const shown = () => BLOCKS.filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text));
const held = async (name: string) => JSON.parse((await at.valueOf(`legacy/${name}`)) ?? '');
const statusOf = (token: string) => at.influxdb.store.statusOf(token);

describe('the page about migration', () => {
  it('takes over tokens made by hand, and gives one back', async () => {
    const loader = await byHand('loader', under('token'));
    const batch = await byHand('batch', (token) => token);
    const board = await byHand('board', under('token'), false);
    const [see = ''] = blocksUnder('See what there is');
    expect(await type(see)).toMatch(/4 tokens are managed by nothing[\s\S]* in legacy\/loader/);

    const [write = '', init = '', check = '', look = ''] = blocksUnder('Take them over');
    await type(write);
    await type(init);
    const consumers = file().consumers;
    expect(consumers).toMatchObject([
      { name: 'loader', owner: 'loader', adopt: ids.get('loader') },
      { name: 'batch', owner: 'batch', adopt: ids.get('batch') },
      { name: 'board', owner: 'svc-board' },
    ]);
    expect(consumers[2]).not.toHaveProperty('adopt');
    expect(await type(check, 1)).toContain('SECRET_PLAIN_TOKEN');
    const { convert } = shown().find(({ name }) => name === 'batch');
    change({ ...file(), consumers: consumers.map((each: object) => ({ ...each, convert })) });
    await type(check);
    expect(await type(look)).toMatch(/loader .*works until/);
    for (const name of ['loader', 'batch', 'board']) {
      const { token } = await held(name);
      expect([loader, batch, board]).not.toContain(token);
      expect(statusOf(token)).toBe('active');
    }
    expect([loader, batch, board].map(statusOf)).toEqual(['active', 'active', 'active']);
    expect(await held('loader')).toMatchObject({ note: 'theirs' });

    const [rollback = ''] = blocksUnder('If an application did not follow');
    await type(rollback);
    expect(await held('loader')).toMatchObject({ token: loader });

    const [end = ''] = blocksUnder('A token of an administrator');
    await type(end);
    expect(statusOf(board)).toBe('unknown');
  });

  it('leaves a secret of another shape alone until its key is named', async () => {
    const keyed = await byHand('keyed', under('INFLUX_TOKEN'));
    const consumer = shown().find(({ name }) => name === 'keyed');
    await configure({ ...consumer, tokenKey: undefined });
    const run = 'npx influxdb-token-rotation run --local --config prod.json';
    expect(await type(run)).toContain('TOKEN_KEY_UNKNOWN');
    expect(await held('keyed')).toEqual({ INFLUX_TOKEN: keyed, note: 'theirs' });
    await configure(consumer);
    await type(run);
    expect(await held('keyed')).toMatchObject({ INFLUX_TOKEN: expect.not.stringMatching(keyed), note: 'theirs' });
  });

  it('adopts a token that is in no secret, once its application reads one', async () => {
    await byHand('gateway', under('token'));
    const consumer = { name: 'gateway', secret: 'influxdb/acme/gateway', owner: 'gateway', write: ['telemetry'] };
    await configure(consumer);
    await type('npx influxdb-token-rotation run --local --config prod.json');
    change({ ...file(), consumers: [{ ...consumer, adopt: ids.get('gateway') }] });
    const status = await type('npx influxdb-token-rotation status gateway --local --config prod.json');
    expect(status).toContain('ADOPTED_SETTLES');
    expect(status).not.toContain('CANNOT_ADOPT');
  });

  it("hands a secret of AWS's own rotator over, once that is switched off", async () => {
    const theirs = { engine: 'timestream-influxdb', org: 'acme', type: 'custom', dbIdentifier: 'db', readBuckets: [] };
    const token = await byHand('sensor', (value) => JSON.stringify({ ...theirs, token: value }), false);
    const { store } = at.secretsManager;
    const secret = store.secret('legacy/sensor');
    if (secret === undefined) throw new Error('no secret');
    const rotationLambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function:sample';
    store.change(secret, () => Object.assign(secret, { rotationEnabled: true, rotationLambdaArn }));
    await configure(shown().find(({ name }) => name === 'sensor'));
    const [cancel = '', run = ''] = blocksUnder("AWS's own rotator");
    expect(await type(run, 1)).toContain('ROTATED_ELSEWHERE');
    expect(await held('sensor')).toEqual({ ...theirs, token });
    await type(cancel);
    await type(run);
    expect(await held('sensor')).toMatchObject({ ...theirs, token: expect.not.stringMatching(token) });
    expect(statusOf(token)).toBe('active');
  });

  it("leaves the administrator's secret of Timestream alone, also where it is named as the rotator's", async () => {
    const name = 'READONLY-InfluxDB-auth-parameters-0a1b2c3d4e';
    const value = '{"organization":"acme","bucket":"telemetry","username":"admin","password":"not-a-password"}';
    await at.makeSecret(name, value);
    const influxdb = { url: at.influxdb.url, org: 'acme', tokenSecret: name };
    change({ deployment: 'prod', influxdb, consumers: shown().slice(0, 1) });
    const screen = await type('npx influxdb-token-rotation check --local --config prod.json', 1);
    expect(screen).toContain('influxdb.tokenSecret: "<name of a secret for the rotator alone>"');
    expect(screen).not.toContain('put-secret-value');
    expect(await at.valueOf(name)).toBe(value);
  });

  it('shows consumers as a configuration takes them', () => {
    const influxdb = { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' };
    const { consumers } = parseConfiguration({ deployment: 'prod', influxdb, consumers: shown() }, PAGE);
    expect(consumers.map(({ name }) => name)).toEqual(['keyed', 'batch', 'sensor']);
  });
});

/** A configuration of this consumer alone, and what it needs. */
async function configure(consumer: object): Promise<void> {
  const influxdb = { url: at.influxdb.url, org: 'acme', tokenSecret: 'influxdb/rotator' };
  change({ deployment: 'prod', influxdb, consumers: [consumer] });
  const made = await shell.type('npx influxdb-token-rotation init --config prod.json');
  expect(made).toMatchObject({ code: 0 });
}
