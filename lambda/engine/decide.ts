import { sideBySide } from '../calls/side-by-side.ts';
import { answer } from './observe/answer.ts';
import type { Existence } from './observe/existence.ts';
import { contentOf } from './observe/observed-secret.ts';
import type { ReadingInfluxdb, ReadingStore } from './observe/reads.ts';
import { type Facts, secretIdOf } from './plan/facts.ts';
import { plan } from './plan/plan.ts';
import { longestWaitFirst } from './plan/turns.ts';
import type { Planned } from './report/consumer-report.ts';

/** Where the planner's questions are answered. */
export interface Sources {
  readonly influxdb: ReadingInfluxdb;
  readonly store: ReadingStore;
  readonly existence: Existence;
}

/** The decision for each. Most need nothing that was not read yet; the others look for it side by side. */
export async function decideEach(all: readonly Facts[], sources: Sources): Promise<Planned[]> {
  const decided = new Map<Facts, Planned>();
  for (const facts of all) {
    const planned = decideUnasked(facts);
    if (planned !== undefined) decided.set(facts, planned);
  }
  const others = all.filter((facts) => !decided.has(facts));
  const look = async (facts: Facts) => decided.set(facts, await decide(facts, sources));
  await sideBySide(others, look, longestWaitFirst(others));
  return all.flatMap((facts) => decided.get(facts) ?? []);
}

/** Undefined where a question comes first. */
function decideUnasked(facts: Facts): Planned | undefined {
  try {
    const outcome = plan(facts);
    return outcome.kind === 'decision' ? { facts, outcome } : undefined;
  } catch (error) {
    return { facts, outcome: { kind: 'undecided', error } };
  }
}

/** Decides for one consumer, and reads what that takes. */
export async function decide(facts: Facts, { influxdb, store, existence }: Sources): Promise<Planned> {
  const { settings, secret, answers, target } = facts;
  const token = contentOf(secret)?.token;
  const problemOfIds = async () => (target.kind === 'resolved' ? existence.problemOf(settings, target) : undefined);
  const { tokenKey } = settings;
  const from = { influxdb, store, secretId: secretIdOf(facts), tokenKey, token, problemOfIds };
  try {
    for (;;) {
      const outcome = plan(facts);
      if (outcome.kind === 'decision') return { facts, outcome };
      await answer(answers, outcome.question, from);
    }
  } catch (error) {
    return { facts, outcome: { kind: 'undecided', error } };
  }
}
