import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { DISCOVERY } from '../../cli/discover/discovery.ts';
import type { TokenMode } from '../../local/influxdb/store.ts';
import { Beginning } from './a-beginning.ts';

let at: Beginning;
afterEach(() => at.close());

interface HandMade {
  readonly loader: string;
  readonly board: string;
  readonly spare: string;
}

/** An org as people leave it: a user for the loader, and two tokens of the administrator's for the rest. */
async function byHand(tokens: TokenMode): Promise<HandMade> {
  at = await Beginning.open(tokens);
  const orgID = at.admin.orgId;
  const bucket = { type: 'buckets', id: at.bucketId, orgID };
  const loader = await at.admin.createAuthorization({
    userID: await at.admin.createUser('loader'),
    description: 'loads',
    permissions: [{ action: 'write', resource: bucket }],
  });
  const board = await at.admin.createAuthorization({
    userID: at.admin.userId,
    description: 'dashboards',
    permissions: [{ action: 'read', resource: bucket }],
  });
  const spare = await at.admin.createAuthorization({
    userID: at.admin.userId,
    description: '',
    permissions: [{ action: 'read', resource: { type: 'tasks', orgID } }],
  });
  await at.makeSecret('legacy/loader', JSON.stringify({ token: loader.token, note: 'for the loader' }));
  await at.makeSecret('legacy/board', JSON.stringify({ token: board.token }));
  await at.makeSecret('legacy/database', JSON.stringify({ password: 'not-a-token-of-influxdb' }));
  at.forgetCalls();
  return { loader: loader.id, board: board.id, spare: spare.id };
}

const server = () => ['--url', at.influxdb.url, '--org', 'acme'];
const discover = (...args: string[]) => at.typeHere(['discover', ...args]);

describe.each(['hashed', 'plain'] as const)('discover, on a server with %s tokens', (tokens) => {
  it('shows what nothing manages: owner, age, reach, description, and the secrets that hold it', async () => {
    const { loader, board, spare } = await byHand(tokens);
    const seen = await at.type(['discover', ...server(), '--secrets', 'legacy/']);
    expect(seen).toMatchObject({ code: 0, err: '' });
    const lines = seen.out.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines.slice(0, -1)).toEqual([
      '4 tokens are managed by nothing, 0 by deployments of this program',
      '',
      expect.stringMatching(/^\w+ admin 0m operator admin's Token$/),
      `${loader} loader 0m writes telemetry loads`,
      ' in legacy/loader',
      `${board} admin 0m reads telemetry dashboards`,
      ' in legacy/board',
      `${spare} admin 0m read:tasks`,
    ]);
  });

  it('changes nothing, and sends InfluxDB nothing of a secret that is no token of its own', async () => {
    await byHand(tokens);
    const before = at.influxdb.store.authorizations();
    await discover(...server(), '--secrets', 'legacy/');
    expect(at.influxdb.store.authorizations()).toEqual(before);
    const asked = at.influxdb.calls.filter(({ path }) => path.startsWith('/api/v2/me')).length;
    expect(asked).toBe(tokens === 'hashed' ? 3 : 1);
  });

  it('writes a configuration that takes over what is chosen, and the next runs end it', async () => {
    const { loader, board } = await byHand(tokens);
    const written = await discover(...server(), '--secrets', 'legacy/', '--write', at.path(), loader, board);
    expect(written.out).toMatch(/managed by nothing: discover without --write shows which\n$/);
    expect(written.code).toBe(0);
    expect(written.err).toContain(`influxdb-token-rotation init --config ${at.path()}`);
    expect(at.json().consumers).toEqual([
      { name: 'loader', secret: 'legacy/loader', owner: 'loader', write: ['telemetry'], adopt: loader },
      // Of an administrator's tokens the rotator could only end one if it could do all that he can.
      { name: 'board', secret: 'legacy/board', owner: 'svc-board', read: ['telemetry'] },
    ]);
    expect(written.err).toContain(
      `delete it by hand once its readers have a new one (influx auth delete --id ${board})`,
    );
    expect((await at.typeHere(['init', '--config', at.path(), '--yes'])).code).toBe(0);
    const ran = await at.typeHere(['run', '--local', '--config', at.path(), '--yes', '--json']);
    expect(ran.code).toBe(0);
    const { status } = JSON.parse(ran.out);
    expect(status.consumers.flatMap(({ older }: { older: { authorizationId: string }[] }) => older)).toMatchObject([
      { authorizationId: loader, phase: 'works' },
    ]);
    expect(status.consumers).toMatchObject([{ health: 'ok' }, { health: 'ok' }]);
    expect(JSON.parse((await at.valueOf('legacy/loader')) ?? '')).toMatchObject({ note: 'for the loader' });
    const after = await discover('--config', at.path(), '--json');
    expect(DISCOVERY.parse(JSON.parse(after.out))).toMatchObject({
      managed: 4,
      tokens: [{ reach: 'operator' }, {}, {}],
    });
  });
});

it('discover leaves open what cannot be told', async () => {
  await byHand('hashed');
  const twin = (description: string) =>
    at.admin.createAuthorization({
      userID: at.admin.userId,
      description,
      permissions: [{ action: 'read', resource: { type: 'buckets', id: at.bucketId, orgID: at.admin.orgId } }],
    });
  const { id, token } = await twin('dashboards, too');
  await at.makeSecret('legacy/twin', token);
  await at.makeSecret('legacy/gone', `${'x'.repeat(86)}==`);
  const seen = await discover(...server(), '--secrets', 'legacy/');
  expect(seen.out).toContain('perhaps in legacy/board, legacy/twin: its owner has several tokens');
  expect(seen.out).toContain('secret legacy/gone holds a token that matches no unmanaged authorization of this org');
  const refused = await discover(...server(), '--secrets', 'legacy/', '--write', at.path(), id);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(
    `which secret holds the token of ${id} cannot be told (perhaps legacy/board or legacy/twin): give ${id}=SECRET`,
  );
  const said = await discover(...server(), '--secrets', 'legacy/', '--write', at.path(), `${id}=legacy/twin`);
  expect(said.code).toBe(0);
  expect(at.json().consumers).toMatchObject([{ name: 'twin', secret: 'legacy/twin' }]);
});

it('discover adds to a configuration that is there, and knows the token of the rotator', async () => {
  const { loader } = await byHand('hashed');
  await at.typeHere(['init', ...at.flags, '--yes']);
  const own = await at.admin.createAuthorization({
    userID: await at.admin.createUser('rotator'),
    description: 'token rotator',
    permissions: [{ action: 'write', resource: { type: 'authorizations', orgID: at.admin.orgId } }],
  });
  await at.makeSecret('rotator/by-hand', own.token);
  const file = at.json();
  writeFileSync(
    at.path(),
    JSON.stringify({ ...file, influxdb: { ...file.influxdb, tokenSecret: 'rotator/by-hand' } }, undefined, 2),
  );
  const all = await discover('--config', at.path(), '--secrets', 'legacy/');
  expect(all.out).toContain("in rotator/by-hand: the rotator's own");
  const asked = await discover('--config', at.path(), '--secrets', 'legacy/', '--write', at.path(), loader);
  expect(asked.err).toContain('nobody can be asked here whether this is meant: give --yes');
  const done = await discover('--secrets', 'legacy/', '--write', at.path(), loader, '--yes');
  expect(done.out).toContain('has now: loader');
  expect(at.json().consumers.map(({ name }: { name: string }) => name)).toEqual(['telegraf', 'loader']);
  const never = await discover('--write', at.path(), own.id, '--yes');
  expect(never.err).toContain("is the rotator's own token");
});

it('discover says if tokens may be hidden from it', async () => {
  await byHand('hashed');
  const permissions = ['read', 'write'].map((action) => ({
    action,
    resource: { type: 'authorizations', orgID: at.admin.orgId },
  }));
  const { token } = await at.admin.createAuthorization({ userID: at.admin.userId, description: '', permissions });
  const seen = await at.typeHere(['discover', '--url', at.influxdb.url, '--org', at.admin.orgId], {
    INFLUX_TOKEN: token,
  });
  expect(seen.out).toMatch(/the token that was given lacks \S+, so tokens of some users may be missing here/);
});

it.each([
  [[], 'say where to look: --config FILE, or --url URL and --org NAME'],
  [['0a1b2c3d4e5f6071'], 'give --write FILE, too'],
  [['--url', 'influxdb', '--org', 'acme'], 'must be a URL'],
])('discover %j is wrong usage', async (args, says) => {
  at = await Beginning.open();
  const seen = await discover(...args);
  expect(seen.err).toContain(says);
  expect(seen.code).toBe(2);
});

it('discover needs a token for it', async () => {
  at = await Beginning.open();
  const seen = await at.typeHere(['discover', ...server()], { INFLUX_TOKEN: '' });
  expect(seen.err).toContain(
    'one that sees the tokens of all users, such as an operator token. Put it into the environment as',
  );
  expect(seen.code).toBe(2);
});

it.each([
  [['--url', 'http://127.0.0.1:1'], '--url'],
  [['--deployment', 'other', '--token-secret', 'other/rotator'], '--deployment and --token-secret'],
  [['--ca', 'ca.pem'], '--ca'],
])('discover takes nothing twice: a configuration and %j', async (options, named) => {
  await byHand('hashed');
  await at.typeHere(['init', ...at.flags, '--yes']);
  const seen = await discover('--config', at.path(), ...options, '--write', at.path('new.json'));
  expect(seen).toMatchObject({ code: 2, err: `${at.path()} says that already: leave ${named} out\n` });
});
