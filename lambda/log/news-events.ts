import type { ErrorCode } from './coded-error.ts';

/** Of how many changes, and whom: `bus`, `people` or `findings`. */
interface OfNews {
  readonly to: string;
  readonly news: string;
  readonly count: number;
}

/** The fields of each event about news. */
export interface NewsEvents {
  /** What this run knows for the next: what it told of whom (`lambda/news/memory.ts`). Times are ISO 8601. */
  STATES_NOTED: {
    readonly run: string;
    readonly startedAt: string;
    readonly page: number;
    readonly pages: number;
    readonly channels: readonly string[];
    readonly states: readonly object[];
    readonly deeds: readonly string[];
    readonly deedsSince: string;
    readonly digestAt: string;
    readonly findingsAt: string;
  };
  NEWS_TOLD: OfNews;
  NEWS_NOT_TOLD: OfNews & { readonly error: string; readonly errorCode: ErrorCode };
  /** The states of consumers are told to nobody, for this reason. */
  NEWS_WITHOUT_MEMORY: { readonly reason: string };
}
