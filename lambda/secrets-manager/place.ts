/** Where this run looks for secrets, as far as it is known. */
export interface Place {
  readonly region: string | undefined;
  /** Scheme, host and port. */
  readonly endpoint: string | undefined;
  readonly account: string | undefined;
  /** The profile of the environment. */
  readonly profile: string | undefined;
}

export function describePlace({ region, endpoint, account }: Place): string {
  return [
    `Region ${region ?? 'unknown'}`,
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
  ].join(', ');
}

/** What names the endpoint: AWS's own follow from the Region. */
export function settingOf({ endpoint }: Place): string {
  const host = endpoint === undefined ? '' : new URL(endpoint).hostname;
  return host === '' || /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(host)
    ? 'AWS_REGION'
    : 'AWS_ENDPOINT_URL_SECRETS_MANAGER';
}
