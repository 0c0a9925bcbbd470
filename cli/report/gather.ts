import type { EvidenceSettings } from '../../lambda/config/evidence.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { CodedError } from '../../lambda/log/coded-error.ts';
import { askAndLookBack } from '../commands/status.ts';
import { storeAt } from '../evidence/store-at.ts';
import { type Rotator, runIn, UsageError } from '../function/rotator.ts';
import type { FunctionLog } from '../log/function-log.ts';
import { ofDeployment, type Past } from '../log/past.ts';
import { censusesIn, iso, type Material, type Present, type SeenDeed } from './material.ts';
import { CODES_OF_DEEDS, deedsInLog } from './of-log.ts';
import type { Period } from './period.ts';
import { presentOf } from './present.ts';
import { type ReadEvidence, readEvidence } from './read-evidence.ts';

/** A long log is read in pages of a megabyte. */
const PATIENCE_MS = 2 * 60 * 1000;

export interface Wanted extends Period {
  readonly at: number;
  readonly place: EvidenceSettings | undefined;
  readonly deployment: string | undefined;
}

/** Why there is nothing to report of. */
export interface Nothing {
  readonly failure: string;
}

/**
 * Reads the evidence, and asks the function how everything is now; without evidence, its log.
 * @param askable the function, or why it cannot be asked.
 */
export async function gather(askable: Rotator | string, wanted: Wanted): Promise<Material | Nothing> {
  const { place, at, from, to } = wanted;
  const missing: string[] = [];
  // How the consumers are now says nothing of a period that is over, unless it is all that there is.
  const answer = wanted.isPresent || place === undefined ? await ask(askable) : undefined;
  if (answer?.failure !== undefined) missing.push(`the function could not be asked: ${answer.failure}`);
  if (answer === undefined) missing.push('the function was not asked how everything is now, since the period is over');
  missing.push(
    ...(answer?.report?.errors ?? []).map(({ message }) => `the function could not look at all: ${message}`),
  );
  const deployment = wanted.deployment ?? answer?.report?.deployment;
  if (deployment === undefined) return place === undefined ? { failure: missing.join('\n') } : refuseNameless(missing);
  const evidence = place && (await read(place, deployment, wanted));
  missing.push(...(evidence?.missing ?? [WITHOUT_EVIDENCE]));
  if (evidence?.source.files === 0) missing.push(`${evidence.source.place} has no evidence of ${deployment}`);
  else if (evidence !== undefined && censusesIn(evidence.records).length === 0) missing.push(WITHOUT_LIST);
  const log = typeof askable === 'string' ? undefined : askable.log;
  const logged = evidence === undefined ? await readLog(log, deployment, wanted, missing) : undefined;
  return {
    ...{ deployment, at, from, to },
    records: evidence?.records ?? [],
    logged: logged?.deeds ?? [],
    present: answer?.present,
    sources: {
      ...(evidence !== undefined && { evidence: evidence.source }),
      ...(answer?.report !== undefined && { status: { at: answer.report.startedAt } }),
      ...(logged !== undefined && { log: { since: iso(logged.since) } }),
      missing,
    },
  };
}

const WITHOUT_LIST =
  'there is no list of all consumers on record yet, so owners, reach and limits are not in the report: the first one is written within a day after evidence was turned on';

const WITHOUT_EVIDENCE =
  'there is no evidence, so owners, reach, failures, commands and proofs of life are not in the report, and nothing shows that the rest is complete: keep evidence, and name its place with --evidence';

function refuseNameless(missing: readonly string[]): never {
  throw new UsageError([...missing, 'say whose evidence is read: --deployment NAME'].join('\n'));
}

interface Asked {
  readonly report?: RunReport;
  readonly present?: Present;
  readonly failure?: string;
}

async function ask(askable: Rotator | string): Promise<Asked> {
  if (typeof askable === 'string') return { failure: askable };
  try {
    const { answer, past } = await askAndLookBack(askable, undefined);
    const report = runIn(answer);
    if (report === undefined) return { failure: answer.failure ?? 'it gave no report' };
    return { report, present: presentOf(report, askable.typed, past) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { failure: error.message };
  }
}

async function read(place: EvidenceSettings, deployment: string, { from, to }: Period): Promise<ReadEvidence> {
  const store = await storeAt(place, deployment);
  try {
    return await readEvidence(store, { deployment, from, to });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new UsageError(`the evidence cannot be read: ${error.message}`, { cause: error });
  } finally {
    store.close();
  }
}

interface Logged {
  readonly deeds: readonly SeenDeed[];
  readonly since: number;
}

async function readLog(
  log: FunctionLog | undefined,
  deployment: string,
  { from, to }: Period,
  missing: string[],
): Promise<Logged | undefined> {
  if (log === undefined) {
    missing.push('there is no log to read, so what was done is not in the report');
    return undefined;
  }
  const past: Past = await log.lookUp(CODES_OF_DEEDS, from, to, AbortSignal.timeout(PATIENCE_MS));
  if (past.problem !== undefined) missing.push(past.problem);
  return { deeds: deedsInLog(ofDeployment(past, deployment)), since: past.since };
}
