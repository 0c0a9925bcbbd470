import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RotationEvent } from '../../../local/secrets-manager/rotation.ts';
import { DAY_MS, failure, harness, START, token } from './harness.ts';

type Steps = Partial<Record<RotationEvent['Step'], (event: RotationEvent) => Promise<unknown>>>;

let steps: Steps = {};
let events: RotationEvent[] = [];
const aws = harness({
  invokeRotation: async (event) => {
    events.push(event);
    await steps[event.Step]?.(event);
  },
});
const byHand = harness();
const [a, b, c] = [token('a'), token('b'), token('c')];
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';

const rotate = (name: string, more: Partial<RotateSecretCommandInput> = {}, on = aws) =>
  on.client.send(
    new RotateSecretCommand({ SecretId: name, ClientRequestToken: b, RotationLambdaARN: LAMBDA, ...more }),
  );
const fill = (event: RotationEvent) => aws.put(event.SecretId, 'b', ['AWSPENDING']);
const promote = (event: RotationEvent) => aws.move(event.SecretId, 'AWSCURRENT', { from: 'a', to: 'b' });
const describeSecret = (name: string, on = aws) => on.client.send(new DescribeSecretCommand({ SecretId: name }));

beforeEach(() => {
  events = [];
  steps = { createSecret: fill, finishSecret: promote };
});

describe('RotateSecret', () => {
  it('takes the four steps in order on an empty pending version, and clears AWSPENDING after the last', async () => {
    const name = await aws.created('a');
    const seen: unknown[] = [];
    steps.createSecret = async (event) => {
      const pending = new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSPENDING' });
      seen.push(await aws.labels(name), await failure(aws.client.send(pending)));
      await fill(event);
    };
    expect((await rotate(name, { RotationRules: { AutomaticallyAfterDays: 30 } })).VersionId).toBe(b);
    const arn = aws.server.store.secret(name)?.arn;
    expect(events).toEqual(
      ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((Step) => ({
        Step,
        SecretId: arn,
        ClientRequestToken: b,
      })),
    );
    expect(seen).toEqual([
      { [a]: ['AWSCURRENT'], [b]: ['AWSPENDING'] },
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    ]);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] });
    expect(await describeSecret(name)).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: LAMBDA,
      LastRotatedDate: new Date(START),
      NextRotationDate: new Date(START + 30 * DAY_MS),
    });
  });

  it('stops at the step that fails, and begins again with the same token', async () => {
    const name = await aws.created('a');
    steps.testSecret = () => Promise.reject(new Error('no access'));
    await rotate(name);
    expect(events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret', 'testSecret']);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSCURRENT'], [b]: ['AWSPENDING'] });
    expect((await describeSecret(name)).LastRotatedDate).toBeUndefined();
    expect(aws.server.store.secret(name)?.lastRotationError).toBe('testSecret: no access');
    steps.testSecret = async () => undefined;
    await rotate(name);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] });
    expect(aws.server.store.secret(name)?.lastRotationError).toBeUndefined();
  });

  it('is not done when finishSecret promotes nothing', async () => {
    const name = await aws.created('a');
    steps.finishSecret = async () => undefined;
    await rotate(name);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSCURRENT'], [b]: ['AWSPENDING'] });
    expect((await describeSecret(name)).LastRotatedDate).toBeUndefined();
  });

  it('is abandoned when somebody else writes the secret', async () => {
    const name = await aws.created('a');
    steps.setSecret = () => aws.put(name, 'c');
    await rotate(name);
    expect(events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret']);
    expect(aws.server.store.secret(name)?.lastRotationError).toMatch(/^RotationAbandoned/);
  });

  it('refuses to begin while another version is pending', async () => {
    const name = await aws.created('a');
    await aws.put(name, 'c', ['AWSPENDING']);
    expect(await failure(rotate(name))).toBe(
      "InvalidRequestException: A previous rotation isn't complete. That rotation will be reattempted.",
    );
    expect(events).toEqual([]);
    expect((await describeSecret(name)).RotationEnabled).toBeUndefined();
  });

  it('takes AWSPENDING on the current version for nothing pending', async () => {
    const name = await aws.created('z');
    await aws.put(name, 'a', ['AWSPENDING']);
    await aws.move(name, 'AWSCURRENT', { from: 'z', to: 'a' });
    await rotate(name);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] });
  });

  it('calls testSecret alone on a temporary version without a value when it is not to rotate immediately', async () => {
    const name = await aws.created('a');
    let pending: unknown;
    steps.testSecret = async () => {
      pending = aws.server.store.secret(name)?.versions.get(b);
      pending = structuredClone(pending);
    };
    await rotate(name, { RotateImmediately: false });
    expect(events.map(({ Step }) => Step)).toEqual(['testSecret']);
    expect(pending).toEqual({ id: b, stages: new Set(['AWSPENDING']), createdAt: START });
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSCURRENT'] });
    expect(await describeSecret(name)).toMatchObject({ RotationEnabled: true });
  });

  it('leaves the pending version to the caller when there is no function', async () => {
    const name = await byHand.created('a');
    await rotate(name, {}, byHand);
    expect(await byHand.labels(name)).toEqual({ [a]: ['AWSCURRENT'], [b]: ['AWSPENDING'] });
    await byHand.put(name, 'b', ['AWSPENDING']);
    expect(byHand.server.store.secret(name)?.versions.get(b)?.value).toBe('value b');
    expect(await failure(byHand.put(name, 'b', ['AWSPENDING'], 'other'))).toMatch(/^ResourceExistsException/);
  });

  it.each([
    {
      title: 'a secret without a function',
      more: { RotationLambdaARN: undefined },
      error: 'InvalidRequestException: No Lambda rotation function ARN is associated with this secret.',
    },
    {
      title: 'a short token',
      more: { ClientRequestToken: 'short' },
      error: 'InvalidParameterException: ClientRequestToken must be 32-64 characters long.',
    },
    {
      title: 'an interval of 0 days',
      more: { RotationRules: { AutomaticallyAfterDays: 0 } },
      error: 'InvalidParameterException: RotationRules.AutomaticallyAfterDays must be within 1-1000.',
    },
    {
      title: 'a secret that is not there',
      more: { SecretId: 'missing' },
      error: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    },
  ])('refuses $title', async ({ more, error }) => {
    expect(await failure(rotate(await aws.created('a'), more))).toBe(error);
    expect(events).toEqual([]);
  });
});

describe('CancelRotateSecret', () => {
  it('turns rotation off, and names the pending version that it leaves', async () => {
    const name = await byHand.created('a');
    await rotate(name, { ClientRequestToken: c }, byHand);
    const answer = await byHand.client.send(new CancelRotateSecretCommand({ SecretId: name }));
    expect(answer.VersionId).toBe(c);
    expect((await describeSecret(name, byHand)).RotationEnabled).toBe(false);
  });
});
