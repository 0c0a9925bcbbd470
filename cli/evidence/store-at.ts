import { Budget } from '../../lambda/calls/budget.ts';
import { systemClock } from '../../lambda/calls/clock.ts';
import { type EvidenceSettings, evidenceAt } from '../../lambda/config/evidence.ts';
import type { OpenStore } from '../../lambda/evidence/open-store.ts';
import { UsageError } from '../function/rotator.ts';

/** Of a person's patience, not of an invocation. */
const LIMITS = { callTimeoutMs: 30_000, requestLifeMs: 120_000 };

/** Where a person says the evidence is: `s3://BUCKET/PREFIX`, or a folder. */
export function placeIn(text: string): EvidenceSettings {
  const settings = evidenceAt(text);
  if (settings !== undefined) return settings;
  throw new UsageError(`--evidence ${text} names no bucket: write s3://BUCKET/PREFIX, or the path of a folder`);
}

/** The AWS SDK takes most of a start, so it is loaded only here. */
export async function storeAt(place: EvidenceSettings, deployment: string): Promise<OpenStore> {
  const { openStore } = await import('../../lambda/evidence/open.ts');
  const budget = new Budget(systemClock, Number.POSITIVE_INFINITY, LIMITS);
  return openStore(place, { clock: systemClock, limits: LIMITS, budget, deployment });
}
