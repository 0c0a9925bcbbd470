import pLimit, { type LimitFunction } from 'p-limit';
import { CallError } from '../calls/call-error.ts';
import { endsRun, messageOf } from '../calls/failure.ts';
import { CONCURRENCY } from '../calls/side-by-side.ts';
import { proveToken } from '../influxdb/probe.ts';
import type { Services } from './apply/services.ts';
import type { ProofOfLife } from './plan/decision.ts';
import { secretIdOf } from './plan/facts.ts';
import { afterProof, type ProofDue, proofDue } from './plan/proof-of-life.ts';
import type { Planned } from './report/consumer-report.ts';

/** A token that is refused is asked for again for so long: InfluxDB Cloud spreads changes slowly. */
const SPREAD_MS = 60_000;
const STEP_MS = 5_000;

type Proving = Pick<Services, 'influxdb' | 'transport' | 'store' | 'clock' | 'budget' | 'limits'>;

/** Tries the current tokens whose turn it is (T6), and decides anew for those that fail. Changes nothing. */
export async function proveAll(services: Proving, planned: readonly Planned[], scheduleMs: number): Promise<Planned[]> {
  const atOnce = pLimit(CONCURRENCY);
  // What the other consumers wait for goes first.
  const { clock, budget } = services;
  const until = clock.now() + budget.remainingMs() / 4;
  const tried = planned.flatMap((each) => {
    const due = each.outcome.kind === 'decision' ? proofDue(each.facts, each.outcome, scheduleMs) : undefined;
    return due === undefined ? [] : [{ each, due }];
  });
  const decided = await Promise.all(
    tried.map(
      async ({ each, due }) =>
        [each, clock.now() <= until ? await decideAnew(services, each, due, atOnce) : each] as const,
    ),
  );
  const anew = new Map(decided);
  return planned.map((each) => anew.get(each) ?? each);
}

async function decideAnew(
  services: Proving,
  { facts, outcome }: Planned,
  due: ProofDue,
  atOnce: LimitFunction,
): Promise<Planned> {
  if (outcome.kind !== 'decision') return { facts, outcome };
  try {
    const proof = await prove(services, due, secretIdOf(facts), atOnce);
    return { facts, outcome: afterProof(outcome, due.row.id, proof) };
  } catch (error) {
    return { facts, outcome: { kind: 'undecided', error } };
  }
}

/**
 * A refusal is only a hint (H24): the token may have been replaced, or its row switched off or deleted, since this run
 * read them. Only if nothing changed, and it is refused for as long as a change may take to spread, does it count.
 */
async function prove(services: Proving, due: ProofDue, secretId: string, atOnce: LimitFunction): Promise<ProofOfLife> {
  const { clock, budget } = services;
  const first = await atOnce(() => tryOnce(services, due));
  if (first.kind !== 'refused') return first;
  const doubt = await atOnce(() => lookAgain(services, due, secretId));
  if (doubt !== undefined) return doubt;
  // What the other consumers wait for goes first.
  const giveUpAt = clock.now() + Math.min(SPREAD_MS, budget.remainingMs() / 4);
  let proof: ProofOfLife = first;
  while (clock.now() + STEP_MS <= giveUpAt) {
    await clock.sleep(STEP_MS);
    proof = await atOnce(() => tryOnce(services, due));
    if (proof.kind === 'works') return proof;
  }
  return proof.kind === 'refused' ? ((await atOnce(() => lookAgain(services, due, secretId))) ?? proof) : proof;
}

async function tryOnce({ transport }: Proving, { token, row }: ProofDue): Promise<ProofOfLife> {
  const proof = await proveToken(transport, token, row);
  if (proof.kind !== 'refused') return proof;
  const { detail, error } = proof;
  // Another answer is not about the token, but about what it was tried on, such as a bucket that was deleted.
  return error.status === 401 || error.status === 403 ? { kind: 'refused', detail } : { kind: 'unproven', detail };
}

/** What speaks against a refusal; undefined if the secret and the row are as this run read them. */
async function lookAgain(
  { influxdb, store }: Proving,
  { row, versionId }: ProofDue,
  secretId: string,
): Promise<ProofOfLife | undefined> {
  try {
    // In this order: what was promoted in between is seen by its label, and only then can its predecessor be gone.
    const description = await store.describe(secretId);
    if (description?.current !== versionId) return { kind: 'changed' };
    const found = await influxdb.lookUp(row.id);
    if (found.kind === 'unseen') return { kind: 'unproven', detail: found.detail };
    return found.kind === 'found' && found.row.status === 'active' ? undefined : { kind: 'changed' };
  } catch (error) {
    if (!(error instanceof CallError) || endsRun(error)) throw error;
    return { kind: 'unproven', detail: messageOf(error) };
  }
}
