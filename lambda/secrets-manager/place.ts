import { type Environment, OF_AWS } from './settings.ts';

/** Where this run looks for secrets, as far as it is known. */
export interface Place {
  readonly region: string | undefined;
  /** Scheme, host and port. */
  readonly endpoint: string | undefined;
  readonly account: string | undefined;
  /** The profile of the environment. */
  readonly profile: string | undefined;
  /** The variable that names the endpoint, where it is not AWS's own. */
  readonly endpointSetting: string;
  /** Whether that variable is set. */
  readonly isEndpointSet: boolean;
  /** Why there are no credentials, as the SDK's providers of them said. */
  readonly reasons: readonly string[];
}

export function describePlace({ region, endpoint, account }: Place): string {
  return [
    `Region ${region ?? 'unknown'}`,
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
  ].join(', ');
}

/** What to correct where something else answers. */
export function checkOf(place: Place): string {
  return `make sure that ${settingOf(place)} leads to Secrets Manager itself (${describePlace(place)}), and that nothing on the way answers for it`;
}

/** What names the endpoint: AWS's own follow from the Region. */
export function settingOf({ endpoint, endpointSetting, isEndpointSet }: Place): string {
  if (isEndpointSet) return endpointSetting;
  return isOfAws(endpoint) ? 'AWS_REGION' : endpointSetting;
}

function isOfAws(endpoint: string | undefined): boolean {
  const host = endpoint === undefined ? '' : new URL(endpoint).hostname;
  return host === '' || OF_AWS.test(host);
}

/** A variable by which somebody meant another endpoint, while AWS's own was asked. Begins a sentence, or is empty. */
export function unreadEndpoint({ endpoint }: Pick<Place, 'endpoint'>, environment: Environment): string {
  if (!isOfAws(endpoint)) return '';
  const set = Object.keys(environment).filter((name) => environment[name]);
  const ignored = set.find((name) => READ.has(name));
  if (ignored !== undefined && environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)
    return `. ${ignored} is set, but not used, because AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set, too`;
  const unread = set.find((name) => MEANT.test(name) && !READ.has(name));
  if (unread === undefined) return '';
  return `. ${unread} is set, but the AWS SDK does not read a variable of that name: if it should give the endpoint, name it AWS_ENDPOINT_URL_SECRETS_MANAGER`;
}

const READ: ReadonlySet<string> = new Set(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SECRETS_MANAGER']);

/** Not the variables of other services, such as `AWS_ENDPOINT_URL_S3`. */
const MEANT =
  /^AWS_(?:SERVICE_)?EN[DP]*OINTS?(?:_UR[LI])?$|^AWS_ENDPOINT(?!_DISCOVERY|_URL_(?!SECRET))|SECRETS?_?MANAGER\w*(?:ENDPOINT|_UR[LI])|ENDPOINT\w*SECRETS?_?MANAGER/i;
