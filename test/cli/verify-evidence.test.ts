import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, type Seen, type } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { pendingVersion, STEPS, stepOf } from '../builders/a-serviced-secret.ts';

let folder: string;
let scene: Scene;
let deployed: DeployedFunction;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'verified-'));
  const consumers = ['c0', 'c1'].map((name) => aConsumer({ name, owner: 'svc-all', secret: `influxdb/acme/${name}` }));
  scene = await Scene.open({ configuration: { ...aConfiguration(consumers), evidence: { folder } } });
  deployed = await deployedIn(scene.world);
  await deployed.scheduledRun();
  scene.world.clock.advance(31 * DAY);
  await deployed.scheduledRun();
});
afterEach(async () => {
  await deployed.close();
  await scene.close();
  rmSync(folder, { recursive: true });
});

const verify = (...args: readonly string[]): Promise<Seen> => type(['verify-evidence', ...args], deployed.env);
const alone = (...args: readonly string[]) => verify('--evidence', folder, '--deployment', 'prod', ...args);

/** The files, the oldest first. */
const files = () =>
  readdirSync(join(folder, 'prod'))
    .toSorted()
    .toReversed()
    .map((name) => join(folder, 'prod', name));

/** Which version of the secret of `c0` is current. */
const version = () => {
  const { versions } = scene.world.secretsManager.store.secret(scene.secret) ?? { versions: new Map() };
  return [...versions].find(([, { stages }]) => stages.has('AWSCURRENT'))?.[0];
};

/** A token of another rotation takes the place of what the evidence has. */
function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

it('the function says where the evidence is, its log has the anchors, and its status what is now', async () => {
  const { code, out } = await verify('--json');
  const answer = JSON.parse(out);
  expect([code, answer]).toMatchObject([
    0,
    {
      ...{ deployment: 'prod', place: folder, intact: true, problems: [], unknown: [] },
      sample: [{ number: expect.any(Number) }, { number: expect.any(Number) }],
    },
  ]);
  expect(answer.anchored).toBe(files().length);
  expect(answer.head.number).toBe(answer.records);
  const { out: text } = await verify();
  expect(text).toContain(`The chain is whole; ${answer.anchored} records compared with the log`);
  expect(text).toContain('2 consumers looked at now, as the latest record of each says.');
  expect(text).toContain(`Note this, for a later --head: ${answer.head.number}:${answer.head.hash}`);
});

it('a record that was changed is named, with its line and file', async () => {
  const [, file = ''] = files();
  edit(file, (text) => text.replace('"consumer":"c0"', '"consumer":"c9"'));
  const { code, out } = await verify();
  expect(code).toBe(1);
  expect(out).toMatch(/Not as it was written: record \d+ was changed/);
  expect(out).toContain(`of ${file.slice(join(folder, 'prod').length + 1)}`);
});

it('what was cut off at the end is named by the log', async () => {
  rmSync(files().at(-1) ?? '');
  const { code, out } = await verify('--json');
  expect([code, JSON.parse(out)]).toMatchObject([1, { intact: false, fault: { kind: 'cut-off' } }]);
});

it('all that was removed is named by the log', async () => {
  for (const file of files()) rmSync(file);
  const { code, out } = await verify('--json');
  expect(JSON.parse(out).unknown).toEqual([]);
  expect([code, JSON.parse(out)]).toMatchObject([1, { records: 0, fault: { kind: 'cut-off', number: 1 } }]);
});

it('a token that was put by hand is no token of the latest record', async () => {
  scene.world.clock.advance(31 * DAY);
  // A run whose evidence somebody removed, with what the log says of it.
  const before = files();
  await deployed.scheduledRun();
  for (const file of files().filter((each) => !before.includes(each))) rmSync(file);
  const { head } = JSON.parse((await alone('--json')).out);
  const { code, out } = await verify('--json');
  const { problems } = JSON.parse(out) as { readonly problems: readonly string[] };
  expect(code).toBe(1);
  expect(problems[0]).toContain(`the evidence ends with record ${head.number}`);
  expect(problems.slice(1)).toEqual([
    expect.stringContaining('its secret holds the token of'),
    expect.stringContaining('its secret holds the token of'),
  ]);
});

it('a token that somebody switched on again is not off, as the record says', async () => {
  const { rotation } = await scene.value();
  const { authorizationId = '' } = rotation.superseded[0] ?? {};
  scene.world.clock.advance(1.5 * DAY);
  await deployed.scheduledRun();
  await scene.world.admin.send('PATCH', `/api/v2/authorizations/${authorizationId}`, { status: 'active' });
  const { code, out } = await verify('--json');
  expect([code, JSON.parse(out).problems]).toEqual([
    1,
    [expect.stringContaining(`c0: authorization ${authorizationId} is active, but record`)],
  ]);
  expect(out).toContain('says that it is switched off');
});

it('a version that somebody put beside the records is named, though it holds the same token', async () => {
  const before = version();
  await scene.edit({ url: 'https://elsewhere.example' });
  const { code, out } = await verify('--json');
  const { unknown, problems } = JSON.parse(out) as Record<string, string[]>;
  expect([code, problems]).toEqual([0, []]);
  expect(unknown).toEqual([
    expect.stringMatching(
      `^c0: its secret is at version ${version()}, but record \\d+, the latest that names one, says ${before}`,
    ),
  ]);
  // The census of the next day has it.
  scene.world.clock.advance(HOUR);
  for (let hour = 0; hour < 25; hour += 1) {
    await deployed.scheduledRun();
    scene.world.clock.advance(HOUR);
  }
  expect(JSON.parse((await verify('--json')).out).unknown).toEqual([]);
});

describe('what is on record of a part of a consumer alone', () => {
  it('does not hide the tokens that an earlier record has: of a check', async () => {
    scene.world.clock.advance(2 * HOUR);
    expect((await type(['check'], deployed.env)).code).toBe(0);
    expect(JSON.parse((await verify('--json')).out).problems).toEqual([]);
  });

  it('nor those of a step of a rotation by Secrets Manager', async () => {
    const { configuration } = scene.world;
    const consumers = configuration.consumers.map((each) => ({ ...each, rotation: 'secrets-manager' as const }));
    scene.world.configuration = { ...configuration, consumers };
    const pending = await pendingVersion(scene);
    for (const step of STEPS) await deployed.invoked(stepOf(scene, step, pending));
    expect(version()).toBe(pending);
    const { code, out } = await verify('--json');
    const { problems, unknown, sample } = JSON.parse(out);
    expect([code, problems, unknown]).toEqual([0, [], []]);
    expect(sample).toHaveLength(2);
  });
});

describe('whoever has the evidence alone', () => {
  it('needs no function, and is told what is not known then', async () => {
    const { code, out } = await verify('--evidence', folder, '--deployment', 'prod', '--json');
    const { intact, unknown, sample } = JSON.parse(out);
    expect([code, intact, sample]).toEqual([0, true, []]);
    expect(unknown).toEqual([
      expect.stringContaining('nothing was compared with an anchor'),
      expect.stringContaining('the function was not asked, or could not look'),
    ]);
  });

  it('may have noted a head', async () => {
    const { head } = JSON.parse((await alone('--json')).out);
    const noted = ['--head', `${head.number}:${head.hash}`];
    expect(await alone(...noted)).toMatchObject({ code: 0, out: expect.stringContaining('1 record compared') });
    rmSync(files().at(-1) ?? '');
    expect(await alone(...noted)).toMatchObject({ code: 1, out: expect.stringContaining('cut off') });
    expect((await alone()).code).toBe(0);
  });

  it('is told of records that are over, unless the bucket keeps them no longer', async () => {
    rmSync(files()[0] ?? '');
    expect(await alone()).toMatchObject({ code: 1, out: expect.stringContaining('say so with --retention') });
    expect((await alone('--retention', '1d')).code).toBe(0);
    expect((await alone('--retention', '36500d')).code).toBe(1);
  });
});

it('a function that cannot look does not keep the chain from being compared with its log', async () => {
  deployed.faults.intercept(({ operation }) => (operation === 'Invoke' ? { status: 500 } : undefined));
  const { code, out, err } = await verify(
    '--evidence',
    folder,
    '--deployment',
    'prod',
    '--function',
    'rotator',
    '--json',
  );
  expect([code, JSON.parse(out)]).toMatchObject([0, { intact: true, sample: [], unknown: [expect.any(String)] }]);
  expect(JSON.parse(out).anchored).toBe(files().length);
  expect(err).toContain('could not be asked');
});

describe('what was typed wrongly', () => {
  it.each([
    [['--head', '1:2'], 'write its number and its hash, as 812:sha256:0a1b…'],
    [['--retention', 'long'], 'write it as 400d'],
    [['--sample', 'all'], 'is no number of consumers'],
    [['--evidence', 's3://'], 'names no bucket: write s3://BUCKET/PREFIX'],
    [['--deployment', 'other'], 'is another than that of the function, prod'],
  ])('%j is refused', async (args, said) => {
    const { code, out, err } = await verify(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });

  it('as it is where no evidence is kept', async () => {
    scene.world.configuration = { ...scene.world.configuration, evidence: undefined };
    expect(await verify()).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not say where evidence is kept'),
    });
  });
});

it('an evidence that cannot be read fails, for scripts as well', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { code, out, err } = await verify('--evidence', join(folder, 'file'), '--json');
  expect([code, JSON.parse(out)]).toEqual([1, { failure: expect.stringContaining('the evidence could not be read') }]);
  expect(err).toContain('ENOTDIR');
});
