import {
  BatchGetSecretValueCommand,
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { DAY_MS, failure, harness, token } from './harness.ts';

const aws = harness();
const a = token('a');
const create = (Name: string, SecretString?: string) =>
  aws.client.send(new CreateSecretCommand({ Name, ClientRequestToken: a, ...(SecretString && { SecretString }) }));
const remove = (SecretId: string) => aws.client.send(new DeleteSecretCommand({ SecretId }));

describe('CreateSecret', () => {
  it('honours its token as the id of the version', async () => {
    expect((await create('create/token', 'v')).VersionId).toBe(a);
    expect(await aws.labels('create/token')).toEqual({ [a]: ['AWSCURRENT'] });
  });

  it('repeated with the same token and content succeeds, with other content does not', async () => {
    const { ARN } = await create('create/again', 'v');
    expect((await create('create/again', 'v')).ARN).toBe(ARN);
    expect(await failure(create('create/again', 'w'))).toBe(
      'ResourceExistsException: The operation failed because the secret create/again already exists.',
    );
  });

  it.each([
    { title: 'an empty name', name: '', error: /^ValidationException/ },
    { title: 'a name of 513 characters', name: 'x'.repeat(513), error: /^ValidationException/ },
    { title: 'a name with a space', name: 'a b', error: /^ValidationException: Invalid name/ },
  ])('refuses $title', async ({ name, error }) => {
    expect(await failure(create(name, 'v'))).toMatch(error);
  });
});

describe('a secret scheduled for deletion', () => {
  const marked =
    "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";

  it.each<{ title: string; act: (name: string) => Promise<unknown>; error?: string }>([
    { title: 'GetSecretValue', act: (name) => aws.client.send(new GetSecretValueCommand({ SecretId: name })) },
    { title: 'PutSecretValue', act: (name) => aws.put(name, 'b') },
    {
      title: 'UpdateSecret',
      act: (name) => aws.client.send(new UpdateSecretCommand({ SecretId: name, Description: 'd' })),
    },
    { title: 'UpdateSecretVersionStage', act: (name) => aws.move(name, 'own', { to: 'a' }) },
    { title: 'TagResource', act: (name) => aws.client.send(new TagResourceCommand({ SecretId: name, Tags: [] })) },
    { title: 'CancelRotateSecret', act: (name) => aws.client.send(new CancelRotateSecretCommand({ SecretId: name })) },
    { title: 'GetResourcePolicy', act: (name) => aws.client.send(new GetResourcePolicyCommand({ SecretId: name })) },
    {
      title: 'CreateSecret',
      act: (name) => create(name, 'v'),
      error:
        "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    },
    {
      title: 'DeleteSecret',
      act: remove,
      error:
        "InvalidRequestException: You can't perform this operation on the secret because it was already scheduled for deletion.",
    },
  ])('refuses $title', async ({ act, error = marked }) => {
    const name = await aws.created('a');
    await remove(name);
    expect(await failure(act(name))).toBe(error);
  });

  it('is described with the date of its end, and reported in the Errors of a batch', async () => {
    const name = await aws.created('a');
    const { DeletionDate } = await remove(name);
    expect(DeletionDate).toEqual(new Date(aws.clock.now + 30 * DAY_MS));
    expect((await aws.client.send(new DescribeSecretCommand({ SecretId: name }))).DeletedDate).toEqual(DeletionDate);
    const { Errors } = await aws.client.send(new BatchGetSecretValueCommand({ SecretIdList: [name] }));
    expect(Errors?.[0]?.ErrorCode).toBe('InvalidRequestException');
  });

  it('is restored with its value', async () => {
    const name = await aws.created('a');
    await remove(name);
    await aws.client.send(new RestoreSecretCommand({ SecretId: name }));
    const read = await aws.client.send(new GetSecretValueCommand({ SecretId: name }));
    expect(read.SecretString).toBe('value a');
  });

  it('is gone after its recovery window, and its name is free', async () => {
    const name = await aws.created('a');
    await aws.client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
    aws.clock.now += 7 * DAY_MS;
    expect(await failure(aws.client.send(new DescribeSecretCommand({ SecretId: name })))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
    await create(name, 'v');
  });
});

describe('DeleteSecret', () => {
  it('without recovery frees the name at once, and succeeds for a secret that is not there', async () => {
    const name = await aws.created('a');
    const force = () => aws.client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    await force();
    await force();
    expect(aws.server.store.secret(name)).toBeUndefined();
    await create(name, 'v');
  });

  it.each([
    {
      title: 'a window of 6 days',
      input: { RecoveryWindowInDays: 6 },
      error: /^InvalidParameterException: The RecoveryWindowInDays value/,
    },
    {
      title: 'a window of 31 days',
      input: { RecoveryWindowInDays: 31 },
      error: /^InvalidParameterException: The RecoveryWindowInDays value/,
    },
    {
      title: 'a window without recovery',
      input: { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      error: /^InvalidParameterException: You can't use ForceDelete/,
    },
  ])('refuses $title', async ({ input, error }) => {
    const name = await aws.created('a');
    expect(await failure(aws.client.send(new DeleteSecretCommand({ SecretId: name, ...input })))).toMatch(error);
  });
});

describe('LastChangedDate', () => {
  it.each<{ title: string; act: (name: string) => Promise<unknown> }>([
    { title: 'a value', act: (name) => aws.put(name, 'b') },
    { title: 'a label', act: (name) => aws.move(name, 'own', { to: 'a' }) },
    {
      title: 'the metadata',
      act: (name) => aws.client.send(new UpdateSecretCommand({ SecretId: name, Description: 'd' })),
    },
    {
      title: 'a tag',
      act: (name) => aws.client.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key: 'k', Value: 'v' }] })),
    },
  ])('moves with a write of $title', async ({ act }) => {
    const name = await aws.created('a');
    aws.clock.now += 1500;
    await act(name);
    const { LastChangedDate } = await aws.client.send(new DescribeSecretCommand({ SecretId: name }));
    expect(LastChangedDate).toEqual(new Date(aws.clock.now));
  });
});

it('tags are set, replaced and removed', async () => {
  const name = await aws.created();
  const tag = (Key: string, Value: string) =>
    aws.client.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key, Value }] }));
  await tag('k', 'old');
  await tag('k', 'new');
  await tag('gone', '');
  await aws.client.send(new UntagResourceCommand({ SecretId: name, TagKeys: ['gone'] }));
  const { Tags } = await aws.client.send(new DescribeSecretCommand({ SecretId: name }));
  expect(Tags).toEqual([{ Key: 'k', Value: 'new' }]);
  expect(await failure(tag('aws:k', 'v'))).toMatch(/^InvalidParameterException/);
});

it('a resource policy is kept, read and deleted', async () => {
  const SecretId = await aws.created();
  const policy = '{"Version":"2012-10-17","Statement":[]}';
  const read = async () => (await aws.client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
  await aws.client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy }));
  expect(await read()).toBe(policy);
  await aws.client.send(new DeleteResourcePolicyCommand({ SecretId }));
  expect(await read()).toBeUndefined();
  const malformed = new PutResourcePolicyCommand({ SecretId, ResourcePolicy: 'nonsense' });
  expect(await failure(aws.client.send(malformed))).toMatch(/^MalformedPolicyDocumentException/);
});

it('a random password has the length and the kinds that were asked for', async () => {
  const ask = { PasswordLength: 40, ExcludePunctuation: true, ExcludeCharacters: 'abc' };
  const { RandomPassword } = await aws.client.send(new GetRandomPasswordCommand(ask));
  expect(RandomPassword).toMatch(/^(?=.*[d-z])(?=.*[A-Z])(?=.*\d)[A-Zd-z\d]{40}$/);
});
