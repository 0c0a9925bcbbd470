import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { EventBus } from '../../../lambda/eventbridge/event-bus.ts';
import { connectingWithin } from '../../../lambda/secrets-manager/connecting.ts';
import { aStoppedServer } from '../../builders/a-stopped-server.ts';

/** A request as it leaves the function. */
interface Sent {
  readonly hostname: string;
  readonly protocol: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-real', sessionToken: 'session' };
const clock = { ...systemClock, sleep: async () => {} };
const limits = { callTimeoutMs: 1_000, requestLifeMs: 5_000 };
const EVENT = { detailType: 'Told', resources: ['arn:a'], detail: { a: 1 } };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function aBus(
  config: SecretsManagerClientConfig,
  { bus = 'tokens', endpoint }: { bus?: string; endpoint?: string } = {},
) {
  const client = new SecretsManagerClient({ region: 'eu-west-1', credentials: KEYS, maxAttempts: 1, ...config });
  closing.push(() => client.destroy());
  const calls = { clock, budget: new Budget(clock, 60_000, limits), limits };
  return new EventBus(client, calls, { bus, endpoint });
}

/** What the bus sends, and what it makes of an answer with this status and body. */
async function sending(status: number, body: unknown, config: SecretsManagerClientConfig = {}, bus?: string) {
  const sent: Sent[] = [];
  const handle = async (request: Sent) => {
    sent.push(request);
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { response: { statusCode: status, headers: {}, body: new Blob([bytes]).stream() } };
  };
  const requestHandler = { handle, destroy: () => {} } as unknown as NonNullable<typeof config.requestHandler>;
  const made = aBus({ ...config, requestHandler }, bus === undefined ? {} : { bus });
  const result = await made.send([EVENT]).catch((error: unknown) => error as Error & { code: string });
  return { sent, result };
}

const TAKEN = { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] };

describe('a request', () => {
  it('is in the protocol of the service, and signed for it', async () => {
    const { sent, result } = await sending(200, TAKEN);
    expect(result).toEqual([{ eventId: 'e1' }]);
    const [{ headers, body, ...rest } = {} as Sent] = sent;
    expect(rest).toMatchObject({ protocol: 'https:', hostname: 'events.eu-west-1.amazonaws.com', path: '/' });
    expect(headers).toMatchObject({
      ...{ host: 'events.eu-west-1.amazonaws.com', 'content-type': 'application/x-amz-json-1.1' },
      ...{ 'x-amz-target': 'AWSEvents.PutEvents', 'x-amz-security-token': 'session' },
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/events\/aws4_request, SignedHeaders=content-type;host;[\w;-]*x-amz-target, Signature=[0-9a-f]{64}$/,
      ),
    });
    expect(JSON.parse(body)).toEqual({
      Entries: [
        {
          ...{ Source: 'influxdb-token-rotation', DetailType: 'Told', Resources: ['arn:a'] },
          ...{ EventBusName: 'tokens', Detail: '{"a":1}' },
        },
      ],
    });
  });

  it.each([
    ['China', { region: 'cn-north-1' }, 'events.cn-north-1.amazonaws.com.cn'],
    [
      'GovCloud, with FIPS',
      { region: 'us-gov-west-1', useFipsEndpoint: true },
      'events-fips.us-gov-west-1.amazonaws.com',
    ],
  ])('goes to the right host in %s', async (_name, config, hostname) => {
    expect((await sending(200, TAKEN, config)).sent[0]?.hostname).toBe(hostname);
  });
});

describe('an answer', () => {
  const DENIED =
    'User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: events:PutEvents on resource: arn:aws:events:eu-west-1:123456789012:event-bus/my.tokens because no identity-based policy allows the events:PutEvents action';

  it.each<[string, number, unknown, string, string]>([
    [
      'that a right is missing says which',
      400,
      { __type: 'com.amazonaws.events#AccessDeniedException', message: DENIED },
      'EVENTBRIDGE_REFUSED',
      `EventBridge: PutEvents failed with AccessDeniedException: ${DENIED}: allow events:PutEvents on arn:aws:events:eu-west-1:123456789012:event-bus/my.tokens in the policy of the function's role`,
    ],
    [
      'that is another refusal is quoted',
      400,
      { __type: 'ValidationException', message: 'no' },
      'EVENTBRIDGE_REFUSED',
      'EventBridge: PutEvents failed with ValidationException: no',
    ],
    [
      'of a busy service',
      400,
      { __type: 'ThrottlingException', message: 'Rate exceeded' },
      'EVENTBRIDGE_THROTTLED',
      'EventBridge: PutEvents failed with ThrottlingException: Rate exceeded',
    ],
    [
      'of a proxy is not believed',
      502,
      '<html>bad gateway</html>',
      'EVENTBRIDGE_UNANSWERED',
      'EventBridge: PutEvents failed with HTTP 502: no reason is given',
    ],
    [
      'without the rows of the events is not understood',
      200,
      { ok: true },
      'EVENTBRIDGE_UNANSWERED',
      'EventBridge: PutEvents failed with unreadable: its answer is not understood',
    ],
  ])('%s', async (_name, status, body, code, message) => {
    const { result } = await sending(status, body);
    expect(result).toMatchObject({ code, message });
  });

  it('about one event is an error of that event, with what to do', async () => {
    const bus = 'arn:aws:events:eu-west-1:210987654321:event-bus/tokens';
    const row = { ErrorCode: 'AccessDeniedException', ErrorMessage: 'denied' };
    const { result } = await sending(200, { FailedEntryCount: 1, Entries: [row] }, {}, bus);
    const [{ error } = {}] = result as unknown as { error?: Error }[];
    expect(error).toMatchObject({
      code: 'EVENTBRIDGE_REFUSED',
      message: `EventBridge: PutEvents failed with AccessDeniedException: denied: allow events:PutEvents on ${bus} in the policy of the function's role, and in that of the bus if it is of another account`,
    });
  });

  it('with a row too few says so of the event that has none', async () => {
    const { result } = await sending(200, { FailedEntryCount: 0, Entries: [] });
    expect(result).toMatchObject([{ error: { code: 'EVENTBRIDGE_UNANSWERED' } }]);
  });
});

it('what takes no connection is unreachable, and the message says what to look at', async () => {
  const { port, close } = await aStoppedServer('127.0.0.1');
  const bus = aBus({ requestHandler: connectingWithin(200) }, { endpoint: `http://127.0.0.1:${port}` });
  await expect(bus.send([EVENT])).rejects.toMatchObject({
    code: 'EVENTBRIDGE_UNREACHABLE',
    message: expect.stringContaining('no way leads there: check AWS_ENDPOINT_URL_EVENTBRIDGE, security groups'),
  });
  await close();
});

it('an address that is no URL is told as such, and tried once', async () => {
  await expect(aBus({}, { endpoint: 'nowhere' }).send([EVENT])).rejects.toMatchObject({
    code: 'EVENTBRIDGE_REFUSED',
    message:
      'EventBridge: PutEvents failed with ERR_INVALID_URL: the endpoint is no URL: correct AWS_ENDPOINT_URL_EVENTBRIDGE, or AWS_ENDPOINT_URL',
  });
});
