import { codeOf, messageOf } from '../calls/failure.ts';
import type { BusEvent } from '../eventbridge/event-bus.ts';
import { sendEach } from '../eventbridge/send-each.ts';
import { changesFor } from './changes.ts';
import { deedsIn } from './deeds.ts';
import type { DeskOptions, Edition } from './edition.ts';
import { type ChangeDetail, CONSUMER_CHANGED, ofChange, ofDeed } from './event.ts';

/** What the bus was told, and what it must be told yet. */
interface ToldBus {
  /** The subjects of whose state it could not be told. */
  readonly untold: ReadonlySet<string>;
  /** The deeds that it was told of since `deedsSince`. */
  readonly deeds: readonly string[];
  readonly deedsSince: string;
}

/** One event to send: about a deed, or about the state of a subject. */
interface Item {
  readonly detail: ChangeDetail;
  readonly deed?: string;
  readonly subject?: string;
}

/** Sends one event for each deed and each change of state. */
export async function tellBus({ report, conditions, memory, now }: Edition, options: DeskOptions): Promise<ToldBus> {
  const { configuration, store, bus } = options;
  const { startedAt } = report;
  const from = memory?.channels.includes('bus') ? Date.parse(memory.deedsSince) : Date.parse(startedAt);
  // What was made, but not promoted yet, may be promoted with a time that is a lease old.
  const next = Date.parse(startedAt) - configuration.limits.leaseMs;
  if (bus === undefined) return { untold: new Set(), deeds: [], deedsSince: new Date(next).toISOString() };
  const sender = {
    deployment: configuration.deployment,
    arnOf: (secret: string) => store.arnOf(secret),
    mayRepeat: memory === undefined,
  };
  const told = new Set(memory?.deeds);
  const deeds = deedsIn(report, configuration, Math.min(from, now));
  const items: Item[] = [
    ...deeds.filter(({ id }) => !told.has(id)).map((deed) => ({ deed: deed.id, detail: ofDeed(deed, sender) })),
    ...changesFor('bus', conditions, memory, startedAt).map((change) => ({
      ...{ subject: change.subject, detail: ofChange(change, sender) },
    })),
  ];
  const untold = new Set(await send(items, options, bus));
  for (const { deed } of items.filter((item) => !untold.has(item))) if (deed !== undefined) told.add(deed);
  const isLate = [...untold].some(({ deed }) => deed !== undefined);
  const since = isLate ? from : next;
  return {
    untold: new Set([...untold].flatMap(({ subject = [] }) => subject)),
    deeds: deeds.filter(({ id, at }) => told.has(id) && Date.parse(at) >= since).map(({ id }) => id),
    deedsSince: new Date(since).toISOString(),
  };
}

/** @returns what the bus did not take. */
async function send(
  items: readonly Item[],
  { log }: DeskOptions,
  bus: NonNullable<DeskOptions['bus']>,
): Promise<Item[]> {
  const untold: Item[] = [];
  await sendEach(items, {
    ...{ bus, log, eventOf },
    tell: (item, sent) => {
      const what = { to: 'bus', news: `${item.detail.kind} ${item.detail.consumer ?? '*'}`, count: 1 };
      if ('eventId' in sent) return log('NEWS_TOLD', what);
      untold.push(item);
      log('NEWS_NOT_TOLD', { ...what, error: messageOf(sent.error), errorCode: codeOf(sent.error) });
    },
  });
  return untold;
}

function eventOf({ detail }: Item): BusEvent {
  const { secretArn } = detail;
  return { detailType: CONSUMER_CHANGED, resources: secretArn === undefined ? [] : [secretArn], detail };
}
