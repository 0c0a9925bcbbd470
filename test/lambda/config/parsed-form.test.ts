import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Configuration, parseConfiguration } from '../../../lambda/config/configuration.ts';
import { deployedConfiguration } from '../../../lambda/config/deployed.ts';
import type { ConfigurationFile, ConsumerFile } from '../../../lambda/config/file/schema.ts';
import { BUILD, formatParsed, readParsed } from '../../../lambda/config/parsed-form.ts';
import { ConfigurationError } from '../../../lambda/config/problems.ts';
import { parsedFormOf } from '../../../lambda/config/written.ts';

const EVIDENCE = { EVIDENCE: 's3://the-evidence/influxdb/' };

const bytes = (file: unknown) => Buffer.from(typeof file === 'string' ? file : JSON.stringify(file));

/** As it is in the source, nothing built has put its name there. */
const parsedOf = (file: unknown, isEvidenceElsewhere = false) =>
  bytes(parsedFormOf(bytes(file), `const build = '${BUILD}'`, isEvidenceElsewhere));

function aFile(rest: Partial<ConfigurationFile> = {}): ConfigurationFile {
  return {
    deployment: 'prod',
    influxdb: { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' },
    consumers: [
      { name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc', read: ['telemetry'] },
      { name: 'grafana', secret: 'influxdb/acme/grafana', owner: 'viewer', read: ['telemetry'], proof: false },
    ],
    ...rest,
  };
}

/** The slow way and the fast way, which must not differ. */
async function bothWays(file: unknown, environment: Record<string, string> = {}): Promise<[unknown, unknown]> {
  const slow = await deployedConfiguration({ file: bytes(file), parsed: undefined }, environment);
  const parsed = parsedOf(file, environment.EVIDENCE !== undefined);
  const from = { file: bytes(file), build: BUILD, isEvidenceElsewhere: environment.EVIDENCE !== undefined };
  expect(readParsed(parsed, from)).toBeDefined();
  return [slow, await deployedConfiguration({ file: bytes(file), parsed }, environment)];
}

const WINDOW = { days: ['mon', 'tue'], hours: '22:00-04:00', timeZone: 'Europe/Berlin' } as ConsumerFile['window'];
const FREEZE = { from: '2026-12-20T00:00:00Z', to: '2026-12-27T00:00:00Z', reason: 'holidays' };
const CONSUMERS: Partial<ConsumerFile> = {
  owner: 'svc',
  rotateEvery: '14d',
  maxTokenAge: '100d',
  gracePeriod: '12h',
  consumerCacheTtl: '0s',
  tokenKey: 'influx',
  onMissing: 'report',
  probe: 'never',
  proof: true,
  convert: true,
  createSecret: true,
  retired: true,
  adopt: 'auto',
  window: WINDOW,
  spread: '2h',
  freezes: [FREEZE],
  exception: { reason: 'a long study', approvedBy: 'alice', until: '2027-03-01' },
};
const ACCESS: Partial<ConsumerFile>[] = [
  { read: ['telemetry'], write: ['0123456789abcdef'] },
  { access: 'all-access' },
  { access: 'operator' },
  { permissions: [{ action: 'read', resource: { type: 'buckets', id: '0123456789ABCDEF' } }] },
];
const WHOLE: Partial<ConfigurationFile> = {
  mode: 'plan',
  schedule: '2h',
  events: { bus: 'default' },
  evidence: { bucket: 'evidence', prefix: 'influxdb/' },
  news: { digest: 'weekly' },
  securityHub: true,
  freezes: [{ ...FREEZE, everything: true }],
  canaries: { consumers: ['consumer-0'], soak: '3h' },
  limits: { maxMissingPerRun: 7, lease: '40m' },
  defaults: { owner: 'everybody', window: WINDOW, tokenKey: 'its-token', maxTokenAge: '120d' },
};

/** Any of the keys, with the values above. */
const some = <T extends object>(all: T) =>
  fc.subarray(Object.keys(all)).map((keys) => Object.fromEntries(keys.map((key) => [key, all[key as keyof T]])));
const files = fc
  .record({
    whole: some(WHOLE),
    consumers: fc.array(fc.tuple(some(CONSUMERS), fc.constantFrom(...ACCESS)), { minLength: 1, maxLength: 5 }),
    self: fc.boolean(),
  })
  .map(({ whole, consumers, self }) => {
    const { influxdb, ...rest } = aFile(whole);
    return {
      ...rest,
      influxdb: { ...influxdb, ...(self && { self: { rotateEvery: '20d' } }) },
      consumers: consumers.map(([own, access], index) => ({
        ...{ owner: 'svc', ...own, ...access },
        ...{ name: `consumer-${index}`, secret: `influxdb/acme/${index}` },
      })),
    };
  });

describe('the parsed form of a configuration', () => {
  it.each([
    ['the demonstration', JSON.parse(readFileSync('demo/rotation.json', 'utf8'))],
    ['the example', JSON.parse(readFileSync('examples/cdk-app/rotation.json', 'utf8'))],
    ['two consumers', aFile()],
    [
      'a consumer that says all it can',
      aFile({ consumers: [{ name: 'a', secret: 'b', read: ['c'], ...CONSUMERS, retired: false }] }),
    ],
    ['what only whole deployments have', aFile({ ...WHOLE, canaries: { consumers: ['telegraf'] } })],
  ])('means what the file means: %s', async (_, file) => {
    for (const environment of [{}, { EVENT_BUS: 'default', NEWS_TOPIC: 'arn:aws:sns:eu-west-1:1:people' }, EVIDENCE]) {
      const [slow, fast] = await bothWays(file, environment);
      expect(fast).toStrictEqual(slow);
    }
  });

  it('means what any file means', async () => {
    let valid = 0;
    const property = fc.asyncProperty(files, async (file) => {
      try {
        parseConfiguration(file);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        return;
      }
      valid += 1;
      const [slow, fast] = await bothWays(file);
      expect(fast).toStrictEqual(slow);
    });
    await fc.assert(property, { numRuns: 300, seed: 7 });
    expect(valid).toBeGreaterThan(30);
  });

  it('takes the place of evidence from the environment, and the default that follows from it', async () => {
    const [, fast] = await bothWays(aFile(), EVIDENCE);
    expect(fast).toMatchObject({
      evidence: { bucket: 'the-evidence', prefix: 'influxdb/' },
      consumers: [{ proof: true }, { proof: false }],
    });
  });

  it('says of each consumer only what is not as in the first', () => {
    const consumers = Array.from({ length: 1_000 }, (_, index) => {
      const secret = `influxdb/acme/consumer-${index}`;
      return { name: `consumer-${index}`, secret, owner: `svc-${index}`, read: [`bucket-${index}`] };
    });
    const file = aFile({ freezes: [FREEZE], defaults: { maxTokenAge: '60d' }, consumers });
    expect(parsedOf(file).length).toBeLessThan(2.5 * bytes(file).length);
  });
});

describe('where the parsed form is not of this file, the file itself is parsed and checked', () => {
  const file = bytes(aFile());
  const parsed = parsedOf(aFile());
  const changed = bytes(aFile({ mode: 'plan' }));
  const lies = (build: string) => {
    const configuration: Configuration = { ...parseConfiguration(aFile()), deployment: 'another' };
    return bytes(formatParsed(configuration, { file, build, isEvidenceElsewhere: false }));
  };
  const text = parsed.toString();

  it.each<[string, Uint8Array, Uint8Array | undefined, Partial<Configuration>]>([
    ['there is none', file, undefined, { deployment: 'prod' }],
    ['somebody changed the file', changed, parsed, { mode: 'plan' }],
    ['it is for another handler', file, lies(`influxdb-token-rotation:${'a'.repeat(64)}`), { deployment: 'prod' }],
    ['somebody changed it', file, bytes(text.replaceAll('prod', 'oops')), { deployment: 'prod' }],
    ['its end is missing', file, parsed.subarray(0, -10), { deployment: 'prod' }],
    ['its last line end is missing', file, parsed.subarray(0, -1), { deployment: 'prod' }],
    ['it is empty', file, bytes(''), { deployment: 'prod' }],
    ['it is one line', file, bytes('{}\n'), { deployment: 'prod' }],
    ['its checksum is missing', file, bytes(text.slice(text.indexOf('\n'))), { deployment: 'prod' }],
  ])('%s', async (_, file, parsed, expected) => {
    expect(await deployedConfiguration({ file, parsed }, {})).toMatchObject(expected);
  });

  it('the environment says where evidence is, and it was not made for that', async () => {
    const { consumers } = await deployedConfiguration({ file, parsed }, EVIDENCE);
    expect(consumers.map(({ proof }) => proof)).toEqual([true, false]);
  });

  it('it is taken at its word otherwise, without a look at what the file says', async () => {
    expect(await deployedConfiguration({ file, parsed: lies(BUILD) }, {})).toMatchObject({ deployment: 'another' });
  });

  it('and a file that was made wrong is refused with its problems', async () => {
    const wrong = bytes(aFile({ schedule: 'often' }));
    await expect(deployedConfiguration({ file: wrong, parsed }, {})).rejects.toThrow('schedule: must be a duration');
  });
});
