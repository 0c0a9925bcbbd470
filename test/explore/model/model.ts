import fc from 'fast-check';
import { type Act, describeAct } from './acts.ts';
import { sequencesOn } from './sequences.ts';
import { STAGES, Stage, type StageName } from './stage.ts';

/** Which sequences are tried: those that follow from a seed, or the one at a path. */
export interface Sample {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string | undefined;
  /** For how long a shorter sequence is looked for, in milliseconds of real time; by default for as long as it takes. */
  readonly shrinkMs?: number;
}

/** What came of them. `counterexample` is the shortest sequence that was found, as a text to read. */
export interface Verdict {
  readonly sequences: number;
  readonly acts: number;
  readonly counterexample: string | undefined;
  /** The acts of it. */
  readonly shortest: readonly Act[];
}

export async function tryOut({ runs, seed, path, shrinkMs = Number.POSITIVE_INFINITY }: Sample): Promise<Verdict> {
  const stages = new Map<StageName, Stage>();
  let acts = 0;
  let giveUpAt = Number.POSITIVE_INFINITY;
  const perform = async (name: StageName, sequence: readonly Act[]) => {
    const stage = stages.get(name) ?? (await Stage.open(name));
    stages.set(name, stage);
    acts += sequence.length;
    return stage.perform(sequence);
  };
  const names = Object.keys(STAGES) as StageName[];
  const property = fc.asyncProperty(
    fc.oneof(...names.map((name) => fc.tuple(fc.constant(name), sequencesOn(name)))),
    async ([name, sequence]) => {
      if (performance.now() > giveUpAt) return;
      const { violations } = await perform(name, sequence);
      if (violations.length === 0) return;
      giveUpAt = Math.min(giveUpAt, performance.now() + shrinkMs);
      throw new Error(violations.join('\n'));
    },
  );
  const found = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path === undefined ? {} : { path }),
  });
  const counterexample = found.counterexample
    ? await explain(found.counterexample[0], { seed: found.seed, path: found.counterexamplePath ?? '' }, perform)
    : undefined;
  for (const stage of stages.values()) await stage.close();
  const [, shortest = []] = found.counterexample?.[0] ?? [];
  return { sequences: found.numRuns, acts, counterexample, shortest };
}

async function explain(
  [name, sequence]: readonly [StageName, readonly Act[]],
  { seed, path }: { readonly seed: number; readonly path: string },
  perform: (name: StageName, sequence: readonly Act[]) => ReturnType<Stage['perform']>,
): Promise<string> {
  const { violations, trace } = await perform(name, sequence);
  const lines = [
    `${sequence.length} acts, beginning with ${name}:`,
    ...sequence.map((act) => `  ${describeAct(act)}`),
    'what happened:',
    ...trace.map((line) => `  ${line}`),
    ...(violations.length > 0 ? violations : ['not violated when it was tried again: real time plays a part in it']),
    `again: npm run explore:model -- --seed ${seed} --path ${path}`,
  ];
  return lines.join('\n');
}
