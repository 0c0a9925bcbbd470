import type { Clock } from '../calls/clock.ts';
import { codeOf, logDefect, messageOf } from '../calls/failure.ts';
import type { Configuration } from '../config/configuration.ts';
import type { RunReport } from '../engine/report/report.ts';
import type { EventBus } from '../eventbridge/event-bus.ts';
import type { History } from '../log/history.ts';
import type { Log } from '../log/log.ts';
import type { SecretStore } from '../secrets-manager/store.ts';
import type { Hub } from '../security-hub/hub.ts';
import type { Topic } from '../sns/topic.ts';
import type { Condition } from './condition.ts';
import type { Memory } from './memory.ts';

export interface DeskOptions {
  readonly configuration: Configuration;
  /** @default the function's own log; without one it remembers nothing */
  readonly history: History | undefined;
  /** Undefined where it is not told of changes. */
  readonly bus: Pick<EventBus, 'send'> | undefined;
  readonly topic: Pick<Topic, 'publish'> | undefined;
  readonly hub: Pick<Hub, 'import'> | undefined;
  readonly store: Pick<SecretStore, 'arnOf' | 'place'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Of the page that says what to do. */
  readonly runbookUrl: string;
  /** What this sandbox remembers from one run to the next. */
  readonly sandbox: { noted?: Memory };
}

/** What one telling is about. */
export interface Edition {
  readonly report: RunReport;
  readonly conditions: readonly Condition[];
  readonly memory: Memory | undefined;
  readonly now: number;
}

/** Makes one call, whose failure is logged. @returns whether it went well. */
export async function telling(
  log: Log,
  what: { readonly to: string; readonly news: string; readonly count: number },
  act: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await act();
    log('NEWS_TOLD', what);
    return true;
  } catch (error) {
    logDefect(log, error, undefined);
    log('NEWS_NOT_TOLD', { ...what, error: messageOf(error), errorCode: codeOf(error) });
    return false;
  }
}
