import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type EventBridgeServer, type ReceivedEvent, startEventBridge } from './eventbridge/server.ts';
import { makeByHand } from './hand-made.ts';
import { type InfluxdbServer, startInfluxdb } from './influxdb/server.ts';
import { functionAt, functionIn, type RotationFunctions } from './secrets-manager/rotation-function.ts';
import { type SecretsManagerServer, startSecretsManager } from './secrets-manager/server.ts';

const TOKENS = ['hashed', 'plain', 'cloud'] as const;
const REGION = 'us-east-1';
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:123456789012:function:rotation`;

/** How often it looks for rotations that are due. */
const SECOND_MS = 1000;

const HELP = `Serves an InfluxDB 2 token API, AWS Secrets Manager and Amazon EventBridge on 127.0.0.1, from memory, until it is
interrupted. Prints one line of JSON with their addresses, and each event that arrives on stderr.

It serves no SNS, Security Hub or AWS Config: what they are told follows from the log group of a function, which a run from a
desk does not have, so it calls none of them. Evidence goes to a folder here: "evidence": { "folder": "evidence" }.

npm run local -- [options]

  --influxdb-port <port>         0 to 65535; 0 (the default) takes a free one
  --secrets-manager-port <port>  likewise
  --event-bridge-port <port>     likewise
  --tokens <mode>                how InfluxDB serves tokens after their creation: hashed (the default), plain or cloud
  --rotation-function <url|file> what RotateSecret calls, under the ARN that is printed: the URL of a function, or a module
                                 that exports a handler, such as the one that npm run build makes
  --shell                        print lines that a shell reads (. FILE) instead of JSON
  --hand-made                    also make what somebody made by hand for Telegraf: a user, a token, and a secret with it
  --no-setup                     leave InfluxDB without an organization, a user and an operator token
  --help                         show this
`;

interface Options {
  readonly influxdbPort: number;
  readonly secretsManagerPort: number;
  readonly eventBridgePort: number;
  readonly tokens: (typeof TOKENS)[number];
  readonly rotationFunction: string | undefined;
  readonly shell: boolean;
  readonly handMade: boolean;
  readonly setup: boolean;
  readonly help: boolean;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      'influxdb-port': { type: 'string', default: '0' },
      'secrets-manager-port': { type: 'string', default: '0' },
      'event-bridge-port': { type: 'string', default: '0' },
      tokens: { type: 'string', default: 'hashed' },
      'rotation-function': { type: 'string' },
      shell: { type: 'boolean', default: false },
      'hand-made': { type: 'boolean', default: false },
      'no-setup': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const tokens = TOKENS.find((mode) => mode === values.tokens);
  if (!tokens) throw new Error(`--tokens is '${values.tokens}', allowed are ${TOKENS.join(', ')}`);
  const handMade = values['hand-made'];
  if (handMade && (values['no-setup'] || tokens === 'cloud'))
    throw new Error('--hand-made needs users: leave --no-setup and --tokens cloud out');
  return {
    influxdbPort: readPort('--influxdb-port', values['influxdb-port']),
    secretsManagerPort: readPort('--secrets-manager-port', values['secrets-manager-port']),
    eventBridgePort: readPort('--event-bridge-port', values['event-bridge-port']),
    tokens,
    rotationFunction: values['rotation-function'],
    shell: values.shell,
    handMade,
    setup: !values['no-setup'],
    help: values.help,
  };
}

function readPort(option: string, value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new Error(`${option} is '${value}', allowed is a whole number from 0 to 65535`);
}

/** The part of the answer to `POST /api/v2/setup` that is printed. */
interface Setup {
  readonly user: { readonly id: string };
  readonly org: { readonly id: string };
  readonly bucket: { readonly id: string };
  readonly auth: { readonly token: string };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

async function setUp(url: string) {
  const names = { username: 'admin', org: 'acme', bucket: 'telemetry' };
  const response = await fetch(`${url}/api/v2/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...names, password: randomBytes(18).toString('base64url') }),
  });
  if (!response.ok) throw new Error(`setting InfluxDB up failed with status ${response.status}`);
  const { user, org, bucket, auth } = (await response.json()) as Setup;
  return {
    org: names.org,
    orgId: org.id,
    userId: user.id,
    bucket: names.bucket,
    bucketId: bucket.id,
    operatorToken: auth.token,
  };
}

async function listen<T>(what: string, option: string, port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const why = error.code === 'EADDRINUSE' ? 'it is in use' : String(error.code);
    throw new Error(`${what} cannot listen on port ${port}: ${why}; choose another with ${option}`, { cause: error });
  }
}

async function run(options: Options): Promise<void> {
  const { influxdbPort, secretsManagerPort, eventBridgePort, tokens, rotationFunction } = options;
  const influxdb: InfluxdbServer = await listen('InfluxDB', '--influxdb-port', influxdbPort, () =>
    startInfluxdb({ port: influxdbPort, tokens }),
  );
  const functions: RotationFunctions = new Map();
  const secretsManager: SecretsManagerServer = await listen(
    ...(['Secrets Manager', '--secrets-manager-port', secretsManagerPort] as const),
    () => startSecretsManager({ port: secretsManagerPort, region: REGION, functions }),
  );
  const eventBridge: EventBridgeServer = await listen('EventBridge', '--event-bridge-port', eventBridgePort, () =>
    startEventBridge({ port: eventBridgePort, region: REGION, onEvent: show }),
  );
  const env = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  if (rotationFunction !== undefined) {
    const isUrl = /^https?:/.test(rotationFunction);
    functions.set(FUNCTION_ARN, isUrl ? functionAt(rotationFunction) : functionIn(rotationFunction, env));
  }
  setInterval(() => void secretsManager.rotations.catchUp(), SECOND_MS).unref();
  const stop = async (): Promise<void> => {
    await Promise.all([influxdb.close(), secretsManager.close(), eventBridge.close()]);
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const setup = options.setup ? await setUp(influxdb.url) : undefined;
  if (setup && options.handMade) await makeByHand({ url: influxdb.url, ...setup }, secretsManager);
  const line = {
    influxdb: { url: influxdb.url, ...setup, tokens },
    secretsManager: {
      url: secretsManager.url,
      region: REGION,
      ...(rotationFunction === undefined ? {} : { rotationFunctionArn: FUNCTION_ARN }),
    },
    eventBridge: { url: eventBridge.url, bus: 'default' },
    env,
  };
  process.stdout.write(options.shell ? shellLines(env, influxdb.url, setup) : `${JSON.stringify(line)}\n`);
}

/** The AWS CLI of version 1 does not read `AWS_REGION`, and a profile would go before the keys. */
function shellLines(env: Readonly<Record<string, string>>, url: string, setup: SetUp | undefined): string {
  const influx = { INFLUX_HOST: url, ...(setup && { INFLUX_TOKEN: setup.operatorToken }) };
  const variables = { ...env, AWS_DEFAULT_REGION: REGION, ...influx };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  return ['unset AWS_PROFILE AWS_SESSION_TOKEN\n', ...lines].join('');
}

function show(event: ReceivedEvent): void {
  process.stderr.write(`${JSON.stringify(event)}\n`);
}

function fail(error: unknown, code: number): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(code);
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  fail(new Error(`${error instanceof Error ? error.message : String(error)}\nsee npm run local -- --help`), 2);
}
if (options.help) process.stdout.write(HELP);
else await run(options).catch((error: unknown) => fail(error, 1));
