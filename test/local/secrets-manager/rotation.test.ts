import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../../../local/http/server.ts';
import { functionAt, type RotationEvent } from '../../../local/secrets-manager/rotation-function.ts';
import { DAY_MS, failure, harness, START, token } from './harness.ts';

type Steps = Partial<Record<RotationEvent['Step'], (event: RotationEvent) => Promise<unknown>>>;

let steps: Steps = {};
let events: RotationEvent[] = [];
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';
const FORBIDDEN = 'arn:aws:lambda:us-east-1:123456789012:function:of-others';
const invoke = async (event: RotationEvent) => {
  events.push(event);
  await steps[event.Step]?.(event);
};
const aws = harness({
  functions: new Map([
    [LAMBDA, { invoke }],
    [FORBIDDEN, { invoke, allows: () => false }],
  ]),
});
const byHand = harness();
const [a, b, c] = [token('a'), token('b'), token('c')];

/** Calls `RotateSecret`, and waits for what follows. */
const rotate = async (name: string, more: Partial<RotateSecretCommandInput> = {}, on = aws) => {
  const command = { SecretId: name, ClientRequestToken: b, RotationLambdaARN: LAMBDA, ...more };
  const answer = await on.client.send(new RotateSecretCommand(command));
  await on.server.rotations.settled();
  return answer;
};
const fill = (event: RotationEvent) => aws.put(event.SecretId, 'b', ['AWSPENDING']);
const promote = (event: RotationEvent) => aws.move(event.SecretId, 'AWSCURRENT', { from: 'a', to: 'b' });
const describeSecret = (name: string, on = aws) => on.client.send(new DescribeSecretCommand({ SecretId: name }));
/** The secrets of other tests may be tried again meanwhile. */
const eventsOf = (name: string) => events.filter(({ SecretId }) => SecretId === aws.server.store.secret(name)?.arn);

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
        RotationToken: expect.any(String),
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

  it('answers before the first step, and takes a repetition for the same rotation', async () => {
    const name = await aws.created('a');
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    steps.createSecret = (event) => gate.then(() => fill(event));
    const command = { SecretId: name, ClientRequestToken: b, RotationLambdaARN: LAMBDA };
    await aws.client.send(new RotateSecretCommand(command));
    expect(events).toHaveLength(1);
    await aws.client.send(new RotateSecretCommand(command));
    const other = aws.client.send(new RotateSecretCommand({ ...command, ClientRequestToken: c }));
    expect(await failure(other)).toMatch(/^InvalidRequestException: A previous rotation isn't complete/);
    go();
    await aws.server.rotations.settled();
    expect(events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  });

  it('begins again by itself after a failure, with the first step and the same token, and gives up in the end', async () => {
    const name = await aws.created('a');
    steps.testSecret = () => Promise.reject(new Error('no access'));
    await rotate(name);
    const tried = async (minutes: number) => {
      events = [];
      aws.clock.now += minutes * 60_000;
      await aws.server.rotations.catchUp();
      return eventsOf(name)
        .map(({ Step, ClientRequestToken: id }) => `${Step} ${id === b}`)
        .join();
    };
    const again = 'createSecret true,setSecret true,testSecret true';
    expect([await tried(0.5), await tried(0.5), await tried(4), await tried(1)]).toEqual(['', again, '', again]);
    expect([await tried(30), await tried(120), await tried(24 * 60)]).toEqual([again, again, '']);
    expect(await failure(rotate(name, { ClientRequestToken: c }))).toMatch(/A previous rotation isn't complete/);
    steps.testSecret = async () => undefined;
    await rotate(name);
    expect(await aws.labels(name)).toEqual({ [a]: ['AWSPREVIOUS'], [b]: ['AWSCURRENT'] });
  });

  it('follows the schedule, from the last rotation or the last value that somebody put', async () => {
    const name = await aws.created('a');
    let made = '';
    steps.createSecret = (event) => {
      made = event.ClientRequestToken;
      const put = { SecretId: event.SecretId, ClientRequestToken: made, SecretString: `value ${made}` };
      return aws.client.send(new PutSecretValueCommand({ ...put, VersionStages: ['AWSPENDING'] }));
    };
    steps.finishSecret = (event) => {
      const from = aws.server.store.secret(name)?.versions.values() ?? [];
      const current = [...from].find(({ stages }) => stages.has('AWSCURRENT'))?.id;
      const move = { SecretId: event.SecretId, VersionStage: 'AWSCURRENT', RemoveFromVersionId: current };
      return aws.client.send(new UpdateSecretVersionStageCommand({ ...move, MoveToVersionId: made }));
    };
    await rotate(name, { RotationRules: { ScheduleExpression: 'rate(4 hours)' } });
    const turns = async (hours: number) => {
      events = [];
      aws.clock.now += hours * 3_600_000;
      await aws.server.rotations.catchUp();
      return eventsOf(name).length;
    };
    expect([await turns(3.9), await turns(0.1), await turns(3)]).toEqual([0, 4, 0]);
    await aws.put(name, 'c');
    expect([await turns(3), await turns(1)]).toEqual([0, 4]);
    expect((await describeSecret(name)).LastRotatedDate).toEqual(new Date(aws.clock.now));
    await aws.client.send(new CancelRotateSecretCommand({ SecretId: name }));
    expect([await turns(5), (await describeSecret(name)).NextRotationDate]).toEqual([0, undefined]);
  });

  it('calls a function by its URL, and sees that it failed as Lambda says it', async () => {
    const answers = [{ body: '{"errorMessage":"no access"}' }, { body: 'null' }, { status: 500 }, { body: '{}' }];
    const heard: string[] = [];
    const service = {
      operation: () => 'Invoke',
      answer: ({ body }: { readonly body: Buffer }) => {
        heard.push((JSON.parse(body.toString()) as RotationEvent).Step);
        return { status: 200, ...answers.shift() };
      },
      errorAnswer: () => ({ status: 500 }),
    };
    const lambda = await serve(service);
    const url = `${lambda.url}/2015-03-31/functions/function/invocations`;
    const arn = `${LAMBDA}-by-url`;
    aws.server.rotations.functions?.set(arn, functionAt(url));
    const name = await aws.created('a');
    const reasons: unknown[] = [];
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await rotate(name, { RotationLambdaARN: arn });
      reasons.push(aws.server.store.secret(name)?.lastRotationError);
    }
    expect(reasons).toEqual([
      'createSecret: the function failed: no access',
      'setSecret: the function answered with status 500',
    ]);
    expect(heard).toEqual(['createSecret', 'createSecret', 'setSecret']);
    await lambda.close();
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
      title: 'a function that is not there',
      more: { RotationLambdaARN: `${LAMBDA}-2` },
      error: "ResourceNotFoundException: Secrets Manager can't find the specified Lambda function.",
    },
    {
      title: 'a function whose policy does not let Secrets Manager call it',
      more: { RotationLambdaARN: FORBIDDEN },
      error:
        'AccessDeniedException: Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
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
