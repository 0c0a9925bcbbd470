import { OF_AWS } from './settings.ts';

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
  const host = endpoint === undefined ? '' : new URL(endpoint).hostname;
  return host === '' || OF_AWS.test(host) ? 'AWS_REGION' : endpointSetting;
}
