import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Answer } from '../../../local/http/server.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function open(): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
}

type Json = Record<string, unknown>;

/** An answer whose JSON was changed on its way. */
const changed =
  (change: (body: Json) => unknown) =>
  (answer: Answer): Answer => ({ ...answer, body: JSON.stringify(change(JSON.parse(String(answer.body ?? '')))) });

const replaced =
  (rest: Partial<Answer>) =>
  (answer: Answer): Answer => ({ ...answer, ...rest });

const LIST = 'GET /api/v2/authorizations';
const MINT = 'POST /api/v2/authorizations';
const PATCH = 'PATCH /api/v2/authorizations/{id}';
const GET = 'GET /api/v2/authorizations/{id}';

type Rewrite = (answer: Answer) => Answer;

/** Everything that a run said of itself as a whole, and of its consumer. */
const said = ({ errors, consumers }: RunReport) =>
  [...errors.map(({ message }) => message), ...consumers.map(({ reason }) => reason)].join('; ');

/** After the fault, clean runs at times between which a token is switched off and deleted. */
async function settle(): Promise<void> {
  expect(await scene.recover()).toEqual({
    violations: [],
    rows: 1,
    works: true,
  });
}

/** Whatever may stand where an authorization should. */
const NOT_A_ROW: readonly [string, Rewrite][] = [
  ['null', replaced({ body: 'null' })],
  ['a list', changed((row) => [row])],
  ['an empty body', replaced({ body: '' })],
  ['204 without a body', replaced({ status: 204, body: '' })],
  ["a proxy's page", replaced({ body: '<html>please sign in</html>', headers: { 'content-type': 'text/html' } })],
  [
    'bytes that claim to be gzip',
    replaced({ body: Buffer.from([31, 139, 8, 0, 255]), headers: { 'content-encoding': 'gzip' } }),
  ],
  ['half of the JSON', (answer) => ({ ...answer, body: String(answer.body).slice(0, -20) })],
  ['no id', changed(({ id: _id, ...row }) => row)],
  ['a number as its id', changed((row) => ({ ...row, id: 5 }))],
  ['a path as its id', changed((row) => ({ ...row, id: '../users/0123456789abcdef' }))],
  ['no owner', changed(({ userID: _userID, ...row }) => row)],
  ['a status of its own', changed((row) => ({ ...row, status: 'weird' }))],
  ['null as its status', changed((row) => ({ ...row, status: null }))],
  ['no time', changed(({ createdAt: _createdAt, ...row }) => row)],
  ['a word as its time', changed((row) => ({ ...row, updatedAt: 'just now' }))],
  ['a number as its time', changed((row) => ({ ...row, createdAt: 1767225600 }))],
  ['no permissions', changed((row) => ({ ...row, permissions: null }))],
  ['an object as its permissions', changed((row) => ({ ...row, permissions: {} }))],
  [
    'an action of its own',
    changed((row) => ({ ...row, permissions: [{ action: 'own', resource: { type: 'buckets' } }] })),
  ],
  ['a list as its description', changed((row) => ({ ...row, description: [] }))],
];

describe('an answer to the mint that is none leaves nothing that ever worked', () => {
  it.each(NOT_A_ROW)('%s', async (_name, rewrite) => {
    await open();
    scene.world.influxdb.faults.add({ on: MINT, times: 2, rewrite });
    const text = said(await scene.run());
    expect(text).toMatch(/^first token: InfluxDB's answer to POST \/api\/v2\/authorizations is not /);
    expect(scene.rows.map(({ status }) => status)).toEqual(['inactive', 'inactive']);
    expect(await scene.text()).toBe('{}');
    await settle();
  });

  it.each<[string, Rewrite, RegExp]>([
    ['active at once', changed((row) => ({ ...row, status: 'active' })), /status active instead of inactive/],
    ['of another org', changed((row) => ({ ...row, orgID: '00000000000000ff' })), /org 00000000000000ff instead of /],
    ['of another owner', changed((row) => ({ ...row, userID: '00000000000000ff' })), /owner 00000000000000ff instead/],
    ['without its token', changed((row) => ({ ...row, token: '' })), /no token/],
    [
      'for the whole org',
      changed((row) => withResources(row, ({ id: _id, ...rest }) => rest)),
      /permissions read:orgs/,
    ],
    [
      'for one more',
      changed((row) => ({ ...row, permissions: [...rights(row), GRANTED_TOO] })),
      /permissions .*read:tasks/,
    ],
    ['for one less', changed((row) => ({ ...row, permissions: rights(row).slice(1) })), /permissions write:orgs/],
    ['for nothing', changed((row) => ({ ...row, permissions: [] })), /permissions none/],
  ])('nor does one %s', async (_name, rewrite, text) => {
    await open();
    scene.watch();
    scene.world.influxdb.faults.add({ on: MINT, rewrite });
    expect(said(await scene.run())).toMatch(
      new RegExp(`InfluxDB made another authorization than was asked for \\(${text.source}.*\\); it is not used$`),
    );
    // What differs in its permissions alone stays, off, as the note because of which the next mint waits.
    const notes = text.source.startsWith('permissions') ? ['inactive'] : [];
    expect(scene.rows.map(({ status }) => status)).toEqual(notes);
    await settle();
  });
});

const GRANTED_TOO = { action: 'read', resource: { type: 'tasks' } };
const rights = ({ permissions }: Json) => permissions as Json[];
const withResources = (row: Json, change: (resource: Json) => Json) => ({
  ...row,
  permissions: rights(row).map((each) => ({ ...each, resource: change(each.resource as Json) })),
});

describe('an answer to the list that is none ends the run before it acts', () => {
  const inList = (rewrite: Rewrite) =>
    changed(({ authorizations, ...rest }) => ({
      ...rest,
      authorizations: (authorizations as Json[]).map((row) =>
        JSON.parse(String(rewrite({ status: 200, body: JSON.stringify(row) }).body) || 'null'),
      ),
    }));
  it.each<[string, Rewrite]>([
    ...NOT_A_ROW.slice(0, 2),
    ...NOT_A_ROW.filter(([name]) => /^(no|an?|null) .*|null/.test(name))
      .filter(([name]) => !/body|page|list$/.test(name))
      .map(([name, rewrite]): [string, Rewrite] => [`a row with ${name}`, inList(rewrite)]),
    ['no list in it', changed(() => ({ links: {} }))],
    ['50 MB that are no JSON', replaced({ body: `{"authorizations":"${'x'.repeat(50_000_000)}` })],
  ])('%s', async (_name, rewrite) => {
    await open();
    await scene.run();
    scene.world.clock.advance(31 * DAY);
    scene.world.influxdb.faults.add({ on: LIST, times: 4, rewrite });
    const writes = scene.world.influxdb.calls.length;
    expect(said(await scene.run())).toMatch(/^InfluxDB's answer to GET \/api\/v2\/authorizations is not /);
    expect(scene.world.influxdb.calls.slice(writes).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await scene.works()).toBe(true);
  });
});

describe('an answer about another authorization is not believed', () => {
  const another = changed((row) => ({ ...row, id: '00000000000000ff' }));
  it('when a token is switched on', async () => {
    await open();
    scene.watch();
    scene.world.influxdb.faults.add({ on: PATCH, rewrite: another });
    expect(said(await scene.run())).toMatch(
      /InfluxDB's answer to PATCH .* is not understood \(at id\)\. Check that influxdb\.url, http:/,
    );
    await settle();
  });

  it('when an old one is looked at before it ends', async () => {
    await open();
    await scene.run();
    const old = await scene.currentId();
    scene.world.clock.advance(31 * DAY);
    await scene.run();
    scene.world.clock.advance(26 * HOUR);
    scene.world.influxdb.faults.add({ on: GET, rewrite: another });
    expect(said(await scene.run())).toMatch(
      /InfluxDB's answer to GET .* is not understood \(at id\)\. Check that influxdb\.url, http:/,
    );
    expect(scene.statusOf(old)).toBe('active');
    await settle();
  });

  it.each<[string, string]>([
    ['bucket', 'may not read bucket "telemetry" of org acme, which exists: '],
    ['user', 'may not read owner "svc-telegraf", which exists: '],
  ])('when a list ignores the name of a %s', async (kind, text) => {
    await open();
    const other = changed((body) => ({
      ...body,
      [`${kind}s`]: (body[`${kind}s`] as Json[]).map((row) => ({ ...row, name: 'another' })),
    }));
    scene.world.influxdb.faults.add({ on: `GET /api/v2/${kind}s`, rewrite: other });
    expect(said(await scene.run())).toContain(text);
    expect(scene.rows).toEqual([]);
  });
});

it.each([301, 302, 307, 308])('follows no redirect, which could take the token to another host: %i', async (status) => {
  const requests: string[] = [];
  const elsewhere = createServer(({ url = '' }, response) => {
    requests.push(url);
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  await open();
  const everyCall = { on: () => true, times: Number.POSITIVE_INFINITY };
  scene.world.influxdb.faults.add({ ...everyCall, status, headers: { location }, body: '' });
  const text = said(await scene.run());
  expect(text).toContain(
    `${status}, a redirect to ${new URL(location).host}, which is not followed. Check that influxdb.url`,
  );
  scene.world.influxdb.faults.clear();
  scene.world.secretsManager.faults.add({
    ...everyCall,
    rewrite: replaced({ status, headers: { location }, body: '' }),
  });
  expect(said(await scene.run())).toMatch(/^Secrets Manager: BatchGetSecretValue failed/);
  expect(requests).toEqual([]);
  elsewhere.close();
});

it('minds no odd content type', async () => {
  await open();
  const odd = (answer: Answer) => ({ ...answer, headers: { 'content-type': 'image/png; charset=ebcdic' } });
  scene.world.influxdb.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, rewrite: odd });
  expect((await scene.run()).counts.rotated).toBe(1);
});
