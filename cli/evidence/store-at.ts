import { Budget } from '../../lambda/calls/budget.ts';
import { systemClock } from '../../lambda/calls/clock.ts';
import type { EvidenceSettings } from '../../lambda/config/evidence.ts';
import type { OpenStore } from '../../lambda/evidence/open-store.ts';
import { UsageError } from '../function/rotator.ts';

/** Of a person's patience, not of an invocation. */
const LIMITS = { callTimeoutMs: 30_000, requestLifeMs: 120_000 };

const BUCKET = /^s3:\/\/([^/]+)(?:\/(.*))?$/;

/** Where a person says the evidence is: `s3://BUCKET/PREFIX`, or a folder. */
export function placeIn(text: string): EvidenceSettings {
  if (!text.startsWith('s3:')) return { folder: text };
  const [, bucket, prefix = ''] = BUCKET.exec(text) ?? [];
  if (bucket === undefined)
    throw new UsageError(`--evidence ${text} names no bucket: write s3://BUCKET/PREFIX, or the path of a folder`);
  // As the configuration has it, and as S3 lists it: whatever the names begin with.
  return prefix === '' ? { bucket } : { bucket, prefix: prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/** The AWS SDK takes most of a start, so it is loaded only here. */
export async function storeAt(place: EvidenceSettings, deployment: string): Promise<OpenStore> {
  const { openStore } = await import('../../lambda/evidence/open-store.ts');
  const budget = new Budget(systemClock, Number.POSITIVE_INFINITY, LIMITS);
  return openStore(place, { clock: systemClock, limits: LIMITS, budget, deployment });
}
