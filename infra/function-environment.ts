import type { IEventBusRef } from 'aws-cdk-lib/aws-events';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EVENT_BUS_VARIABLE } from '../lambda/config/event-bus.ts';
import { EVIDENCE_VARIABLE } from '../lambda/config/evidence.ts';
import { NEWS_TOPIC_VARIABLE } from '../lambda/config/news.ts';
import type { Part } from '../lambda/config/parts.ts';
import { RUNBOOK_VARIABLE } from '../lambda/config/runbook.ts';
import type { Evidence } from './evidence.ts';

/** What another part of the deployment needs of the function. */
export interface Beside {
  readonly parts: readonly Part[];
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

export const NOTHING_BESIDE: Beside = { parts: [], environment: {}, statements: [] };

/** What only CloudFormation may know. What the configuration says is in the code. */
export function environmentOf({
  eventBus,
  newsTopic,
  evidence,
  runbookUrl,
  beside,
}: {
  readonly eventBus: IEventBusRef | undefined;
  readonly newsTopic: { readonly topicArn: string } | undefined;
  readonly evidence: Evidence | undefined;
  readonly runbookUrl: string | undefined;
  readonly beside: Beside;
}) {
  const environment = {
    ...beside.environment,
    ...(eventBus && { [EVENT_BUS_VARIABLE]: eventBus.eventBusRef.eventBusArn }),
    ...(newsTopic && { [NEWS_TOPIC_VARIABLE]: newsTopic.topicArn }),
    ...(evidence && { [EVIDENCE_VARIABLE]: evidence.place }),
    ...(runbookUrl && { [RUNBOOK_VARIABLE]: runbookUrl }),
  };
  return Object.keys(environment).length === 0 ? {} : { environment };
}
