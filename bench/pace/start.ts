import { parseArgs } from 'node:util';
import { MOST_WORKERS } from '../../lambda/calls/crew.ts';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { RunFailedError } from '../../lambda/engine/report/run-failed-error.ts';
import { createHandler } from '../../lambda/handler.ts';
import type { EventCode } from '../../lambda/log/events.ts';
import { connectionTo } from '../../simulation/connection-to.ts';
import { DAY, HOUR, MINUTE } from '../../test/builders/a-configuration.ts';
import { OverlappingClock, slowDown } from '../../test/builders/overlapping-clock.ts';
import { Fleet } from '../servers/fleet.ts';

// npm run bench:pace: more consumers are due than one run has time for. Hourly runs on simulated time, in which a call
// takes 8 ms to Secrets Manager and 4 ms to InfluxDB, and overlaps with those beside it, until all are served.
// --consumers N (default 2000), --minutes N: of the function (default 1).
// --spread N: a new token is refused for so many seconds, as by a server on which changes spread slowly.
// --latency N: of InfluxDB, in milliseconds (default 4). --knee N: it answers so many calls at once in that time, and the
// more there are, the later.
// It fails if a run outlives its time, fails a consumer, serves a younger token before an older one, or begins what it does
// not finish.

const { values } = parseArgs({
  options: {
    consumers: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '1' },
    spread: { type: 'string', default: '0' },
    latency: { type: 'string', default: '4' },
    knee: { type: 'string', default: 'Infinity' },
  },
});
const SIZE = Number(values.consumers);
const TIME_MS = Number(values.minutes) * MINUTE;
const MOST_RUNS = 50;

const clock = new OverlappingClock(Date.UTC(2026, 0, 1));
let isMaking = true;
// Each is a little younger than the one before it.
const now = () => {
  if (isMaking) clock.advance(1);
  return clock.now();
};
const fleet = await Fleet.open({ consumers: SIZE, due: false, now });
isMaking = false;
// They just fell due: where one has waited for a day, some are drawn by lot.
clock.advance(30 * DAY);
const { consumers, ...rest } = fleet.configuration;
const defaults = { ...rest.defaults, spread: '0s' };
const file = { ...rest, defaults, limits: { functionTimeout: `${TIME_MS / 1000}s`, callTimeout: '5s' } };
// The youngest first: the order of the file is not that of the turns.
const configuration = parseConfiguration({ ...file, consumers: consumers.toReversed() }, 'the bench');
slowDown(fleet.servers, clock, {
  secretsManager: 8,
  influxdb: Number(values.latency),
  knee: Number(values.knee),
  spread: Number(values.spread) * 1000,
});

const problems: string[] = [];
const left = new Set(consumers.map(({ name }) => name));
for (let run = 1; left.size > 0 && run <= MOST_RUNS; run += 1) {
  clock.advance(HOUR);
  const since = process.hrtime.bigint();
  const from = clock.now();
  const codes = new Map<EventCode, number>();
  const handler = createHandler({
    ...{ configuration, clock, publishMetrics: () => {}, secretsManager: connectionTo(fleet.servers.secretsManager) },
    log: (code, fields) => {
      // What a run finds done was done by the one before it.
      if (!('found' in fields)) codes.set(code, (codes.get(code) ?? 0) + 1);
    },
  });
  const context = { getRemainingTimeInMillis: () => from + TIME_MS - clock.now() };
  fleet.takeLoad();
  const report: RunReport = await handler({ action: 'run' }, context).catch(reportOf);
  judge(report, clock.now() - from, codes);
  const { rotated, notAttempted } = report.counts;
  const seconds = Number((process.hrtime.bigint() - since) / 1_000_000_000n);
  const times = `${Math.round((clock.now() - from) / 1000)} simulated seconds, ${seconds} real ones`;
  process.stdout.write(
    `run ${run}: ${rotated} rotated, ${notAttempted} left, ${codes.size} kinds of lines; ${times}\n`,
  );
}
if (left.size > 0) problems.push(`${left.size} consumers were not served in ${MOST_RUNS} runs`);
for (const problem of problems) process.stdout.write(`${problem}\n`);
await fleet.close();
process.exitCode = problems.length === 0 ? 0 : 1;

function judge(report: RunReport, tookMs: number, codes: ReadonlyMap<EventCode, number>): void {
  if (tookMs > TIME_MS) problems.push(`a run took ${tookMs} ms, and had ${TIME_MS}`);
  if (report.counts.failed > 0) problems.push(`${report.counts.failed} consumers failed`);
  const isDone = ({ actions }: RunReport['consumers'][number]) =>
    actions.some(({ kind, outcome }) => kind === 'rotate' && outcome === 'done');
  const done = report.consumers.filter(isDone).map(({ consumer }) => consumer);
  for (const name of done) left.delete(name);
  const oldestLeft = Math.min(...[...left].map(numberOf));
  const youngestDone = done.reduce((most, name) => Math.max(most, numberOf(name)), 0);
  // So many are served at a time.
  if (oldestLeft + MOST_WORKERS < youngestDone)
    problems.push(`consumer ${youngestDone} was served, and ${oldestLeft} was not`);
  if (codes.get('TOKEN_MINTED') !== codes.get('TOKEN_PROMOTED'))
    problems.push('a rotation was begun, and not finished');
  if ((codes.get('RUN_OUT_OF_TIME') ?? 0) > 1) problems.push('a run said more than once that its time was over');
}

function reportOf(error: unknown): RunReport {
  if (error instanceof RunFailedError) return error.report;
  throw error;
}

function numberOf(name: string): number {
  return Number(name.split('-')[1]);
}
