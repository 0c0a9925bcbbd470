import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CallContext } from '../calls/call.ts';
import type { RunReport } from '../engine/report/report.ts';
import { Hub } from '../security-hub/hub.ts';
import { Topic } from '../sns/topic.ts';
import { tellNews } from './desk.ts';
import type { DeskOptions } from './edition.ts';

export interface Endpoints {
  /** @default that of the Region */
  readonly sns: string | undefined;
  /** @default that of the Region */
  readonly securityHub: string | undefined;
}

/** Tells what a run of all consumers found, with the client that the run has anyway. */
export function tellAll(
  report: RunReport,
  client: SecretsManagerClient,
  context: CallContext,
  { endpoints, ...options }: Omit<DeskOptions, 'topic' | 'hub'> & { readonly endpoints: Endpoints },
): Promise<void> {
  const { news, securityHub } = options.configuration;
  const arn = news?.topic;
  return tellNews(report, {
    ...options,
    bus: news && options.bus,
    topic: arn === undefined ? undefined : new Topic(client, context, { arn, endpoint: endpoints.sns }),
    hub: securityHub ? new Hub(client, context, endpoints.securityHub) : undefined,
  });
}
