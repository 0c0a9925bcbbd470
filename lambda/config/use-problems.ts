import type { Mend } from '../log/mend.ts';
import { certificateWarnings } from './certificates.ts';
import type { Configuration } from './configuration.ts';
import { regionOfBus } from './event-bus.ts';
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
  const certificates = uselessCertificates(settings.influxdb.ca, use.nowMs);
  return [
    ...certificates,
    ...secretsElsewhere(settings, use),
    ...busElsewhere(settings, use),
    ...topicElsewhere(settings, use),
  ];
}

const ANOTHER_CA: Mend = { kind: 'connection', why: 'untrusted' };

function uselessCertificates(ca: string | undefined, nowMs: number): Problem[] {
  if (ca === undefined) return [];
  const { messages, isUseless } = certificateWarnings(ca, nowMs);
  return isUseless ? messages.map((message) => ({ path: 'influxdb.ca', message, mends: [ANOTHER_CA] })) : [];
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
      return [
        {
          path,
          message: `is in Region ${itsRegion}, but the function runs in ${region}: ${ONE_PLACE}`,
          mends: [{ kind: 'set', variable: 'AWS_REGION', ...(itsRegion !== undefined && { value: itsRegion }) }],
        },
      ];
    if (differ(account, itsAccount))
      return [{ path, message: `is in account ${itsAccount}, but the function runs in ${account}: ${ONE_PLACE}` }];
    return [];
  });
}

/** EventBridge takes events for a bus of another account, but not of another Region. */
function busElsewhere({ events }: Configuration, { region }: Use): Problem[] {
  const itsRegion = events && regionOfBus(events.bus);
  if (!differ(region, itsRegion)) return [];
  const message = `is in Region ${itsRegion}, but the function runs in ${region}: name a bus of that Region, and let a rule of it send the events on`;
  return [{ path: 'events.bus', message }];
}

/** SNS takes a message in the Region of its topic only. */
function topicElsewhere({ news }: Configuration, { region }: Use): Problem[] {
  const itsRegion = news?.topic?.split(':')[3];
  if (!differ(region, itsRegion)) return [];
  const message = `is in Region ${itsRegion}, but the function runs in ${region}: name a topic of that Region`;
  return [{ path: 'news.topic', message }];
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one !== '' && other !== undefined && one !== other;
}

const ONE_PLACE = 'a deployment works in one account and Region, so give a secret there, or deploy where the secret is';
