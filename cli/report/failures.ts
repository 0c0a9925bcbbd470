import type { ConsumerRecord } from '../../lambda/evidence/record.ts';
import { type Census, iso, type Material, type ReadRecord } from './material.ts';
import type { ReportFailure } from './model.ts';

/** A time at which a consumer failed, as one record shows it. */
interface Glimpse {
  readonly consumer: string;
  readonly code: string;
  readonly message: string | undefined;
  readonly from: number;
  /** Until then it failed, as far as this record knows. */
  readonly until: number;
  readonly isOpen: boolean;
  readonly number: number;
}

/** A run that is missed, or that did not get to the consumer, does not make two failures of one. */
const ONE_FAILURE_MS = 3 * 60 * 60 * 1000;

/** What failed in the period, and for how long; a failure that several records show is one. */
export function failuresOf(
  { records, from, to }: Pick<Material, 'records' | 'from' | 'to'>,
  censuses: readonly Census[],
): ReportFailure[] {
  const glimpses = [...censuses.flatMap(inCensus), ...records.flatMap(inRecord)];
  const byCause = Map.groupBy(glimpses, ({ consumer, code }) => `${consumer} ${code}`);
  const well = Map.groupBy(
    [...censuses.flatMap(wellInCensus), ...records.flatMap(wellInRecord)],
    ({ consumer }) => consumer,
  );
  const failures = [...byCause.values()].flatMap((each) => joined(each).map((failure) => ended(failure, well)));
  return failures
    .filter((failure) => failure.from < to && (failure.isOpen || failure.until >= from))
    .map((failure) => told(failure, to))
    .sort((one, other) => one.from.localeCompare(other.from));
}

function inCensus({ entries, at }: Census): Glimpse[] {
  return entries.flatMap(({ consumer, failures = [], number }) =>
    failures.map(({ code, from, until }) => ({
      ...{ consumer, code, number, message: undefined },
      from: Date.parse(from),
      until: until === undefined ? at : Date.parse(until),
      isOpen: until === undefined,
    })),
  );
}

function inRecord({ record }: ReadRecord): Glimpse[] {
  if (record.kind !== 'consumer' || record.failure === undefined) return [];
  const { consumer, number, at, failure } = record as ConsumerRecord & { readonly failure: object };
  const moment = Date.parse(at);
  return [{ consumer, ...failure, number, from: moment, until: moment, isOpen: true }];
}

/** A moment at which a consumer did not fail. */
interface Well {
  readonly consumer: string;
  readonly at: number;
}

function wellInCensus({ entries, at }: Census): Well[] {
  return entries.flatMap(({ consumer, state }) => (state === 'failed' ? [] : [{ consumer, at }]));
}

function wellInRecord({ record }: ReadRecord): Well[] {
  if (record.kind !== 'consumer' || record.failure !== undefined) return [];
  return [{ consumer: record.consumer, at: Date.parse(record.at) }];
}

/** A failure of which no record shows the end, but a later one shows that it is over. */
function ended(failure: Joined, well: ReadonlyMap<string, readonly Well[]>): Joined {
  if (!failure.isOpen) return failure;
  const later = well.get(failure.consumer)?.filter(({ at }) => at > failure.until) ?? [];
  if (later.length === 0) return failure;
  return { ...failure, isOpen: false, until: Math.min(...later.map(({ at }) => at)) };
}

interface Joined extends Omit<Glimpse, 'number'> {
  readonly numbers: readonly number[];
}

function joined(glimpses: readonly Glimpse[]): Joined[] {
  const failures: Joined[] = [];
  for (const { number, ...glimpse } of [...glimpses].sort(
    (one, other) => one.from - other.from || one.until - other.until,
  )) {
    const last = failures.at(-1);
    if (last === undefined || glimpse.from > last.until + ONE_FAILURE_MS) {
      failures.push({ ...glimpse, numbers: [number] });
      continue;
    }
    const isLater = glimpse.until >= last.until;
    failures[failures.length - 1] = {
      ...last,
      message: last.message ?? glimpse.message,
      until: Math.max(last.until, glimpse.until),
      isOpen: isLater ? glimpse.isOpen : last.isOpen,
      numbers: [...last.numbers, number],
    };
  }
  return failures;
}

function told({ consumer, code, message, from, until, isOpen, numbers }: Joined, to: number): ReportFailure {
  const isOver = !isOpen && until < to;
  return {
    consumer,
    code,
    ...(message !== undefined && { message }),
    from: iso(from),
    ...(isOver && { until: iso(until) }),
    durationMs: Math.max(0, (isOver ? until : to) - from),
    records: [...numbers],
  };
}
