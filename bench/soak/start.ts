import { parseArgs } from 'node:util';
import { count } from '../../test/explore/spread.ts';
import { type Hour, Soak } from './soak.ts';
import { growthMb, problemsOf } from './verdict.ts';

// npm run soak: hourly runs of one handler for some simulated hours, while one call in a hundred fails at random. Does
// memory grow, is a socket or a timer left, is an invariant violated? Two hours without faults come last.
// --hours N (default 24), --consumers N (default 2000), --seed N.

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    consumers: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
  },
});
const hours = count('hours', values.hours);
const consumers = count('consumers', values.consumers);
const seed = count('seed', values.seed);
const FAILING = 0.01;
const CALM_HOURS = 2;

const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${hours} hours, ${consumers} consumers, one call in ${1 / FAILING} fails: --seed ${seed}`);
const startedAt = performance.now();
const soak = await Soak.open({ consumers, seed });
const all: Hour[] = [];
try {
  await soak.disturb(FAILING);
  for (let hour = 0; hour < hours + CALM_HOURS; hour += 1) {
    if (hour === hours) await soak.disturb(0);
    const seen = await soak.hour();
    all.push(seen);
    const { rotated, failedConsumers, calls, failedCalls, liveTokens, keptMb } = seen;
    say(
      `hour ${String(hour).padStart(2)}: ${rotated} rotated, ${failedConsumers} failed, ${calls} calls, ${failedCalls} of them failed, ${liveTokens} live tokens, heap ${keptMb.toFixed(1)} MB`,
    );
  }
} finally {
  await soak.close();
}
const problems = problemsOf(all, consumers);
const sum = (of: (hour: Hour) => number) => all.reduce((total, hour) => total + of(hour), 0);
for (const problem of problems.slice(0, 20)) say(problem);
say(
  `${sum(({ rotated }) => rotated)} rotations, ${sum(({ calls }) => calls)} calls, ${sum(({ failedCalls }) => failedCalls)} of them failed; the heap grew by ${growthMb(all).toFixed(1)} MB; ${problems.length} problems; ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
