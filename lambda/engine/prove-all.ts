import { OutOfTimeError } from '../calls/budget.ts';
import { CallError } from '../calls/call-error.ts';
import { endsRun, messageOf } from '../calls/failure.ts';
import { sideBySide } from '../calls/side-by-side.ts';
import { proveToken, SPREAD_MS, SPREAD_STEP_MS } from '../influxdb/probe.ts';
import type { Services } from './apply/services.ts';
import { isFollowing } from './plan/canaries.ts';
import type { Decision, ProofOfLife } from './plan/decision.ts';
import { type Facts, secretIdOf } from './plan/facts.ts';
import { afterProof, type ProofDue, proofDue } from './plan/proof-of-life.ts';
import type { Planned } from './report/consumer-report.ts';

type Proving = Pick<Services, 'influxdb' | 'transport' | 'store' | 'clock' | 'budget' | 'limits'>;

/**
 * Tries the current tokens whose turn it is (T6), and decides anew for those that fail. Changes nothing.
 * @param until no first try begins later: what the other consumers wait for goes first.
 */
export async function proveAll(
  services: Proving,
  planned: readonly Planned[],
  { until, scheduleMs }: { readonly until: number; readonly scheduleMs: number },
): Promise<Planned[]> {
  const followers = planned.filter(({ facts, outcome }) => outcome.kind === 'decision' && isFollowing(facts, outcome));
  const awaited = new Set(followers.flatMap(({ facts }) => facts.canaries.map(({ consumer }) => consumer)));
  const tried = planned.flatMap(({ facts, outcome }): Tried[] => {
    const isAwaited = awaited.has(facts.settings.name);
    const due = outcome.kind === 'decision' ? proofDue(facts, outcome, scheduleMs, isAwaited) : undefined;
    return due === undefined || outcome.kind !== 'decision' ? [] : [{ facts, decision: outcome, due }];
  });
  const proofs = new Map<Facts, Result>();
  await sideBySide(tried, async ({ facts, due }) => {
    if (services.clock.now() <= until) proofs.set(facts, await caught(tryOnce(services, due)));
  });
  // These wait for a minute, all at once.
  const refused = tried.filter(({ facts }) => isRefused(proofs.get(facts)));
  await Promise.all(
    refused.map(async ({ facts, due }) => proofs.set(facts, await caught(insist(services, due, secretIdOf(facts))))),
  );
  const anew = new Map(tried.map((each) => [each.facts, decideAnew(each, proofs.get(each.facts))]));
  return planned.map((each) => anew.get(each.facts) ?? each);
}

interface Tried {
  readonly facts: Facts;
  readonly decision: Decision;
  readonly due: ProofDue;
}

type Result = ProofOfLife | { readonly error: unknown };

function isRefused(result: Result | undefined): boolean {
  return result !== undefined && 'kind' in result && result.kind === 'refused';
}

function caught(proof: Promise<ProofOfLife>): Promise<Result> {
  return proof.catch((error: unknown) => ({ error }));
}

function decideAnew({ facts, decision, due }: Tried, result: Result | undefined): Planned {
  if (result === undefined) return { facts, outcome: decision };
  // Another day's run tries it.
  if ('error' in result && result.error instanceof OutOfTimeError) return { facts, outcome: decision };
  if ('error' in result) return { facts, outcome: { kind: 'undecided', error: result.error } };
  return { facts, outcome: afterProof(decision, due.row.id, result) };
}

/**
 * A refusal is only a hint (H24): the token may have been replaced, or its row switched off or deleted, since this run
 * read them. Only if nothing changed, and it is refused for as long as a change may take to spread, does it count.
 */
async function insist(services: Proving, due: ProofDue, secretId: string): Promise<ProofOfLife> {
  const { clock, budget } = services;
  const doubt = await lookAgain(services, due, secretId);
  if (doubt !== undefined) return doubt;
  const giveUpAt = clock.now() + Math.min(SPREAD_MS, budget.remainingMs() / 4);
  let proof: ProofOfLife;
  do {
    await clock.sleep(SPREAD_STEP_MS);
    proof = await tryOnce(services, due);
  } while (proof.kind !== 'works' && clock.now() + SPREAD_STEP_MS <= giveUpAt);
  return proof.kind === 'refused' ? ((await lookAgain(services, due, secretId)) ?? proof) : proof;
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
