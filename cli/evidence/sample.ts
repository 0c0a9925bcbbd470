import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { Entry } from '../../lambda/evidence/entry.ts';
import { type OnRecord, onRecord } from './on-record.ts';
import type { Verification } from './verification.ts';

export interface Sample {
  readonly consumers: Verification['sample'];
  /** What is not on record yet, and is no fault, as sentences. */
  readonly unknown: readonly string[];
}

/** What the records say of some consumers, beside what the function sees of the secret's version and of each authorization. */
export function sampleOf(entries: readonly Entry[], live: readonly ConsumerReport[], most: number): Sample {
  const looked = [...onRecord(entries, most)].flatMap(([consumer, recorded]) => {
    const now = live.find((each) => each.consumer === consumer);
    // It is configured no more, or the run could not look.
    if (now === undefined || now.access === 'unknown') return [];
    return [{ consumer, recorded, now, problem: disagreement(recorded, now) }];
  });
  return {
    consumers: looked.map(({ consumer, recorded: { number }, problem }) => ({
      ...{ consumer, number, ...(problem !== undefined && { problem }) },
    })),
    unknown: looked.flatMap(({ recorded, now, problem }) => (problem === undefined ? newVersion(recorded, now) : [])),
  };
}

function disagreement({ current, ended }: OnRecord, { consumer, tokens }: ConsumerReport): string | undefined {
  const held = tokens.find(({ role }) => role === 'current')?.authorizationId;
  if (current !== undefined && current.is !== held)
    return `${consumer}: its secret holds the token of ${held ?? 'no authorization of ours'}, but record ${current.number}, the latest that names one, says ${current.is ?? 'none'}`;
  const alive = tokens.find(({ authorizationId, status }) => status === 'active' && ended.has(authorizationId));
  const end = alive && ended.get(alive.authorizationId);
  if (end === undefined) return undefined;
  return `${consumer}: authorization ${alive?.authorizationId} is active, but record ${end.number} says that it is ${end.is}`;
}

/** Whoever edits what else is in a secret makes a version with the same token. */
function newVersion({ version }: OnRecord, { consumer, versionId }: ConsumerReport): string[] {
  if (version === undefined || versionId === undefined || version.is === versionId) return [];
  return [
    `${consumer}: its secret is at version ${versionId}, but record ${version.number}, the latest that names one, says ${version.is}: both hold the same token, so somebody edited the secret, and the census of the day puts it on record`,
  ];
}
