import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { METRICS, type MetricName } from '../../../lambda/log/metrics.ts';
import { createMetrics, type PublishMetrics } from '../../../lambda/telemetry/lines.ts';
import type { World } from '../../../simulation/world.ts';
import type { Holdings } from './log-book.ts';

type Figures = Readonly<Partial<Record<MetricName, number>>>;

/** Keeps the metrics of a run as CloudWatch would read them, and knows whether they say what happened. */
export class MetricBook {
  readonly #lines: string[] = [];
  #isPartial = false;

  /** They are written to stdout, and at once. */
  readonly publish: PublishMetrics = (report, isPartial) => {
    this.#isPartial = isPartial;
    const { write } = process.stdout;
    process.stdout.write = (text: string | Uint8Array) => this.#lines.push(String(text)) > 0;
    try {
      createMetrics('prod')(report, isPartial);
    } finally {
      process.stdout.write = write;
    }
  };

  /** Where the metrics say something else than the report, or than the servers show. */
  disagreements(world: World, report: RunReport, before: Holdings, after: Holdings): string[] {
    // It is no run.
    if (report.action === 'check') return this.#lines.length === 0 ? [] : ['a check wrote metrics'];
    const told = figuresIn(this.#lines);
    if (told === undefined) return [`${this.#lines.length} lines of metrics instead of one that CloudWatch reads`];
    const expected = this.#isPartial ? deedsIn(report) : expectedOf(report);
    const names = Object.keys(METRICS) as MetricName[];
    const unlike = names
      .filter((name) => told[name] !== expected[name])
      .map((name) => `the metric ${name} is ${told[name]}, and the report says ${expected[name]}`);
    const beyond = Object.entries(mostOf(world, before, after)).flatMap(([name, most]) => {
      const value = told[name as MetricName] ?? 0;
      return value > most ? [`the metric ${name} is ${value}, and the servers show ${most}`] : [];
    });
    return [...unlike, ...beyond];
  }
}

/** The figures of the one EMF line, none if there is no line; undefined if it is not one, or a metric in it has no value or no place in its list. */
function figuresIn(lines: readonly string[]): Figures | undefined {
  const [line, ...others] = lines.join('').split('\n').filter(Boolean);
  if (line === undefined) return {};
  if (others.length > 0) return undefined;
  const { _aws, ...values } = JSON.parse(line) as Record<string, unknown> & {
    _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  };
  const named = _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
  const published = Object.entries(values).filter(([name]) => name in METRICS);
  return named.length === published.length ? (Object.fromEntries(published) as Figures) : undefined;
}

/** Counted anew from the entries of the report, and not from its counts. */
function deedsIn({ consumers, retirements = [], evidence, counts }: RunReport): Figures {
  const all = [...consumers.flatMap(({ actions }) => actions), ...retirements];
  const done = (name: MetricName, kind: string) => {
    const count = all.filter((each) => each.kind === kind && each.outcome === 'done').length;
    return count > 0 && { [name]: count };
  };
  return {
    ...done('TokensRotated', 'rotate'),
    ...done('TokensSwitchedOff', 'switch-off'),
    ...done('TokensDeleted', 'delete'),
    ...(counts.throttledCalls > 0 && { CallsThrottled: counts.throttledCalls }),
    ...(evidence && { EvidenceFailed: evidence.result === 'failed' ? 1 : 0 }),
  };
}

function expectedOf(report: RunReport): Figures {
  const { consumers, errors, counts, oldestTokenAgeSeconds: age } = report;
  const some = (test: (each: RunReport['consumers'][number]) => boolean) => consumers.filter(test).length;
  const failed = some(
    ({ state, errorCode }) => state === 'failed' || (state === 'not-attempted' && errorCode !== 'OUT_OF_TIME'),
  );
  const wentWell = failed === 0 && errors.length === 0 ? 1 : 0;
  const always = {
    ...deedsIn(report),
    ...{ RunsSucceeded: wentWell, ...(wentWell === 0 && { RunsFailed: 1 }) },
    ...(failed > 0 && { ConsumersFailed: failed }),
    ...(age === undefined ? {} : { OldestTokenAge: age }),
  };
  // A run that saw no consumer does not know the rest: it could read none, or did not come to any.
  const unseen = some(
    ({ state, errorCode, why }) =>
      why.code === 'NOT_PLANNED' || (state === 'not-attempted' && errorCode !== 'OUT_OF_TIME'),
  );
  if (unseen === consumers.length) return always;
  const undecided = some(
    ({ errorCode, obstacle, why }) =>
      errorCode === 'OUT_OF_TIME' && ['NOT_PLANNED', 'NAME_UNRESOLVED'].includes((obstacle ?? why).code),
  );
  const endAlarms = {
    ConsumersBlocked: some(({ state }) => state === 'blocked'),
    ConsumersWithoutAccess: some(({ access }) => access === 'none'),
    CurrentTokensRefused: some(({ proof }) => proof?.result === 'refused'),
    TokensOverdue: consumers.flatMap(({ tokens }) => tokens).filter(({ overdue }) => overdue).length,
  };
  return {
    ...always,
    // Of whom nothing was decided may be any of these.
    ...Object.fromEntries(Object.entries(endAlarms).filter(([, count]) => count > 0 || undecided === 0)),
    ...(counts.unmanaged > 0 && { TokensUnmanaged: counts.unmanaged }),
  };
}

/** What is counted as done must be there. There may be more: what was not answered is not counted. */
function mostOf({ influxdb, configuration, clock }: World, before: Holdings, after: Holdings): Figures {
  const rows = [...before.rows];
  const ended = ({ status }: { status: string }, id: string) =>
    status === 'active' && after.rows.get(id)?.status !== status;
  const live = influxdb.store.storedAuthorizations().filter(({ status }) => status === 'active');
  const longest = Math.min(...configuration.consumers.map(({ maxTokenAgeMs }) => maxTokenAgeMs));
  return {
    TokensRotated: [...after.labels].filter(([consumer, labels]) => before.labels.get(consumer) !== labels).length,
    // One that is adopted gets its marker only then.
    TokensSwitchedOff:
      rows.filter(([id, row]) => ended(row, id)).length +
      [...after.rows].filter(([id, { status }]) => !before.rows.has(id) && status !== 'active').length,
    TokensDeleted: rows.filter(([id]) => !after.rows.has(id)).length,
    TokensOverdue: live.filter(({ createdAt }) => Date.parse(String(createdAt)) + longest < clock.now()).length,
    TokensUnmanaged: influxdb.store
      .storedAuthorizations()
      .filter(({ description }) => parseMarker(description) === undefined).length,
  };
}
