import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { FunctionHistory } from '../../../lambda/logs/function-history.ts';
import { Hub } from '../../../lambda/security-hub/hub.ts';
import { Topic } from '../../../lambda/sns/topic.ts';

/** A request as it leaves the function. */
interface Sent {
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:people';
const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-real', sessionToken: 'session' };
const clock = { ...systemClock, sleep: async () => {} };
const limits = { callTimeoutMs: 1_000, requestLifeMs: 5_000 };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Call = (client: SecretsManagerClient, context: ConstructorParameters<typeof Hub>[1]) => Promise<unknown>;

const CALLS = {
  sns: (client, calls) => new Topic(client, calls, { arn: TOPIC, endpoint: undefined }).publish('a & b', 'a subject'),
  logs: (client, calls) =>
    new FunctionHistory(client, calls, { group: 'g', deployment: 'prod', endpoint: undefined }).since(0, ['TRIAL']),
  securityhub: (client, calls) => new Hub(client, calls, undefined).import([{ ProductArn: 'arn:product' } as never]),
} satisfies Record<string, Call>;

/** What one call sends, and what it makes of an answer with this status, body and headers. */
async function calling(
  service: keyof typeof CALLS,
  answer: { status: number; body: string; headers?: object },
  config: SecretsManagerClientConfig = {},
) {
  const sent: Sent[] = [];
  const handle = async (request: Sent) => {
    sent.push(request);
    const { status, body, headers = {} } = answer;
    return { response: { statusCode: status, headers, body: new Blob([Buffer.from(body)]).stream() } };
  };
  const requestHandler = { handle, destroy: () => {} } as unknown as NonNullable<typeof config.requestHandler>;
  const common = { region: 'eu-west-1', credentials: KEYS, maxAttempts: 1 };
  const client = new SecretsManagerClient({ ...common, ...config, requestHandler });
  closing.push(() => client.destroy());
  const result = await CALLS[service](client, { clock, budget: new Budget(clock, 60_000, limits), limits }).catch(
    (error: unknown) => error as Error,
  );
  return { sent, result };
}

const OK = {
  sns: {
    status: 200,
    body: '<PublishResponse><PublishResult><MessageId>m1</MessageId></PublishResult></PublishResponse>',
  },
  logs: { status: 200, body: '{"events":[]}' },
  securityhub: { status: 200, body: '{"FailedCount":0,"SuccessCount":1,"FailedFindings":[]}' },
};

describe('a request', () => {
  it.each(['sns', 'logs', 'securityhub'] as const)('to %s is signed for that service', async (service) => {
    const { sent } = await calling(service, OK[service]);
    expect(sent[0]?.hostname).toBe(`${service}.eu-west-1.amazonaws.com`);
    expect(sent[0]?.headers.authorization).toMatch(
      new RegExp(`Credential=AKIAEXAMPLE/\\d{8}/eu-west-1/${service}/aws4_request, SignedHeaders=content-type;host;`),
    );
  });

  it.each([
    ['sns', { region: 'cn-north-1' }, 'sns.cn-north-1.amazonaws.com.cn'],
    ['sns', { region: 'us-east-1', useFipsEndpoint: true }, 'sns-fips.us-east-1.amazonaws.com'],
    ['sns', { region: 'us-gov-west-1', useFipsEndpoint: true }, 'sns.us-gov-west-1.amazonaws.com'],
    ['logs', { region: 'us-gov-east-1', useFipsEndpoint: true }, 'logs.us-gov-east-1.amazonaws.com'],
    ['logs', { region: 'us-west-2', useFipsEndpoint: true }, 'logs-fips.us-west-2.amazonaws.com'],
    ['securityhub', { region: 'us-gov-west-1', useFipsEndpoint: true }, 'securityhub-fips.us-gov-west-1.amazonaws.com'],
  ] as const)('to %s with %o goes to %s', async (service, config, hostname) => {
    expect((await calling(service, OK[service], config)).sent[0]?.hostname).toBe(hostname);
  });

  it('to SNS is in its query protocol', async () => {
    const { sent, result } = await calling('sns', OK.sns);
    expect(result).toBe('m1');
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      ...{ Action: 'Publish', Version: '2010-03-31', TopicArn: TOPIC },
      ...{ Message: 'a & b', Subject: 'a subject' },
    });
  });

  it('to Security Hub has its path', async () => {
    const { sent } = await calling('securityhub', OK.securityhub);
    expect(sent[0]?.path).toBe('/findings/import');
  });
});

describe('an answer', () => {
  const xml = (code: string, message: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

  it.each([
    [
      'sns',
      { status: 403, body: xml('AuthorizationError', 'User: u is not authorized to perform: SNS:Publish') },
      'AWS_REFUSED',
      `SNS: Publish failed with AuthorizationError: User: u is not authorized to perform: SNS:Publish: allow sns:Publish on ${TOPIC} in the policy of the function's role, and of an encrypted topic kms:GenerateDataKey and kms:Decrypt on its key`,
    ],
    [
      'sns',
      { status: 404, body: xml('NotFound', 'Topic &quot;a&quot; does not exist') },
      'AWS_REFUSED',
      'SNS: Publish failed with NotFound: Topic "a" does not exist',
    ],
    [
      'sns',
      { status: 429, body: xml('Throttled', 'Rate exceeded') },
      'AWS_THROTTLED',
      'SNS: Publish failed with Throttled: Rate exceeded',
    ],
    [
      'sns',
      { status: 200, body: '<html>a page of a proxy</html>' },
      'AWS_UNANSWERED',
      'SNS: Publish failed with unreadable: its answer is not understood',
    ],
    [
      'securityhub',
      {
        status: 401,
        body: '{"Message":"not subscribed to AWS Security Hub","Code":"InvalidAccessException"}',
        headers: { 'x-amzn-errortype': 'InvalidAccessException:http://internal.amazon.com/' },
      },
      'AWS_REFUSED',
      'Security Hub: BatchImportFindings failed with InvalidAccessException: not subscribed to AWS Security Hub',
    ],
  ] as const)('of %s (%o) is %s', async (service, answer, code, message) => {
    expect((await calling(service, answer)).result).toMatchObject({ code, message });
  });
});
