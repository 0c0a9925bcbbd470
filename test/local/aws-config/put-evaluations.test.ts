import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigServiceServer, startConfigService } from '../../../local/aws-config/server.ts';

// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html

const NOW = Date.UTC(2026, 0, 15, 10, 30, 0, 250);
const AT = NOW / 1000;
const TYPE = 'AWS::SecretsManager::Secret';

let server: ConfigServiceServer;
beforeAll(async () => {
  server = await startConfigService({ now: () => NOW });
});
afterAll(() => server.close());

const ONE = {
  ...{ ComplianceResourceType: TYPE, ComplianceResourceId: 'arn:a', ComplianceType: 'COMPLIANT' },
  OrderingTimestamp: AT,
};

async function send(body: object, headers: Record<string, string> = {}) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      ...{ 'x-amz-target': 'StarlingDoveService.PutEvaluations', 'x-amz-date': '20260115T103000Z' },
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/config/aws4_request, SignedHeaders=host;x-amz-date, Signature=0f',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

const put = (...Evaluations: readonly object[]) => send({ Evaluations, ResultToken: server.ask().resultToken });

it('asks as the documentation shows', () => {
  const { invokingEvent, resultToken, ...rest } = server.ask();
  expect(JSON.parse(invokingEvent)).toEqual({
    ...{ awsAccountId: '123456789012', notificationCreationTime: '2026-01-15T10:30:00.250Z' },
    ...{ messageType: 'ScheduledNotification', recordVersion: '1.0' },
  });
  expect(resultToken).not.toBe(server.ask().resultToken);
  expect(rest).toMatchObject({ eventLeftScope: false, accountId: '123456789012', version: '1.0' });
});

it('takes what it is told, the newest of each resource', async () => {
  const newer = { ...ONE, ComplianceType: 'NON_COMPLIANT', Annotation: 'too old', OrderingTimestamp: AT + 60 };
  expect(await put(ONE)).toEqual({ status: 200, answer: { FailedEvaluations: [] } });
  await put(newer, { ...ONE, ComplianceResourceId: 'arn:b' });
  await put(ONE);
  expect([...server.evaluated]).toEqual([
    ['arn:a', { type: TYPE, compliance: 'NON_COMPLIANT', annotation: 'too old', at: NOW + 60_000 }],
    ['arn:b', { type: TYPE, compliance: 'COMPLIANT', annotation: undefined, at: NOW }],
  ]);
});

it('of a test run it takes nothing, and asks for no token of its own', async () => {
  const before = [...server.evaluated];
  const test = { Evaluations: [{ ...ONE, ComplianceResourceId: 'arn:c' }], ResultToken: 'any', TestMode: true };
  expect(await send(test)).toMatchObject({ status: 200 });
  expect([...server.evaluated]).toEqual(before);
});

describe('refuses', () => {
  it.each<[string, object, string]>([
    ['a token that it did not make', { Evaluations: [ONE], ResultToken: 'made up' }, 'InvalidResultTokenException'],
    ['no token', { Evaluations: [ONE] }, 'ValidationException'],
    ['more than a hundred', { Evaluations: Array(101).fill(ONE), ResultToken: 'x' }, 'ValidationException'],
    ['an unknown member', { Evaluations: [ONE], ResultToken: 'x', Token: 'y' }, 'SerializationException'],
    ...(
      [
        ['that nothing is known', { ComplianceType: 'INSUFFICIENT_DATA' }, 'InvalidParameterValueException'],
        ['another word', { ComplianceType: 'EXEMPT' }, 'ValidationException'],
        ['a long annotation', { Annotation: 'x'.repeat(257) }, 'ValidationException'],
        ['an empty annotation', { Annotation: '' }, 'ValidationException'],
        ['no resource', { ComplianceResourceId: undefined }, 'ValidationException'],
        ['a time as a text', { OrderingTimestamp: '2026-01-15T10:30:00Z' }, 'ValidationException'],
      ] as const
    ).map(([name, differs, type]): [string, object, string] => [
      name,
      { Evaluations: [{ ...ONE, ...differs }], ResultToken: 'x' },
      type,
    ]),
  ])('%s', async (_, body, type) => {
    const { status, answer } = await send(body);
    expect([status, answer.__type]).toEqual([400, type]);
  });

  it('a call that is signed for another service', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0f';
    expect(await send({ Evaluations: [], ResultToken: 'x' }, { authorization })).toMatchObject({
      answer: { __type: 'MissingAuthenticationTokenException' },
    });
  });
});
