import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { ServiceClocks } from '../../../lambda/calls/service-clocks.ts';
import { RATE_DEFAULTS } from '../../../lambda/config/rates.ts';
import { connectingWithin } from '../../../lambda/secrets-manager/connecting.ts';
import { CredentialReasons } from '../../../lambda/secrets-manager/credential-reasons.ts';
import { SecretsManagerError } from '../../../lambda/secrets-manager/errors.ts';
import { type Place, settingOf } from '../../../lambda/secrets-manager/place.ts';
import { SdkCalls } from '../../../lambda/secrets-manager/sdk-calls.ts';
import { SecretStore } from '../../../lambda/secrets-manager/store.ts';
import { aStoppedServer } from '../../builders/a-stopped-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0).reverse()) await close();
});

const clock = { ...systemClock, sleep: async () => {} };
const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-real', accountId: '123456789012' };
const MINUTE = 60_000;

type Ask = (store: SecretStore) => Promise<unknown>;
const reading: Ask = (store) => store.readVersion('influxdb/acme/telegraf', { stage: 'AWSCURRENT' });
const batch: Ask = (store) => store.readCurrent(['influxdb/rotator']);
const putting: Ask = (store) => store.putPending('influxdb/acme/telegraf', 'v'.repeat(32), '{}');

function aStore(config: SecretsManagerClientConfig, credentials: object = { credentials: KEYS }): SecretStore {
  const limits = { callTimeoutMs: 1_000, requestLifeMs: 1_500, ...RATE_DEFAULTS };
  const client = new SecretsManagerClient({
    ...{
      logger: new CredentialReasons(),
      region: 'eu-west-1',
      ...credentials,
      requestHandler: connectingWithin(limits.callTimeoutMs),
    },
    ...{ ...config, maxAttempts: 1 },
  });
  closing.push(() => client.destroy());
  const calls = { clock, budget: new Budget(clock, MINUTE, limits), limits, environment: process.env };
  return new SecretStore(client, calls, new ServiceClocks(clock), ['token']);
}

function aPlace(): Promise<Place> {
  const limits = { callTimeoutMs: 1_000, requestLifeMs: 1_500, ...RATE_DEFAULTS };
  const client = new SecretsManagerClient({ region: 'eu-west-1', credentials: KEYS });
  closing.push(() => client.destroy());
  const context = { clock, budget: new Budget(clock, MINUTE, limits), limits, environment: process.env };
  return new SdkCalls(client, context, new ServiceClocks(clock)).place();
}

async function failureOf(
  config: SecretsManagerClientConfig,
  ask = batch,
  credentials?: object,
): Promise<SecretsManagerError> {
  const error = await ask(aStore(config, credentials)).catch((reason: unknown) => reason);
  if (!(error instanceof SecretsManagerError)) throw new Error('the call did not fail as it should', { cause: error });
  return error;
}

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Secrets Manager's own refusal. */
const refusing = (type: string, message: string, skewMs = 0) =>
  answering((_request, response) => {
    response.sendDate = false;
    const date = new Date(Date.now() + skewMs).toUTCString();
    const headers = { date, 'x-amzn-requestid': 'r', 'content-type': 'application/x-amz-json-1.1' };
    response.writeHead(400, headers).end(JSON.stringify({ __type: type, message }));
  });

describe('credentials that AWS does not take end the run, and are told apart from missing rights', () => {
  const unsigned = 'The request signature we calculated does not match the signature you provided.';
  it.each<[string, string, string, string]>([
    [
      'expired',
      'ExpiredTokenException',
      'The security token included in the request is expired',
      'the AWS credentials have expired: sign in again, or get new ones',
    ],
    [
      'unknown',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'AWS does not know these credentials here (Region eu-west-1, account 123456789012, endpoint http://127.0.0.1:',
    ],
    ['of another key', 'InvalidSignatureException', unsigned, 'make sure that the secret access key belongs to the'],
  ])('%s', async (_name, type, message, text) => {
    const error = await failureOf({ endpoint: await refusing(type, message) });
    expect(error).toMatchObject({ code: 'AWS_CREDENTIALS', kind: 'refused', endsRun: true });
    expect(error.message).toContain(`Secrets Manager: BatchGetSecretValue failed with ${type}: `);
    expect(error.message).toContain(text);
  });

  it.each<[string, string, string, number]>([
    ['a signature that does not match', 'SignatureDoesNotMatch', unsigned, 10 * MINUTE],
    [
      'a signature of another day',
      'InvalidSignatureException',
      'Signature expired: 20260101T000000Z is now',
      10 * MINUTE,
    ],
    ['a request of another day', 'RequestTimeTooSkewed', 'The difference is too large.', 10 * MINUTE],
  ])('a clock that is off is a case of its own: %s', async (_name, type, message, skewMs) => {
    const error = await failureOf({ endpoint: await refusing(type, message, skewMs) });
    expect(error).toMatchObject({ code: 'AWS_CLOCK', kind: 'refused', endsRun: true });
    expect(error.message).toMatch(
      /: this machine's clock is (10 minutes|9 minutes \d+ seconds) behind Secrets Manager's, so that AWS takes no signature: correct the clock of this machine$/,
    );
  });
});

describe('without credentials the profile is told, and what to do', () => {
  const CONFIG = `
[profile sso]
sso_session = s
sso_account_id = 123456789012
sso_role_name = R
[sso-session s]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
[profile old]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = R
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/u
[profile fails]
credential_process = /no/such --secret not-real-1234
[profile prints]
credential_process = echo not-json
[profile null]
credential_process = echo null
[profile version]
credential_process = echo '{"Version":2}'
[profile half]
credential_process = echo '{"Version":1,"AccessKeyId":"AKIAEXAMPLE"}'
[profile ended]
credential_process = echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"2020-01-01T00:00:00Z"}'
[profile leads]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = nothere
[profile leads-to-ended]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = ended
[profile loop]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = loop
[profile circle]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = other
[profile other]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = circle
[profile no-session]
sso_session = nothere
sso_account_id = 123456789012
sso_role_name = R
[profile bare-session]
sso_session = s
[profile source]
role_arn = arn:aws:iam::123456789012:role/x
credential_source = Ec2
[profile signed-out]
login_session = arn:aws:iam::123456789012:user/x
[profile base]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-real
`;
  const run = 'correct it, or run its command in a shell to see what it prints';
  const of = 'the credential_process of profile';
  it.each<[string | undefined, string, string]>([
    ['fails', 'AWS_SETTINGS', `${of} fails failed: run its command in a shell to see why`],
    ['prints', 'AWS_SETTINGS', `${of} prints prints no JSON: ${run}`],
    ['null', 'AWS_SETTINGS', `${of} null prints no JSON object: ${run}`],
    ['version', 'AWS_SETTINGS', `${of} version prints no "Version": 1, which AWS asks for: ${run}`],
    ['half', 'AWS_SETTINGS', `${of} half prints no AccessKeyId or no SecretAccessKey: ${run}`],
    [
      'ended',
      'AWS_CREDENTIALS',
      `${of} ended gives credentials that have expired: sign in again with the program that it runs`,
    ],
    [
      'leads-to-ended',
      'AWS_CREDENTIALS',
      `${of} ended gives credentials that have expired: sign in again with the program that it runs`,
    ],
    [
      'leads',
      'AWS_SETTINGS',
      'the source_profile of profile leads leads to profile nothere, which does not exist or has no credentials: correct source_profile, or give profile nothere credentials',
    ],
    [
      'loop',
      'AWS_SETTINGS',
      'the source_profile of profile loop leads in a circle (through loop): let it name a profile that has credentials of its own',
    ],
    [
      'circle',
      'AWS_SETTINGS',
      'the source_profile of profile circle leads in a circle (through other, circle): let it name a profile that has credentials of its own',
    ],
    [
      'bare-session',
      'AWS_SETTINGS',
      'profile bare-session lacks settings of SSO: it needs sso_account_id and sso_role_name, and sso_region and sso_start_url here or in the section that sso_session names',
    ],
    [
      'source',
      'AWS_SETTINGS',
      'the credential_source of profile source is Ec2, which does not exist: write Environment, Ec2InstanceMetadata or EcsContainer',
    ],
    ['signed-out', 'AWS_CREDENTIALS', 'the sign-in of profile signed-out is over: run aws login --profile signed-out'],
    [
      'no-session',
      'AWS_SETTINGS',
      'the sso_session of profile no-session names no section of the AWS config file: correct it, or add the section [sso-session NAME]',
    ],
    [
      'sso',
      'AWS_CREDENTIALS',
      'the SSO session of profile sso is over, or was never begun: run aws sso login --profile sso',
    ],
    [
      'old',
      'AWS_CREDENTIALS',
      'the SSO session of profile old is over, or was never begun: run aws sso login --profile old',
    ],
    [
      'mfa',
      'AWS_CREDENTIALS',
      'the role of profile mfa asks for an MFA code, which this program cannot ask for: put temporary credentials into the environment, as aws configure export-credentials --format env prints them',
    ],
    [
      'unknown',
      'AWS_SETTINGS',
      'no AWS credentials were found for profile unknown, which AWS_PROFILE names: aws configure list-profiles shows which there are, and aws sts get-caller-identity whether it works',
    ],
    [
      undefined,
      'AWS_SETTINGS',
      'no AWS credentials were found: sign in, set AWS_PROFILE, or give the function its role',
    ],
  ])('%s', async (profile, code, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'aws-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'config'), CONFIG);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', folder);
    vi.stubEnv('AWS_PROFILE', profile);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
    const error = await failureOf({ endpoint: 'http://127.0.0.1:1' }, batch, {});
    expect(error).toMatchObject({ code, kind: 'refused', endsRun: true });
    const exception = profile === 'no-session' ? 'a wrong setting' : 'CredentialsProviderError';
    expect(error.message).toBe(`Secrets Manager: BatchGetSecretValue failed with ${exception}: ${text}`);
  });
});

it.each<[string, Record<string, string>, string]>([
  [
    'the secret half of the keys is missing',
    { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' },
    'no AWS credentials were found: AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both, or unset it and set AWS_PROFILE',
  ],
  [
    'the other half is missing',
    { AWS_SECRET_ACCESS_KEY: 'not-real' },
    'no AWS credentials were found: AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not; set both, or unset it and set AWS_PROFILE',
  ],
  [
    'a profile is set, too',
    { AWS_PROFILE: 'unknown', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-real' },
    'no AWS credentials were found for profile unknown, which AWS_PROFILE names: aws configure list-profiles shows which there are, and aws sts get-caller-identity whether it works. The keys in the environment are not used while AWS_PROFILE is set: unset AWS_PROFILE if they are meant',
  ],
])('keys that are of no use are named: %s', async (_name, variables, text) => {
  const names = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  for (const name of names) vi.stubEnv(name, variables[name]);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const error = await failureOf({ endpoint: 'http://127.0.0.1:1' }, batch, {});
  expect(error).toMatchObject({ code: 'AWS_SETTINGS', kind: 'refused', endsRun: true });
  expect(error.message).toBe(`Secrets Manager: BatchGetSecretValue failed with CredentialsProviderError: ${text}`);
});

describe('settings that cannot be right end the run at once, with the name of the setting, and nothing is sent', () => {
  const PROFILES = `
[profile here]
region = eu west
endpoint_url = 127.0.0.1:8701
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-real
[profile web]
role_arn = arn:aws:iam::123456789012:role/x
web_identity_token_file = /nowhere/token-1
[profile there]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-real
`;
  const OWN = "or remove the setting if AWS's own address is meant";
  const url = (found: string, remedy: string, name = 'AWS_ENDPOINT_URL_SECRETS_MANAGER') =>
    `${name} must be a URL that begins with http:// or https:// (found "${found}"): ${remedy}, ${OWN}`;
  const bare = 'write http:// or https:// before it';
  const region = (found: string) =>
    `AWS_REGION is not the name of a Region (found "${found}"): give one such as eu-west-1, without spaces`;
  const endpoint = (AWS_ENDPOINT_URL_SECRETS_MANAGER: string) => ({ AWS_ENDPOINT_URL_SECRETS_MANAGER });

  it.each<[string, Record<string, string | undefined>, string]>([
    ['a host and a port', endpoint('127.0.0.1:8701'), url('127.0.0.1:8701', bare)],
    ['a name and a port, which reads like a scheme', endpoint('localhost:8701'), url('localhost:8701', bare)],
    ['a name', endpoint('secretsmanager'), url('secretsmanager', bare)],
    ['another scheme', endpoint('ftp://127.0.0.1:1'), url('ftp://127.0.0.1:1', 'correct it')],
    ['a port that is none', endpoint('http://127.0.0.1:99999'), url('http://127.0.0.1:99999', 'correct it')],
    ['no host', endpoint('https://'), url('https://', 'correct it')],
    ['a space', endpoint(' '), url('', 'correct it')],
    ['quotes', endpoint('"http://127.0.0.1:1"'), url('"http://127.0.0.1:1"', 'correct it')],
    [
      'a scheme twice',
      endpoint('https://https://127.0.0.1'),
      `AWS_ENDPOINT_URL_SECRETS_MANAGER must have http:// or https:// once only (found "https://https://127.0.0.1"): correct it, ${OWN}`,
    ],
    [
      'a password, which is not shown',
      endpoint('user:not-real@127.0.0.1:1'),
      `AWS_ENDPOINT_URL_SECRETS_MANAGER must be a URL that begins with http:// or https://: correct it, ${OWN}`,
    ],
    ['for all services', { AWS_ENDPOINT_URL: '127.0.0.1:1' }, url('127.0.0.1:1', bare, 'AWS_ENDPOINT_URL')],
    [
      'of the service, beside a right one',
      { ...endpoint('127.0.0.1:1'), AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      url('127.0.0.1:1', bare),
    ],
    ['of a profile', { AWS_PROFILE: 'here' }, url('127.0.0.1:8701', bare, 'endpoint_url of the AWS profile here')],
    [
      'of what gives credentials',
      { AWS_ACCESS_KEY_ID: undefined, AWS_CONTAINER_CREDENTIALS_FULL_URI: '127.0.0.1:1/x' },
      url('127.0.0.1:1/x', bare, 'AWS_CONTAINER_CREDENTIALS_FULL_URI'),
    ],
    ['a Region with a space', { AWS_REGION: 'eu west' }, region('eu west')],
    ['a Region with a space after it', { AWS_REGION: 'eu-west-1 ' }, region('eu-west-1')],
    ['a Region in capitals', { AWS_REGION: 'EU-WEST-1' }, region('EU-WEST-1')],
    ['a zone', { AWS_REGION: 'eu-west-1a' }, region('eu-west-1a')],
    ['a city', { AWS_REGION: 'ireland' }, region('ireland')],
    ['all Regions', { AWS_REGION: '*' }, region('*')],
    [
      "a profile's Region",
      { AWS_REGION: undefined, AWS_PROFILE: 'here' },
      'region of the AWS profile here is not the name of a Region: give one such as eu-west-1, without spaces',
    ],
    ['no Region', { AWS_REGION: undefined }, 'no AWS Region is set: set AWS_REGION, for example to eu-west-1'],
    [
      "no Region in the profile's",
      { AWS_REGION: undefined, AWS_PROFILE: 'there' },
      'no AWS Region is set: set AWS_REGION, for example to eu-west-1, or make sure that profile there exists and has a region',
    ],
    ['an empty Region', { AWS_REGION: '' }, 'AWS_REGION is empty: set AWS_REGION, for example to eu-west-1'],
    [
      'a Region for other programs',
      { AWS_REGION: undefined, AWS_DEFAULT_REGION: 'eu-west-1' },
      'no AWS Region is set: AWS_DEFAULT_REGION is ("eu-west-1"), but the AWS SDK for JavaScript does not read it; set AWS_REGION to the same value',
    ],
    [
      'an endpoint and FIPS',
      { ...endpoint('http://127.0.0.1:1'), AWS_USE_FIPS_ENDPOINT: 'true' },
      'AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL_SECRETS_MANAGER do not go together (Invalid Configuration: FIPS and custom endpoint are not supported): unset one of them',
    ],
    [
      'a mode that does not exist',
      { AWS_DEFAULTS_MODE: 'slow' },
      'Invalid parameter for "defaultsMode", expect in-region, cross-region, mobile, standard, legacy, got slow: correct AWS_DEFAULTS_MODE',
    ],
    [
      'a file of a token that does not exist',
      {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x',
        AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token',
      },
      "ENOENT: no such file or directory, open '/nowhere/token': correct AWS_WEB_IDENTITY_TOKEN_FILE",
    ],
    [
      'a folder for the file of a token',
      {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x',
        AWS_WEB_IDENTITY_TOKEN_FILE: tmpdir(),
      },
      'EISDIR: illegal operation on a directory, read: correct AWS_WEB_IDENTITY_TOKEN_FILE',
    ],
    [
      'a file of a token for containers that does not exist',
      {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/x',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/nowhere/token',
      },
      "ENOENT: no such file or directory, open '/nowhere/token': correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ],
    [
      "a file of a profile, whose name has another variable's value in it",
      { AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: 'web', AWS_SDK_LOAD_CONFIG: '1', AWS_SDK_UA_APP_ID: '' },
      "ENOENT: no such file or directory, open '/nowhere/token-1': correct the profile web, or the variables that begin with AWS_",
    ],
  ])('%s', async (_name, environment, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'aws-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'config'), PROFILES);
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const all = {
      ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_PROFILE: undefined },
      ...{ AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: '/dev/null', HOME: folder },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_DEFAULT_REGION: undefined, AWS_ENDPOINT_URL: undefined },
      ...environment,
    };
    for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
    const error = await failureOf({}, batch, { region: undefined });
    expect(error.message).toBe(`Secrets Manager: BatchGetSecretValue failed with a wrong setting: ${text}`);
    expect(error).toMatchObject({ code: 'AWS_SETTINGS', kind: 'refused', endsRun: true });
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN'])('so do keys with a line break: %s', async (name) => {
    for (const each of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(each, 'test');
    vi.stubEnv('AWS_PROFILE', undefined);
    vi.stubEnv(name, 'not\nreal');
    let calls = 0;
    const server = await answering((_request, response) => {
      calls += 1;
      response.end();
    });
    const error = await failureOf({ endpoint: server }, batch, {});
    expect(error).toMatchObject({ code: 'AWS_CREDENTIALS', kind: 'refused', endsRun: true });
    expect(error.message).toMatch(/: copy AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN again, without it$/);
    expect(calls).toBe(0);
  });

  it('an endpoint that all services share is named where it is not reached', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    const error = await failureOf({});
    expect(error).toMatchObject({ code: 'SECRETS_MANAGER_UNREACHABLE' });
    expect(error.message).toContain('nothing accepts connections there: check AWS_ENDPOINT_URL, and');
  });
});

describe('an endpoint that is set is named as what to correct, whatever its host', () => {
  it.each([
    ['a VPC endpoint', 'https://vpce-0abc-1.secretsmanager.eu-west-1.vpce.amazonaws.com'],
    ['a misspelt Region', 'https://secretsmanager.eu-wset-1.amazonaws.com'],
    ['another host', 'http://127.0.0.1:1'],
  ])('%s', (_name, endpoint) => {
    const place = { region: 'eu-west-1', account: undefined, profile: undefined, reasons: [], endpoint };
    for (const endpointSetting of ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL'])
      expect(settingOf({ ...place, endpointSetting, isEndpointSet: true })).toBe(endpointSetting);
  });

  it('but AWS_REGION where none is set, and the host follows from it', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', undefined);
    vi.stubEnv('AWS_ENDPOINT_URL', undefined);
    const place = await aPlace();
    expect(settingOf({ ...place, endpoint: 'https://secretsmanager.eu-west-1.amazonaws.com' })).toBe('AWS_REGION');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect(settingOf(await aPlace())).toBe('AWS_ENDPOINT_URL');
  });
});

describe('an answer that says nothing names the endpoint, and what to do', () => {
  const remedy = (url: string) =>
    `make sure that AWS_ENDPOINT_URL_SECRETS_MANAGER leads to Secrets Manager itself (Region eu-west-1, account 123456789012, endpoint ${url}), and that nothing on the way answers for it`;
  it.each<[string, string, string]>([
    ['an object', '{}', 'the answer does not mention it'],
    ['nothing', '', 'the answer does not mention it'],
    ['a value of another shape', '{"SecretValues":[{"Name":"influxdb/rotator"}]}', 'is not understood, at ARN'],
  ])('%s, for the batch', async (_name, body, detail) => {
    const url = await answering((_request, response) => response.end(body));
    const readings = await aStore({ endpoint: url }).readCurrent(['influxdb/rotator']);
    expect(readings.get('influxdb/rotator')).toMatchObject({
      ...{ kind: 'unreadable', detail: expect.stringContaining(detail) },
      remedy: `the next run asks again; if it stays, ${remedy(url)}`,
    });
  });

  it.each([
    ['an object', '{}'],
    ['nothing', ''],
  ])('%s, for a single secret', async (_name, body) => {
    const url = await answering((_request, response) => response.end(body));
    const error = await reading(aStore({ endpoint: url })).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      ...{ code: 'SECRETS_MANAGER_UNANSWERED', kind: 'unanswered' },
      message: `Secrets Manager's answer to GetSecretValue is not understood (at VersionId): ${remedy(url)}`,
    });
  });

  it('silence', async () => {
    const url = await answering(() => {});
    const error = await failureOf({ endpoint: url });
    expect(error).toMatchObject({ code: 'SECRETS_MANAGER_UNANSWERED', kind: 'unanswered' });
    expect(error.message).toMatch(/ failed with \w+: no answer \(Region eu-west-1, /);
    expect(error.message).toContain(
      `endpoint ${url}). If it stays, make sure that AWS_ENDPOINT_URL_SECRETS_MANAGER leads`,
    );
  });
});

describe('an endpoint that is not reached ends the run, and nothing was sent', () => {
  it.each<[string, () => Promise<string>, string]>([
    [
      'a Region that does not exist',
      async () => 'https://secretsmanager.eu-wst-1.amazonaws.com.invalid',
      'the name secretsmanager.eu-wst-1.amazonaws.com.invalid cannot be resolved: check its spelling in AWS_ENDPOINT_URL_SECRETS_MANAGER',
    ],
    [
      'TLS to a plain port',
      async () => (await answering((_request, response) => response.end())).replace('http:', 'https:'),
      'does not speak TLS: if the port is for plain HTTP, write http:// in AWS_ENDPOINT_URL_SECRETS_MANAGER',
    ],
  ])('%s', async (_name, endpoint, text) => {
    const error = await failureOf({ endpoint: await endpoint() }, putting);
    expect(error).toMatchObject({ code: 'SECRETS_MANAGER_UNREACHABLE', kind: 'unreachable', endsRun: true });
    expect(error.message).toContain(text);
  });
});

// Elsewhere a kernel may not drop what wants to connect.
it.skipIf(process.platform !== 'linux')('so does one that no way leads to', async () => {
  const hole = await aStoppedServer('127.0.0.1');
  closing.push(() => hole.close());
  const error = await failureOf({ endpoint: `http://127.0.0.1:${hole.port}` }, putting);
  expect(error).toMatchObject({ code: 'SECRETS_MANAGER_UNREACHABLE', kind: 'unreachable', endsRun: true });
  expect(error.message).toBe(
    `Secrets Manager: PutSecretValue failed with CONNECT_TIMEOUT: no connection (Region eu-west-1, endpoint http://127.0.0.1:${hole.port}): no way leads there: check AWS_ENDPOINT_URL_SECRETS_MANAGER, security groups, firewalls and routes; from a VPC it takes a NAT gateway, or an endpoint within the VPC. Proxies are not used, whatever HTTPS_PROXY says`,
  );
});

it('a secret that is not found is told with where it was looked for', async () => {
  const endpoint = await answering((_request, response) => {
    const Errors = [{ SecretId: 'influxdb/rotator', ErrorCode: 'ResourceNotFoundException', Message: 'no' }];
    response.end(JSON.stringify({ SecretValues: [], Errors }));
  });
  const store = aStore({ endpoint });
  expect(await store.readCurrent(['influxdb/rotator'])).toEqual(
    new Map([
      [
        'influxdb/rotator',
        { kind: 'not-found', where: `Region eu-west-1, account 123456789012, endpoint ${endpoint}` },
      ],
    ]),
  );
});

describe("a 5xx is an outage that is tried again, also where it is not in Secrets Manager's own words", () => {
  it.each<[string, number, Record<string, string>, string]>([
    ['a balancer', 503, { 'content-type': 'text/html' }, '<html>busy</html>'],
    ['a balancer that knows the request', 503, { 'content-type': 'text/html', 'x-amzn-requestid': 'r' }, '<html>'],
    ['a text', 502, {}, 'Bad Gateway'],
    ["a gateway's JSON", 504, { 'content-type': 'application/json' }, '{"message":"Endpoint request timed out"}'],
    ['nothing', 500, {}, ''],
  ])('%s', async (_name, status, headers, body) => {
    let calls = 0;
    const endpoint = await answering((_request, response) => {
      calls += 1;
      response.writeHead(status, headers).end(body);
    });
    const error = await failureOf({ endpoint });
    expect(error).toMatchObject({
      code: 'SECRETS_MANAGER_UNANSWERED',
      kind: 'unanswered',
      exception: `HTTP ${status}`,
    });
    expect(error.message).toBe(
      `Secrets Manager: BatchGetSecretValue failed with HTTP ${status}: the answer is not in Secrets Manager's own words, as in an outage of AWS. If it stays, something on the way answers: make sure that AWS_ENDPOINT_URL_SECRETS_MANAGER leads to Secrets Manager itself (Region eu-west-1, account 123456789012, endpoint ${endpoint})`,
    );
    expect(calls).toBeGreaterThan(1);
  });

  it('but what it says itself is told as that', async () => {
    const endpoint = await answering((_request, response) => {
      const headers = { 'x-amzn-requestid': 'r', 'content-type': 'application/x-amz-json-1.1' };
      response.writeHead(500, headers).end('{"__type":"InternalServiceError","Message":"An error occurred"}');
    });
    const error = await failureOf({ endpoint });
    expect(error).toMatchObject({ code: 'SECRETS_MANAGER_UNANSWERED', exception: 'InternalServiceError' });
    expect(error.message).not.toContain('own words');
  });
});

describe("a page of something else before Secrets Manager is nobody's refusal", () => {
  it.each<[string, number, Record<string, string>, string, string]>([
    ["a firewall's page", 403, { 'content-type': 'text/html' }, '<html>blocked</html>', 'HTTP 403'],
    ["a proxy's page", 407, { 'content-type': 'text/html; charset=utf-8' }, '<html>sign in</html>', 'HTTP 407'],
    ["a sign-in's page with success", 200, { 'content-type': 'text/html' }, '<html>sign in</html>', 'HTTP 200'],
    ['a page with a request id', 403, { 'content-type': 'text/html', 'x-amzn-requestid': 'r' }, '<html>', 'HTTP 403'],
    ['a text', 400, {}, 'Bad Request', 'HTTP 400'],
    ["a gateway's JSON", 403, { 'content-type': 'application/json' }, '{"message":"Forbidden"}', 'HTTP 403'],
    [
      'InfluxDB, which an endpoint leads to',
      401,
      { 'content-type': 'application/json; charset=utf-8', 'x-influxdb-version': 'v2.9.1' },
      '{"code":"unauthorized","message":"unauthorized access"}',
      'HTTP 401',
    ],
    ['another API', 404, { 'content-type': 'application/json' }, '{"code":"NotFound","message":"x"}', 'HTTP 404'],
    ['nothing', 403, {}, '', 'HTTP 403'],
    ['a redirect', 302, { location: 'http://127.0.0.1:1/' }, '', 'HTTP 302'],
  ])('%s', async (_name, status, headers, body, exception) => {
    const endpoint = await answering((_request, response) => response.writeHead(status, headers).end(body));
    for (const ask of [batch, reading, putting]) {
      const error = await failureOf({ endpoint }, ask);
      expect(error).toMatchObject({ code: 'SECRETS_MANAGER_NOT_ITSELF', kind: 'unanswered', exception });
      expect(error.message).toContain("the answer is not Secrets Manager's own (");
      expect(error.message).toContain(`leads to Secrets Manager itself (Region eu-west-1, `);
      expect(error.message).not.toMatch(/blocked|sign in</);
    }
  });

  it.each<[string, Record<string, string>, string]>([
    ['by the type in its body', {}, '{"__type":"AccessDeniedException","message":"no"}'],
    ['by the type in a header', { 'x-amzn-errortype': 'AccessDeniedException' }, '{"message":"no"}'],
  ])('but an emulator without request ids is known %s', async (_name, headers, body) => {
    const endpoint = await answering((_request, response) => response.writeHead(400, headers).end(body));
    expect(await failureOf({ endpoint })).toMatchObject({
      code: 'SECRETS_MANAGER_REFUSED',
      exception: 'AccessDeniedException',
    });
  });

  it('nor is a port for TLS that is spoken to in plain HTTP', async () => {
    const server = createTcpServer((socket) => {
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70])));
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    closing.push(() => server.close());
    const error = await failureOf({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect(error).toMatchObject({ code: 'SECRETS_MANAGER_NOT_ITSELF', kind: 'unanswered' });
    expect(error.message).toContain('does not speak HTTP; is its port for TLS? Then the endpoint begins with https://');
  });
});

describe('a right that is missing is named, with where to give it', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb/acme/telegraf-AbCdEf';
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
  const user = 'User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform:';
  it.each<[string, Ask, string, string, string]>([
    [
      'of the role',
      putting,
      'AccessDeniedException',
      `${user} secretsmanager:PutSecretValue on resource: ${secret} because no identity-based policy allows the secretsmanager:PutSecretValue action`,
      `allow secretsmanager:PutSecretValue on ${secret} in the policy of the role`,
    ],
    [
      'of an endpoint',
      reading,
      'AccessDeniedException',
      `${user} secretsmanager:GetSecretValue on resource: ${secret} because no VPC endpoint policy allows the secretsmanager:GetSecretValue action`,
      `allow secretsmanager:GetSecretValue on ${secret} in a VPC endpoint policy`,
    ],
    [
      'because a policy forbids it',
      reading,
      'AccessDeniedException',
      `${user} secretsmanager:GetSecretValue on resource: ${secret} with an explicit deny in a resource-based policy`,
      `take the explicit deny of secretsmanager:GetSecretValue on ${secret} out of the resource-based policy`,
    ],
    [
      'of the batch',
      batch,
      'AccessDeniedException',
      `${user} secretsmanager:BatchGetSecretValue because no identity-based policy allows the secretsmanager:BatchGetSecretValue action`,
      'allow secretsmanager:BatchGetSecretValue on * in the policy of the role',
    ],
    [
      'of a profile that takes a role',
      reading,
      'AccessDenied',
      `${user} sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x`,
      'allow sts:AssumeRole on arn:aws:iam::123456789012:role/x in the policy of the role',
    ],
    [
      'to decrypt',
      reading,
      'AccessDeniedException',
      'Access to KMS is not allowed',
      'allow kms:Decrypt on the key that encrypts influxdb/acme/telegraf (aws secretsmanager describe-secret --secret-id influxdb/acme/telegraf --query KmsKeyId) in the policy of the role',
    ],
    [
      'to encrypt',
      putting,
      'AccessDeniedException',
      `${user} kms:GenerateDataKey on resource: ${key} because no identity-based policy allows the kms:GenerateDataKey action`,
      `allow kms:GenerateDataKey and kms:Decrypt on ${key} in the policy of the role and in the key's own, and make sure that the key is enabled`,
    ],
    [
      'of a key that is disabled',
      reading,
      'DecryptionFailure',
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      'allow kms:Decrypt on the key that encrypts influxdb/acme/telegraf',
    ],
  ])('%s', async (_name, ask, type, message, remedy) => {
    const error = await failureOf({ endpoint: await refusing(type, message) }, ask);
    expect(error).toMatchObject({ code: 'SECRETS_MANAGER_REFUSED', kind: 'refused', endsRun: false });
    expect(error.message).toContain(`: ${remedy}`);
  });
});
