import { logDefect } from '../calls/failure.ts';
import { pages } from '../calls/pages.ts';
import type { Log } from '../log/log.ts';
import { type BusEvent, type EventBus, MOST_AT_ONCE, type Sent } from './event-bus.ts';

export interface Sender<Item> {
  readonly bus: Pick<EventBus, 'send'>;
  readonly log: Log;
  readonly eventOf: (item: Item) => BusEvent;
  /** What became of an item, once that is known. */
  readonly tell: (item: Item, sent: Sent | { readonly error: unknown }) => void;
}

/** Sends one event for each, ten a call. Never throws. Stops at a call that failed, as the others would fail, too. */
export async function sendEach<Item>(items: readonly Item[], { bus, log, eventOf, tell }: Sender<Item>): Promise<void> {
  let failure: unknown;
  for (const some of pages(items, MOST_AT_ONCE)) {
    let sent: readonly Sent[] = [];
    if (failure === undefined) {
      try {
        sent = await bus.send(some.map(eventOf));
      } catch (error) {
        logDefect(log, error, undefined);
        failure = error;
      }
    }
    for (const [index, item] of some.entries()) tell(item, sent[index] ?? { error: failure });
  }
}
