import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type Filter,
  GetSecretValueCommand,
  ListSecretsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import { failure, harness, START, token } from './harness.ts';

const aws = harness();
const [a, b] = [token('a'), token('b')];

describe('GetSecretValue', () => {
  it.each([
    { title: 'reads AWSCURRENT by default', input: {}, value: 'value b' },
    { title: 'reads a label', input: { VersionStage: 'AWSPREVIOUS' }, value: 'value a' },
    { title: 'reads a version', input: { VersionId: a }, value: 'value a' },
    {
      title: 'reads a version and a label that name the same',
      input: { VersionId: a, VersionStage: 'AWSPREVIOUS' },
      value: 'value a',
    },
  ])('$title', async ({ input, value }) => {
    const name = await aws.created('a', 'b');
    const read = await aws.client.send(new GetSecretValueCommand({ SecretId: name, ...input }));
    expect(read).toMatchObject({ Name: name, SecretString: value, CreatedDate: new Date(START) });
  });

  it('reads the promoted version after a promotion', async () => {
    const name = await aws.created('a');
    await aws.put(name, 'b', ['AWSPENDING']);
    await aws.move(name, 'AWSCURRENT', { from: 'a', to: 'b' });
    const read = await aws.client.send(new GetSecretValueCommand({ SecretId: name }));
    expect([read.VersionId, read.VersionStages?.toSorted()]).toEqual([b, ['AWSCURRENT', 'AWSPENDING']]);
  });

  it.each([
    {
      title: 'a secret that is not there',
      input: { SecretId: 'missing' },
      error: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    },
    {
      title: 'a label that is not there',
      input: { VersionStage: 'AWSPENDING' },
      error:
        "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    },
    {
      title: 'a version that is not there',
      input: { VersionId: token('z') },
      error: `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${token('z')}`,
    },
    {
      title: 'a version and a label that is not on it',
      input: { VersionId: a, VersionStage: 'AWSCURRENT' },
      error: 'InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.',
    },
    {
      title: 'a name with characters that no name has',
      input: { SecretId: 'what is this?' },
      error:
        'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    },
  ])('refuses $title', async ({ input, error }) => {
    const name = await aws.created('a', 'b');
    expect(await failure(aws.client.send(new GetSecretValueCommand({ SecretId: name, ...input })))).toBe(error);
  });

  it.each([
    { title: 'the name', id: (_arn: string, name: string) => name },
    { title: 'the ARN', id: (arn: string) => arn },
    { title: 'the ARN without its six random characters', id: (arn: string) => arn.slice(0, -7) },
  ])('finds a secret by $title', async ({ id }) => {
    const name = await aws.created('a');
    const arn = aws.server.store.secret(name)?.arn ?? '';
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:secret\/\d+-[A-Za-z0-9]{6}$/);
    const read = await aws.client.send(new GetSecretValueCommand({ SecretId: id(arn, name) }));
    expect(read.ARN).toBe(arn);
  });
});

describe('BatchGetSecretValue', () => {
  it('answers the values that it finds, and a row of Errors for each other secret', async () => {
    const [good, deleted, empty] = [await aws.created('a', 'b'), await aws.created('a'), await aws.created()];
    await aws.client.send(new DeleteSecretCommand({ SecretId: deleted }));
    const answer = await aws.client.send(
      new BatchGetSecretValueCommand({ SecretIdList: [good, deleted, empty, 'missing'] }),
    );
    const arn = aws.server.store.secret(good)?.arn;
    expect(answer.SecretValues).toEqual([
      {
        ARN: arn,
        Name: good,
        VersionId: b,
        VersionStages: ['AWSCURRENT'],
        SecretString: 'value b',
        CreatedDate: new Date(START),
      },
    ]);
    const errors = Object.fromEntries(answer.Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode]) ?? []);
    expect(errors).toEqual({
      [deleted]: 'InvalidRequestException',
      [empty]: 'ResourceNotFoundException',
      missing: 'ResourceNotFoundException',
    });
    expect(answer.Errors?.every(({ Message }) => Message)).toBe(true);
  });

  it('does not answer in the order of the question', async () => {
    const names = [await aws.created('a'), await aws.created('a')];
    const answer = await aws.client.send(new BatchGetSecretValueCommand({ SecretIdList: names }));
    expect(answer.SecretValues?.map(({ Name }) => Name)).not.toEqual(names);
  });

  it('reads the secrets that filters find, page by page, without those that are scheduled for deletion', async () => {
    for (const at of [1, 2, 3, 4]) {
      await aws.client.send(new CreateSecretCommand({ Name: `batch/${at}`, SecretString: 'v' }));
    }
    await aws.client.send(new DeleteSecretCommand({ SecretId: 'batch/2' }));
    const input = { Filters: [{ Key: 'name', Values: ['batch/'] } satisfies Filter], MaxResults: 2 };
    const first = await aws.client.send(new BatchGetSecretValueCommand(input));
    const second = await aws.client.send(new BatchGetSecretValueCommand({ ...input, NextToken: first.NextToken }));
    const names = [first, second].map((page) => page.SecretValues?.map(({ Name }) => Name).sort());
    expect(names).toEqual([['batch/1', 'batch/3'], ['batch/4']]);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    {
      title: '21 secrets',
      input: { SecretIdList: Array.from({ length: 21 }, (_, at) => `s${at}`) },
      error: /^ValidationException/,
    },
    { title: 'no secret', input: { SecretIdList: [] }, error: /^ValidationException/ },
    {
      title: 'MaxResults with a list',
      input: { SecretIdList: ['a'], MaxResults: 5 },
      error: /^InvalidParameterException/,
    },
    { title: 'neither a list nor filters', input: {}, error: /^InvalidParameterException/ },
    {
      title: 'both a list and filters',
      input: { SecretIdList: ['a'], Filters: [{ Key: 'name', Values: ['a'] } satisfies Filter] },
      error: /^InvalidParameterException/,
    },
  ])('refuses $title', async ({ input, error }) => {
    expect(await failure(aws.client.send(new BatchGetSecretValueCommand(input)))).toMatch(error);
  });
});

describe('DescribeSecret', () => {
  it('tells no value, and leaves out what was never set', async () => {
    const name = await aws.created('a');
    const { $metadata, ...described } = await aws.client.send(new DescribeSecretCommand({ SecretId: name }));
    expect(described).toEqual({
      ARN: aws.server.store.secret(name)?.arn,
      Name: name,
      CreatedDate: new Date(START),
      LastChangedDate: new Date(START),
      VersionIdsToStages: { [a]: ['AWSCURRENT'] },
    });
  });

  it('tells the day of the last read', async () => {
    const name = await aws.created('a');
    await aws.client.send(new GetSecretValueCommand({ SecretId: name }));
    const { LastAccessedDate } = await aws.client.send(new DescribeSecretCommand({ SecretId: name }));
    expect(LastAccessedDate).toEqual(new Date('2026-01-15T00:00:00Z'));
  });
});

describe('ListSecrets', () => {
  beforeAll(async () => {
    for (const name of ['list/a', 'list/b', 'list/c', 'other/list']) {
      aws.clock.now += 1000;
      await aws.client.send(new CreateSecretCommand({ Name: name, Description: `Token of ${name}` }));
    }
    aws.clock.now = START;
    await aws.client.send(new TagResourceCommand({ SecretId: 'list/b', Tags: [{ Key: 'team', Value: 'Plant' }] }));
    await aws.client.send(new DeleteSecretCommand({ SecretId: 'list/c' }));
  });

  it.each<{ title: string; filters: Filter[]; planned?: boolean; names: string[] }>([
    { title: 'a prefix of the name', filters: [{ Key: 'name', Values: ['list'] }], names: ['list/a', 'list/b'] },
    { title: 'a prefix of the name in its case', filters: [{ Key: 'name', Values: ['List'] }], names: [] },
    {
      title: 'any of several values',
      filters: [{ Key: 'name', Values: ['list/a', 'other'] }],
      names: ['list/a', 'other/list'],
    },
    {
      title: 'all of several filters',
      filters: [
        { Key: 'name', Values: ['list'] },
        { Key: 'tag-key', Values: ['team'] },
      ],
      names: ['list/b'],
    },
    {
      title: 'a value that must not match',
      filters: [
        { Key: 'description', Values: ['token'] },
        { Key: 'name', Values: ['!list/a'] },
      ],
      names: ['list/b', 'other/list'],
    },
    { title: 'a tag key', filters: [{ Key: 'tag-key', Values: ['tea'] }], names: ['list/b'] },
    { title: 'a tag value', filters: [{ Key: 'tag-value', Values: ['Plant'] }], names: ['list/b'] },
    {
      title: 'the description in any case',
      filters: [{ Key: 'description', Values: ['TOKEN OF list'] }],
      names: ['list/a', 'list/b'],
    },
    { title: 'any attribute', filters: [{ Key: 'all', Values: ['plant'] }], names: ['list/b'] },
    {
      title: 'planned deletions, when asked for',
      filters: [{ Key: 'name', Values: ['list'] }],
      planned: true,
      names: ['list/a', 'list/b', 'list/c'],
    },
  ])('finds $title', async ({ filters, planned = false, names }) => {
    const answer = await aws.client.send(
      new ListSecretsCommand({ Filters: filters, IncludePlannedDeletion: planned, SortOrder: 'asc' }),
    );
    expect(answer.SecretList?.map(({ Name }) => Name)).toEqual(names);
  });

  it('sorts by date of creation and answers page by page', async () => {
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await aws.client.send(
        new ListSecretsCommand({
          Filters: [{ Key: 'description', Values: ['token'] }],
          SortOrder: 'desc',
          MaxResults: 2,
          ...(NextToken !== undefined && { NextToken }),
        }),
      );
      names.push(...(page.SecretList?.map(({ Name }) => Name) ?? []), '|');
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(['other/list', 'list/b', '|', 'list/a', '|']);
  });

  it.each([
    { title: 'a page of 101', input: { MaxResults: 101 }, error: /^ValidationException/ },
    { title: 'a page of none', input: { MaxResults: 0 }, error: /^ValidationException/ },
    { title: 'a token that it did not give', input: { NextToken: 'bogus' }, error: /^InvalidNextTokenException/ },
    {
      title: 'a filter without values',
      input: { Filters: [{ Key: 'name', Values: [] } satisfies Filter] },
      error: /^ValidationException/,
    },
  ])('refuses $title', async ({ input, error }) => {
    expect(await failure(aws.client.send(new ListSecretsCommand(input)))).toMatch(error);
  });
});
