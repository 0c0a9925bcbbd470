import type * as z from 'zod/mini';
import { parseDurationText } from './duration.ts';
import type { NewsFile } from './file/news.ts';

export interface NewsSettings {
  /** Undefined: only the bus is told. */
  readonly topic: string | undefined;
  readonly format: 'text' | 'chat';
  readonly digest: 'daily' | 'weekly' | undefined;
  readonly warnBeforeMs: number;
}

export const NEWS_DEFAULTS = { format: 'text', warnBefore: '3d' } as const;

export function newsSettings(file: z.infer<typeof NewsFile>): NewsSettings {
  const { topic, format = NEWS_DEFAULTS.format, digest, warnBefore = NEWS_DEFAULTS.warnBefore } = file;
  return { topic, format, digest, warnBeforeMs: parseDurationText(warnBefore) ?? Number.NaN };
}

/** What the construct tells the function's topic with: CloudFormation may be the only one who knows its ARN. */
export const NEWS_TOPIC_VARIABLE = 'NEWS_TOPIC';

/** With a topic of the construct, which is news, whatever the configuration says. */
export function withTopic(news: NewsSettings | undefined, topic: string | undefined): NewsSettings | undefined {
  return topic ? { ...(news ?? newsSettings({})), topic } : news;
}
