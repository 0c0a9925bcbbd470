import { codeOf, messageOf } from '../calls/failure.ts';
import type { BusEvent, EventBus, Sent } from '../eventbridge/event-bus.ts';
import { sendEach } from '../eventbridge/send-each.ts';
import type { Log } from '../log/log.ts';
import { type News, newsOf, type Promoted } from './plan/news.ts';
import type { Planned } from './report/consumer-report.ts';

/** The `detail-type` of each kind of news. `docs/events.md` is what readers rely on. */
const DETAIL_TYPES: Readonly<Record<News['kind'], string>> = {
  promoted: 'InfluxDB Token Promoted',
  'ends-soon': 'InfluxDB Token Ends Soon',
};

export interface NewsroomOptions {
  readonly bus: Pick<EventBus, 'send'>;
  readonly log: Log;
  readonly deployment: string;
  readonly scheduleMs: number;
}

/**
 * Collects what one run has to tell, and tells it when all else is done: so it delays nothing. It fails nothing either,
 * because the next run tells it again.
 */
export class Newsroom {
  readonly #options: NewsroomOptions;
  /** By consumer, as its last pass left it. */
  readonly #news = new Map<string, readonly News[]>();
  /** The versions that this run made current. */
  readonly #promoted = new Set<string>();

  constructor(options: NewsroomOptions) {
    this.#options = options;
  }

  /** Notes what became of a consumer. A later pass of the same run knows better. */
  note({ facts, outcome }: Planned, promoted: Promoted | undefined): void {
    const decision = outcome.kind === 'decision' ? outcome : undefined;
    if (promoted !== undefined) this.#promoted.add(promoted.document.id);
    const news = newsOf(facts, decision, promoted, this.#options.scheduleMs);
    if (news.length > 0 || promoted !== undefined || decision?.state !== 'changed')
      this.#news.set(facts.settings.name, news);
  }

  /** Sends what there is. Never throws. */
  async tell(): Promise<void> {
    const { bus, log } = this.#options;
    await sendEach([...this.#news.values()].flat(), {
      ...{ bus, log },
      eventOf: (news) => this.#eventOf(news),
      tell: (news, sent) => this.#logSent(news, sent),
    });
  }

  #eventOf({ kind, consumer, secretArn, versionId, authorizationId, ending, more }: News): BusEvent {
    return {
      detailType: DETAIL_TYPES[kind],
      resources: [secretArn],
      detail: {
        ...{ deployment: this.#options.deployment, consumer, secretArn, versionId, authorizationId },
        ending: ending.map(({ worksUntil, ...rest }) => ({ ...rest, worksUntil: new Date(worksUntil).toISOString() })),
        ...(more > 0 && { more }),
        ...(kind === 'promoted' && { repeated: !this.#promoted.has(versionId) }),
      },
    };
  }

  #logSent({ kind, consumer, versionId }: News, sent: Sent | { readonly error: unknown }): void {
    const { log } = this.#options;
    const fields = { consumer, event: DETAIL_TYPES[kind], versionId };
    if ('eventId' in sent) log('CONSUMER_TOLD', { ...fields, eventId: sent.eventId });
    else log('CONSUMER_NOT_TOLD', { ...fields, error: messageOf(sent.error), errorCode: codeOf(sent.error) });
  }
}
