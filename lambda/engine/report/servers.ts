import type { Configuration } from '../../config/configuration.ts';
import { placeOf } from '../../config/evidence.ts';
import type { Services } from '../apply/services.ts';
import type { ServersReport } from './report.ts';

/** Which servers a run asked, as far as their answers, its secrets and its environment tell. */
export async function serversOf(
  { store, transport }: Pick<Services, 'store' | 'transport'>,
  { influxdb: { url, org, orgId }, events, evidence, news, securityHub }: Configuration,
): Promise<ServersReport> {
  const { region, account, endpoint } = await store.place();
  const version = transport.serverVersion;
  return {
    influxdb: { url, org: orgId ?? org ?? '', ...(version !== undefined && { version }) },
    secretsManager: {
      ...(region !== undefined && { region }),
      ...(account !== undefined && { account }),
      ...(endpoint !== undefined && { endpoint }),
    },
    ...(events !== undefined && { eventBus: events.bus }),
    ...(news?.topic !== undefined && { topic: news.topic }),
    ...(securityHub && { securityHub }),
    ...(evidence !== undefined && { evidence: { place: placeOf(evidence) } }),
  };
}
