import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CallContext } from '../calls/call.ts';
import { RUNBOOK_URL, RUNBOOK_VARIABLE } from '../config/runbook.ts';
import type { RunReport } from '../engine/report/report.ts';
import { FunctionHistory, type LogOptions } from '../logs/function-history.ts';
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

export interface NewsParts extends Omit<DeskOptions, 'topic' | 'hub' | 'runbookUrl'> {
  readonly client: SecretsManagerClient;
  readonly calls: CallContext;
  readonly endpoints: Endpoints;
  readonly ownLog: LogOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Tells what a run of all consumers found, with the client that the run has anyway. In the bundle this is the entry of a
 * file of its own.
 */
export function tellAll(
  report: RunReport,
  { client, calls, endpoints, ownLog, environment, ...options }: NewsParts,
): Promise<void> {
  const { news, securityHub } = options.configuration;
  const arn = news?.topic;
  return tellNews(report, {
    ...options,
    runbookUrl: environment[RUNBOOK_VARIABLE] || RUNBOOK_URL,
    history: options.history ?? FunctionHistory.of(client, calls, ownLog),
    bus: news && options.bus,
    topic: arn === undefined ? undefined : new Topic(client, calls, { arn, endpoint: endpoints.sns }),
    hub: securityHub ? new Hub(client, calls, endpoints.securityHub) : undefined,
  });
}
