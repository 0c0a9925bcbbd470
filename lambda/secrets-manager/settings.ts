import { redact } from '../calls/redact.ts';
import type { Mend } from '../log/mend.ts';
import type { Failure } from './errors.ts';

/** The variables of the process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was thrown before there was a request. */
interface Unsent {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** The text that is no URL. */
  readonly input?: string;
}

/** The settings of AWS lead to what is no endpoint. */
export class MisdirectedError extends Error {
  override readonly name = 'Misdirected';
  readonly setting: 'endpoint' | 'region';

  /** @param message what is wrong with the setting, completing "AWS_REGION …". */
  constructor(setting: 'endpoint' | 'region', message: string) {
    super(message);
    this.setting = setting;
  }
}

/** AWS's own endpoints follow from the Region. */
export const OF_AWS = /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)$/;

const REGION = /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/;

/** @throws {MisdirectedError} for a request that can only go astray, though the SDK would send it. */
export function assertDirected(
  { protocol = '', hostname = '', path = '' }: { protocol?: string; hostname?: string; path?: string },
  region: string,
): void {
  if (protocol !== 'http:' && protocol !== 'https:') throw new MisdirectedError('endpoint', BEGINNING);
  // `https://https://…`: what stands first is taken for the host.
  if (/^https?$/.test(hostname) && path.startsWith('//'))
    throw new MisdirectedError('endpoint', 'must have http:// or https:// once only');
  if (OF_AWS.test(hostname) && !REGION.test(region)) throw new MisdirectedError('region', NO_NAME);
}

const BEGINNING = 'must be a URL that begins with http:// or https://';
const NO_NAME = 'is not the name of a Region';

/** What names the endpoint: the SDK takes the first of these that is set. */
export function endpointSetting(environment: Environment): string {
  const named = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL'].find((name) => environment[name]);
  return named ?? 'AWS_ENDPOINT_URL_SECRETS_MANAGER';
}

/** A setting of AWS that is missing or cannot be used; undefined if the failure is about something else. */
export function wrongSetting(thrown: Unsent, environment: Environment): Failure | undefined {
  const wrong = thrown instanceof MisdirectedError ? misdirected(thrown, environment) : unsent(thrown, environment);
  if (wrong === undefined) return undefined;
  return { exception: 'a wrong setting', kind: 'refused', code: 'AWS_SETTINGS', endsRun: true, ...wrong };
}

type Wrong = Pick<Failure, 'detail' | 'mends'>;

function misdirected({ setting, message }: MisdirectedError, environment: Environment): Wrong {
  if (setting === 'region') return wrongRegion(message, environment);
  const name = endpointSetting(environment);
  return wrongUrl(environment[name] ? name : inProfile('endpoint_url', environment), environment[name], message);
}

/** The SDK tells these apart by their texts alone. */
function unsent({ name, code, message = '', input }: Unsent, environment: Environment): Wrong | undefined {
  if (/^Region is missing/.test(message)) return missingRegion(environment);
  if (/^Region not accepted/.test(message)) return wrongRegion(NO_NAME, environment);
  if (code === 'ERR_INVALID_URL') {
    const names = [...new Set([endpointSetting(environment), ...variables(environment)])];
    const holder = names.find((each) => environment[each] === input);
    return wrongUrl(holder ?? inProfile('endpoint_url', environment), input, BEGINNING);
  }
  if (name === 'EndpointError') {
    const wants = /fips/i.test(message) ? 'AWS_USE_FIPS_ENDPOINT' : 'AWS_USE_DUALSTACK_ENDPOINT';
    return {
      detail: `${wants} and ${endpointSetting(environment)} do not go together (${redact(message)}): unset one of them`,
      mends: [{ kind: 'unset', variable: wants }],
    };
  }
  const isFile = code !== undefined && /^E(NOENT|ACCES|ISDIR|NOTDIR|PERM)$/.test(code);
  const isOfSdk = code === undefined && name === 'Error';
  if (!isFile && !isOfSdk) return undefined;
  // What is no file, such as a folder, is told without its path.
  const files = isFile && !message.includes("'") ? TOKEN_FILES : [];
  const holder =
    variables(environment).find((each) => isWordOf(message, environment[each])) ??
    files.find((each) => environment[each]);
  return {
    detail: `${redact(message)}: correct ${holder ?? `the profile${ofProfile(environment)}, or the variables that begin with AWS_`}`,
    mends: holder === undefined ? [] : [{ kind: 'set', variable: holder }],
  };
}

const TOKEN_FILES = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] as const;

/** As a word of its own: the 1 of AWS_SDK_LOAD_CONFIG is in many a path. */
function isWordOf(message: string, value = ''): boolean {
  return value !== '' && [`'${value}'`, `"${value}"`, ` ${value} `].some((word) => ` ${message} `.includes(word));
}

/** Variables whose values may be shown. */
function variables(environment: Environment): string[] {
  const names = Object.keys(environment).filter((name) => /^AWS_(?!ACCESS_KEY|SECRET|SESSION|.*TOKEN$)/.test(name));
  // The longest value first: it tells the most.
  return names.toSorted((one, other) => (environment[other]?.length ?? 0) - (environment[one]?.length ?? 0));
}

/** A value with an "@" may have a password before it. */
function wrongUrl(holder: string, value: string | undefined, wrong: string): Wrong {
  const shown = value === undefined || value.includes('@') ? '' : ` (found "${redact(value)}")`;
  const isBare = value !== undefined && /^[\w.-]+(:\d+)?(\/\S*)?$/.test(value);
  const remedy = isBare ? 'write http:// or https:// before it' : 'correct it';
  const isVariable = holder.startsWith('AWS_');
  const mend: Mend =
    isBare && shown !== ''
      ? { kind: 'set', variable: holder, value: `http://${value}` }
      : { kind: 'unset', variable: holder };
  return {
    detail: `${holder} ${wrong}${shown}: ${remedy}, or remove the setting if AWS's own address is meant`,
    mends: isVariable ? [mend] : [],
  };
}

function missingRegion(environment: Environment): Wrong {
  const { AWS_DEFAULT_REGION: otherwise, AWS_PROFILE: profile } = environment;
  if (otherwise)
    return {
      detail: `no AWS Region is set: AWS_DEFAULT_REGION is ("${redact(otherwise)}"), but the AWS SDK for JavaScript does not read it; set AWS_REGION to the same value`,
      mends: [{ kind: 'set', variable: 'AWS_REGION', value: redact(otherwise) }],
    };
  const more = profile ? `, or make sure that profile ${redact(profile)} exists and has a region` : '';
  return { detail: `no AWS Region is set: set AWS_REGION, for example to eu-west-1${more}`, mends: [REGION_TO_SET] };
}

const REGION_TO_SET: Mend = { kind: 'set', variable: 'AWS_REGION' };

function wrongRegion(wrong: string, environment: Environment): Wrong {
  const { AWS_REGION: region } = environment;
  if (region === '') {
    const { detail, ...rest } = missingRegion(environment);
    return { detail: detail.replace('no AWS Region is set', 'AWS_REGION is empty'), ...rest };
  }
  const holder = region === undefined ? inProfile('region', environment) : 'AWS_REGION';
  const shown = region === undefined ? '' : ` (found "${redact(region)}")`;
  return { detail: `${holder} ${wrong}${shown}: give one such as eu-west-1, without spaces`, mends: [REGION_TO_SET] };
}

function inProfile(key: string, environment: Environment): string {
  return `${key} of the AWS profile${ofProfile(environment)}`;
}

function ofProfile({ AWS_PROFILE: profile }: Environment): string {
  return profile ? ` ${redact(profile)}` : '';
}
