import { certificateWarnings } from './certificates.ts';
import type { Configuration } from './configuration.ts';
import type { Problem } from './problems.ts';
import { homeOf } from './secret-name.ts';

/** Where and when a configuration is to be used, as far as it is known. */
export interface Use {
  readonly nowMs: number;
  readonly region: string | undefined;
  readonly account?: string | undefined;
}

/**
 * What is wrong with a valid configuration here and now. A function that runs does not ask this: it goes on serving
 * whom it can, and must not refuse its configuration overnight.
 */
export function useProblems(settings: Configuration, use: Use): Problem[] {
  return [...uselessCertificates(settings.influxdb.ca, use.nowMs), ...secretsElsewhere(settings, use)];
}

function uselessCertificates(ca: string | undefined, nowMs: number): Problem[] {
  if (ca === undefined) return [];
  const { messages, isUseless } = certificateWarnings(ca, nowMs);
  return isUseless ? messages.map((message) => ({ path: 'influxdb.ca', message })) : [];
}

/** The secrets whose ARNs are elsewhere. A name is looked up where the function runs. */
function secretsElsewhere({ influxdb, consumers }: Configuration, { region, account }: Use): Problem[] {
  const secrets = [
    { path: 'influxdb.tokenSecret', secret: influxdb.tokenSecret },
    ...consumers.map(({ secret }, index) => ({ path: `consumers[${index}].secret`, secret })),
  ];
  return secrets.flatMap(({ path, secret }) => {
    const [, itsRegion, itsAccount] = homeOf(secret)?.split(':') ?? [];
    if (differ(region, itsRegion))
      return [{ path, message: `is in Region ${itsRegion}, but the function runs in ${region}: ${ONE_PLACE}` }];
    if (differ(account, itsAccount))
      return [{ path, message: `is in account ${itsAccount}, but the function runs in ${account}: ${ONE_PLACE}` }];
    return [];
  });
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one !== '' && other !== undefined && one !== other;
}

const ONE_PLACE = 'a deployment works in one account and Region, so give a secret there, or deploy where the secret is';
