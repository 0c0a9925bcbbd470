import { CASES, type Case, prepared } from './cases.ts';
import { type Counts, counted, growsTooFast } from './counted.ts';

// node --no-opt --no-maglev start.ts: prints, as JSON, what of a run in each case grows faster than the number of its
// consumers. What the compilers optimise is not counted, which is why they are off.

const SIZE = 24;

interface Found {
  readonly counts: Counts;
  readonly states: readonly string[];
}

async function look(size: number, of: Case): Promise<Found> {
  const world = await prepared(size, of);
  const states = new Set<string>();
  const run = async () => {
    const { consumers } = await world.run({ action: 'run', ...of.request });
    for (const { state, why } of consumers) states.add(`${state} ${why.code}`);
  };
  const counts = await counted(/\/lambda\//, () => run().catch(() => undefined));
  await world.close();
  return { counts, states: [...states] };
}

const answers: Record<string, unknown> = {};
for (const [name, each] of Object.entries(CASES)) {
  // What runs for the first time is counted otherwise: an async function once, and not for each time that it goes on.
  await look(2, each);
  const once = await look(SIZE, each);
  const { counts, states } = await look(2 * SIZE, each);
  answers[name] = { blocks: counts.size, states, tooFast: growsTooFast(once.counts, counts, SIZE) };
}
process.stdout.write(JSON.stringify(answers));
