import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { DAY_MS, failure, harness, token } from './harness.ts';

const aws = harness();
const [a, b, c] = [token('a'), token('b'), token('c')];
const PENDING = ['AWSPENDING'];

interface Step {
  readonly title: string;
  readonly versions: string[];
  act(name: string): Promise<unknown>;
  readonly labels: Record<string, string[]>;
}

it.each([
  ['a replica', { primaryRegion: 'eu-west-1' }, { PrimaryRegion: 'eu-west-1' }],
  ['a secret that another service manages', { owningService: 'rds' }, { OwningService: 'rds' }],
])('%s shows that in its description, can be read, and takes no value and no label', async (_what, change, shown) => {
  const name = await aws.created('a', 'b');
  Object.assign(aws.server.store.secret(name) ?? {}, change);
  expect(await aws.client.send(new DescribeSecretCommand({ SecretId: name }))).toMatchObject(shown);
  const read = await aws.client.send(new GetSecretValueCommand({ SecretId: name }));
  expect(read.SecretString).toBe('value b');
  for (const write of [
    () => aws.put(name, 'c'),
    () => aws.move(name, 'AWSCURRENT', { from: b, to: a }),
    () => aws.client.send(new UpdateSecretCommand({ SecretId: name, SecretString: 'value c' })),
  ])
    expect(await failure(write())).toMatch(/^InvalidRequestException: /);
  expect(await aws.labels(name)).toEqual({ [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] });
});

describe('staging labels', () => {
  it.each<Step>([
    {
      title: 'a put without labels makes its version current and the old one previous',
      versions: ['a'],
      act: (name) => aws.put(name, 'b'),
      labels: { [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] },
    },
    {
      title: 'a third put leaves the first version without a label',
      versions: ['a', 'b'],
      act: (name) => aws.put(name, 'c'),
      labels: { [b]: ['AWSPREVIOUS'], [c]: ['AWSCURRENT'] },
    },
    {
      title: 'a put with labels moves exactly those',
      versions: ['a'],
      act: (name) => aws.put(name, 'b', ['AWSPENDING', 'own']),
      labels: { [a]: ['AWSCURRENT'], [b]: ['AWSPENDING', 'own'] },
    },
    {
      title: 'the first put gets AWSCURRENT too, whatever labels it asks for',
      versions: [],
      act: (name) => aws.put(name, 'a', PENDING),
      labels: { [a]: ['AWSCURRENT', 'AWSPENDING'] },
    },
    {
      title: 'a second pending put takes the label from the first',
      versions: ['a'],
      act: async (name) => {
        await aws.put(name, 'b', PENDING);
        await aws.put(name, 'c', PENDING);
      },
      labels: { [a]: ['AWSCURRENT'], [c]: ['AWSPENDING'] },
    },
    {
      title: 'an own label sits on one version only',
      versions: ['a'],
      act: async (name) => {
        await aws.put(name, 'b', ['own', 'AWSPENDING']);
        await aws.put(name, 'c', ['own']);
      },
      labels: { [a]: ['AWSCURRENT'], [b]: ['AWSPENDING'], [c]: ['own'] },
    },
    {
      title: 'moving AWSCURRENT moves AWSPREVIOUS to the version that it leaves, and AWSPENDING stays',
      versions: ['a', 'b'],
      act: async (name) => {
        await aws.put(name, 'c', PENDING);
        await aws.move(name, 'AWSCURRENT', { from: 'b', to: 'c' });
      },
      labels: { [b]: ['AWSPREVIOUS'], [c]: ['AWSCURRENT', 'AWSPENDING'] },
    },
    {
      title: 'moving AWSCURRENT back swaps the two',
      versions: ['a', 'b'],
      act: (name) => aws.move(name, 'AWSCURRENT', { from: 'b', to: 'a' }),
      labels: { [a]: ['AWSCURRENT'], [b]: ['AWSPREVIOUS'] },
    },
    {
      title: 'a version without labels can become current again',
      versions: ['a', 'b', 'c'],
      act: (name) => aws.move(name, 'AWSCURRENT', { from: 'c', to: 'a' }),
      labels: { [a]: ['AWSCURRENT'], [c]: ['AWSPREVIOUS'] },
    },
    {
      title: 'a label that no version has is added without RemoveFromVersionId',
      versions: ['a'],
      act: (name) => aws.move(name, 'own', { to: 'a' }),
      labels: { [a]: ['AWSCURRENT', 'own'] },
    },
    {
      title: 'a label is removed from the version that has it',
      versions: ['a'],
      act: async (name) => {
        await aws.put(name, 'b', PENDING);
        await aws.move(name, 'AWSPENDING', { from: 'b' });
      },
      labels: { [a]: ['AWSCURRENT'] },
    },
    {
      title: 'moving a label to where it is changes nothing',
      versions: ['a', 'b'],
      act: (name) => aws.move(name, 'AWSCURRENT', { to: 'b' }),
      labels: { [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] },
    },
    {
      title: 'a repeated put changes no label, even when it asks for others',
      versions: ['a', 'b'],
      act: (name) => aws.put(name, 'a', ['own']),
      labels: { [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] },
    },
    {
      title: 'an update with a value makes its version current under its token',
      versions: ['a'],
      act: (name) =>
        aws.client.send(new UpdateSecretCommand({ SecretId: name, ClientRequestToken: b, SecretString: 'v' })),
      labels: { [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] },
    },
  ])('$title', async ({ versions, act, labels }) => {
    const name = await aws.created(...versions);
    await act(name);
    expect(await aws.labels(name)).toEqual(labels);
  });

  it.each([
    {
      title: 'a label on another version does not move without RemoveFromVersionId',
      act: (name: string) => aws.move(name, 'AWSCURRENT', { to: 'a' }),
      error: `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${b}, so you must explicitly reference that version in RemoveFromVersionId.`,
    },
    {
      title: 'a label does not move when RemoveFromVersionId names a version without it',
      act: (name: string) => aws.move(name, 'AWSCURRENT', { from: 'a', to: 'a' }),
      error: `InvalidParameterException: Staging label AWSCURRENT is not attached to version ${a}. It is currently attached to version ${b}.`,
    },
    {
      title: 'a swap that was made already fails when it is made again',
      act: (name: string) => aws.move(name, 'AWSCURRENT', { from: 'a', to: 'b' }),
      error: `InvalidParameterException: Staging label AWSCURRENT is not attached to version ${a}. It is currently attached to version ${b}.`,
    },
    {
      title: 'a label is not removed from a version without it',
      act: (name: string) => aws.move(name, 'AWSPENDING', { from: 'a' }),
      error: `InvalidParameterException: Staging label AWSPENDING is not attached to version ${a}. It is not attached to any version.`,
    },
    {
      title: 'AWSCURRENT cannot be removed without a target',
      act: (name: string) => aws.move(name, 'AWSCURRENT', { from: 'b' }),
      error:
        "InvalidParameterException: You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    },
    {
      title: 'a label does not move to an unknown version',
      act: (name: string) => aws.move(name, 'AWSCURRENT', { from: 'b', to: 'unknown' }),
      error: `ResourceNotFoundException: Secrets Manager can't find the specified secret version: ${token('unknown')}`,
    },
    {
      title: 'a move names at least one version',
      act: (name: string) => aws.move(name, 'own', {}),
      error: 'InvalidParameterException: You must provide RemoveFromVersionId, MoveToVersionId, or both.',
    },
    {
      title: 'a put asks for at least one label',
      act: (name: string) => aws.put(name, 'c', []),
      error:
        "ValidationException: 1 validation error detected: Value at 'versionStages' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
    {
      title: 'a secret has at most 20 labels',
      act: (name: string) =>
        aws.put(
          name,
          'c',
          Array.from({ length: 19 }, (_, at) => `own-${at}`),
        ),
      error: "LimitExceededException: You can't have more than 20 staging labels attached to the versions of a secret.",
    },
  ])('$title', async ({ act, error }) => {
    const name = await aws.created('a', 'b');
    expect(await failure(act(name))).toBe(error);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] });
  });
});

describe('writes of a value', () => {
  it.each([
    {
      title: 'the same token with other content is refused',
      input: { ClientRequestToken: a, SecretString: 'other' },
      error: /^ResourceExistsException: You can't use ClientRequestToken/,
    },
    {
      title: 'the same token with other kind of content is refused',
      input: { ClientRequestToken: a, SecretBinary: Buffer.from('value a') },
      error: /^ResourceExistsException/,
    },
    {
      title: 'a token of 31 characters is refused',
      input: { ClientRequestToken: 'x'.repeat(31), SecretString: 'v' },
      error: /^InvalidParameterException: ClientRequestToken must be 32-64 characters long/,
    },
    {
      title: 'a token of 65 characters is refused',
      input: { ClientRequestToken: 'x'.repeat(65), SecretString: 'v' },
      error: /^InvalidParameterException: ClientRequestToken must be 32-64 characters long/,
    },
    {
      title: 'a text over 65,536 bytes is refused',
      input: { SecretString: 'x'.repeat(65_537) },
      error: /^ValidationException: .*'secretString'.*less than or equal to 65536/,
    },
    {
      title: 'bytes are counted, not characters',
      input: { SecretString: 'é'.repeat(32_769) },
      error: /^ValidationException/,
    },
    {
      title: 'more than 65,536 bytes of binary are refused',
      input: { SecretBinary: Buffer.alloc(65_537) },
      error: /^ValidationException: .*'secretBinary'/,
    },
    { title: 'an empty text is refused', input: { SecretString: '' }, error: /^ValidationException/ },
    {
      title: 'a text and binary together are refused',
      input: { SecretString: 'v', SecretBinary: Buffer.from('v') },
      error: /^InvalidParameterException: You can't specify both/,
    },
    {
      title: 'a put without a value is refused',
      input: {},
      error: /^InvalidRequestException: You must provide either SecretString or SecretBinary/,
    },
  ])('$title', async ({ input, error }) => {
    const name = await aws.created('a');
    const before = aws.server.store.secret(name)?.lastChangedAt;
    aws.clock.now += 1000;
    expect(await failure(aws.client.send(new PutSecretValueCommand({ SecretId: name, ...input })))).toMatch(error);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSCURRENT'] });
    expect(aws.server.store.secret(name)?.lastChangedAt).toBe(before);
  });

  it('the same token with the same content succeeds and changes nothing', async () => {
    const name = await aws.created('a', 'b');
    const before = structuredClone(aws.server.store.secret(name));
    aws.clock.now += 1000;
    expect(await aws.put(name, 'a')).toMatchObject({ VersionId: a, VersionStages: ['AWSPREVIOUS'] });
    expect(aws.server.store.secret(name)).toEqual(before);
  });

  it.each([32, 64])('a token of %i characters names the version', async (length) => {
    const id = 'x'.repeat(length);
    const name = await aws.created();
    const answer = await aws.client.send(
      new PutSecretValueCommand({ SecretId: name, ClientRequestToken: id, SecretString: 'x'.repeat(65_536) }),
    );
    expect(answer.VersionId).toBe(id);
  });

  it('binary comes back as it went', async () => {
    const name = await aws.created();
    const bytes = Uint8Array.from([0, 255, 7]);
    await aws.client.send(new PutSecretValueCommand({ SecretId: name, SecretBinary: bytes }));
    const { SecretBinary, SecretString } = await aws.client.send(new GetSecretValueCommand({ SecretId: name }));
    expect([...(SecretBinary ?? [])]).toEqual([0, 255, 7]);
    expect(SecretString).toBeUndefined();
  });

  it('a secret created without a value has no version', async () => {
    const answer = await aws.client.send(new CreateSecretCommand({ Name: 'without-value' }));
    expect(answer.VersionId).toBeUndefined();
    expect(await aws.labels('without-value')).toBeUndefined();
    expect(await failure(aws.client.send(new GetSecretValueCommand({ SecretId: 'without-value' })))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
  });

  it('an update of the metadata alone makes no version', async () => {
    const name = await aws.created('a');
    const answer = await aws.client.send(new UpdateSecretCommand({ SecretId: name, Description: 'new' }));
    expect(answer.VersionId).toBeUndefined();
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSCURRENT'] });
  });

  it('an update honours its token as a put does', async () => {
    const name = await aws.created('a');
    const update = (value: string) =>
      aws.client.send(new UpdateSecretCommand({ SecretId: name, ClientRequestToken: a, SecretString: value }));
    expect((await update('value a')).VersionId).toBe(a);
    expect(await failure(update('other'))).toMatch(/^ResourceExistsException/);
  });
});

describe('versions without labels', () => {
  it('are read by their id, and listed only with IncludeDeprecated', async () => {
    const name = await aws.created('a', 'b', 'c');
    const read = await aws.client.send(new GetSecretValueCommand({ SecretId: name, VersionId: a }));
    expect([read.SecretString, read.VersionStages]).toEqual(['value a', undefined]);
    const ids = async (IncludeDeprecated: boolean) =>
      (await aws.client.send(new ListSecretVersionIdsCommand({ SecretId: name, IncludeDeprecated }))).Versions?.map(
        ({ VersionId }) => VersionId,
      );
    expect(await ids(false)).toEqual([b, c]);
    expect(await ids(true)).toEqual([a, b, c]);
    expect(await aws.labels(name)).not.toHaveProperty(a);
  });

  it('are listed page by page', async () => {
    const name = await aws.created('a', 'b', 'c');
    const input = { SecretId: name, IncludeDeprecated: true, MaxResults: 2 };
    const first = await aws.client.send(new ListSecretVersionIdsCommand(input));
    expect(first.Versions).toHaveLength(2);
    const next = await aws.client.send(new ListSecretVersionIdsCommand({ ...input, NextToken: first.NextToken }));
    expect([next.Versions?.[0]?.VersionId, next.NextToken]).toEqual([c, undefined]);
  });

  it('stay for 24 hours however many there are, and are then kept up to about 100', async () => {
    const name = await aws.created(...Array.from({ length: 120 }, (_, at) => `v${at}`));
    expect(aws.server.store.secret(name)?.versions.size).toBe(120);
    aws.clock.now += DAY_MS + 1;
    await aws.put(name, 'last');
    const versions = aws.server.store.secret(name)?.versions;
    expect([versions?.size, versions?.has(token('v20')), versions?.has(token('v21'))]).toEqual([100, false, true]);
  });
});
