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
}

export function describePlace({ region, endpoint, account }: Place): string {
  return [
    `Region ${region ?? 'unknown'}`,
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
  ].join(', ');
}

/** What names the endpoint: AWS's own follow from the Region. */
export function settingOf({ endpoint, endpointSetting }: Place): string {
  const host = endpoint === undefined ? '' : new URL(endpoint).hostname;
  return host === '' || OF_AWS.test(host) ? 'AWS_REGION' : endpointSetting;
}
