import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

let scene: Scene;

const reading = (...read: string[]) => ({ kind: 'buckets', read, write: [] }) as const;

/** A world with this org, in which the rotator sees everything, so that nothing but its name keeps a bucket away. */
async function open(org: string, ...consumers: Parameters<typeof aConsumer>[0][]): Promise<void> {
  const configuration = aConfiguration(consumers.map((each) => aConsumer(each)));
  scene = await Scene.open({ configuration: { ...configuration, influxdb: { ...configuration.influxdb, org } } });
  await scene.world.secrets.send(
    new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString: scene.world.admin.operatorToken }),
  );
}

/** The authorization whose token the first consumer reads, as the server has it. */
async function current(): Promise<unknown> {
  const id = await scene.currentId();
  return scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id);
}

function configure(...settings: Parameters<typeof aConsumer>[0][]): void {
  scene.world.configuration = { ...scene.world.configuration, consumers: settings.map((each) => aConsumer(each)) };
}

describe('a name means what has exactly this name', () => {
  afterEach(() => scene.close());
  const NAMES = [
    'a/b',
    '/',
    'a%2Fb',
    '%',
    "'a' `b`",
    'a\nb',
    'a\r\nx-injected: b',
    'a\u0000b',
    '\u{1f525}\u{1f469}\u200d\u{1f692}',
    'u\u0308ber',
    'a?name=initial&x',
    'a#b',
    'a&orgID=0',
    'a+b',
    '..',
    '.',
    '../initial',
    ' a ',
    'Initial',
    '*',
    '<b>\\',
    'null',
    'constructor',
    '0123456789abcde',
    '0123456789abcdeg',
    '0000000000000000',
    '0x0123456789abcd',
    'x'.repeat(512),
  ];
  /** Names that somebody sloppy would take for the one given. */
  const lookalikes = (name: string) =>
    new Set([
      name.trim(),
      name.normalize('NFC'),
      name.toLowerCase(),
      name.split(/[?#&\n/]/)[0] ?? '',
      name.replaceAll('+', ' '),
      encodeURIComponent(name),
      name.slice(0, 64),
      name.slice(0, -1),
    ]);

  it.each(NAMES)('as bucket, owner and org: %j', async (name) => {
    await open(name, { owner: name, access: reading(name) });
    for (const other of lookalikes(name)) {
      if (other === name || other === '') continue;
      await scene.world.admin.createBucket(other).catch(() => undefined);
      await scene.world.admin.createUser(other).catch(() => undefined);
    }
    expect(await scene.turn()).toMatchObject({ state: 'acting', actions: [{ outcome: 'done' }] });
    expect(await current()).toMatchObject({
      userId: scene.world.userIds.get(name),
      orgId: scene.world.admin.orgId,
      permissions: [{ action: 'read', resource: { type: 'buckets', id: scene.world.bucketIds.get(name) } }],
    });
  });

  it.each(['"a" "b"', '__proto__', '_monitoring'])(
    'as owner and org, where no bucket may have it: %j',
    async (name) => {
      await open(name, { owner: name });
      expect(await scene.turn()).toMatchObject({ state: 'acting', actions: [{ outcome: 'done' }] });
      expect(await current()).toMatchObject({ userId: scene.world.userIds.get(name), orgId: scene.world.admin.orgId });
    },
  );

  it('but 16 hexadecimal digits are an id, also where a bucket has them as its name', async () => {
    await open('acme', { access: reading('telemetry') });
    const telemetry = scene.world.bucketIds.get('telemetry') ?? '';
    await scene.world.admin.createBucket(telemetry);
    configure({ access: reading(telemetry.toUpperCase()) });
    expect(await scene.turn()).toMatchObject({ state: 'acting', actions: [{ outcome: 'done' }] });
    expect(await current()).toMatchObject({
      permissions: [{ resource: { id: telemetry } }],
    });
  });

  it('and one that only looks like an id is never replaced by the bucket of that name', async () => {
    await open('acme', { access: reading('telemetry') });
    const name = 'feedfacefeedface';
    await scene.world.admin.createBucket(name);
    configure({ access: { kind: 'buckets', read: [], write: [name] } });
    expect(await scene.turn()).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/but the bucket \w+ does not exist/),
    });
    expect(scene.rows).toEqual([]);
  });

  it('also where a bucket is called like a question that the run asked before', async () => {
    await open('acme', { access: reading('telemetry') });
    const telemetry = scene.world.bucketIds.get('telemetry') ?? '';
    const name = `id ${telemetry}`;
    const bucket = await scene.world.admin.createBucket(name);
    // The org cannot be looked up, so that it is asked of the bucket.
    scene.world.influxdb.faults.add({ on: 'GET /api/v2/orgs', status: 200, body: '{"orgs":[]}' });
    configure(
      { access: reading(telemetry) },
      { name: 'b', owner: 'svc-telegraf', createSecret: true, access: reading(name) },
    );
    expect((await scene.run()).counts).toMatchObject({ rotated: 2 });
    const ids = scene.world.influxdb.store
      .storedAuthorizations()
      .filter(({ description }) => description.includes('/b/'))
      .flatMap(({ permissions }) => permissions.map(({ resource }) => resource.id));
    expect(ids).toEqual([bucket]);
  });
});

const file = (deployment: string, consumer: string, secret = 's') => ({
  deployment,
  influxdb: { url: 'https://influxdb.example.com', org: 'acme', tokenSecret: 'influxdb/rotator' },
  consumers: [{ name: consumer, secret, owner: 'o', read: ['b'] }],
});

describe('the name of a secret', () => {
  it.each(['/_+=.@-', '-', 'a/b//c', 'a-AbCdEf', '..', 'influxdb/'.repeat(57).slice(1)])(
    'may be %j',
    async (secret) => {
      expect(parseConfiguration(file('prod', 'telegraf', secret))).toBeDefined();
      await open('acme', { secret });
      expect(await scene.turn()).toMatchObject({ state: 'acting', secret, actions: [{ outcome: 'done' }] });
      await scene.close();
    },
  );

  const REFUSED = ['', 'a b', 'a\n', 'a:b', 'a%2Fb', '"a"', '\u{1f525}', 'x'.repeat(513), 'arn:aws:s3:::bucket/key'];
  it.each(REFUSED)('is refused by the configuration before it fails the batch of all: %j', (secret) => {
    expect(() => parseConfiguration(file('prod', 'telegraf', secret))).toThrow(
      'consumers[0].secret: must be a name that Secrets Manager allows (1 to 512 letters, digits and /_+=.@!-), or an ARN',
    );
  });
});

describe('a name of ours that could not stand in a marker', () => {
  it.each([
    '',
    'a/b',
    'a b',
    'a\n',
    '\na',
    'a\nb',
    'a%2Fb',
    'a:b',
    'a"',
    '\u{1f525}',
    '\u00e4',
    'a\u0000',
    'x'.repeat(65),
    '--all',
  ])('is refused by the configuration: %j', (name) => {
    const allowed = 'must be 1 to 64 letters, digits, ".", "_" or "-", and not begin with "-"';
    expect(() => parseConfiguration(file(name, 'telegraf'))).toThrow(`deployment: ${allowed}`);
    expect(() => parseConfiguration(file('prod', name))).toThrow(`consumers[0].name: ${allowed}`);
  });

  it.each(['..', '_-', '__proto__', 'x'.repeat(64)])('may be %j', (name) => {
    expect(parseConfiguration(file(name, name))).toMatchObject({ deployment: name, consumers: [{ name }] });
  });
});
