import { CallError } from '../calls/call-error.ts';
import { ConfigurationError } from '../config/problems.ts';
import { checkedBase } from '../config/scale.ts';
import { batchesOf, readManifest } from './manifest.ts';
import type { Objects } from './objects.ts';
import { type Invocation, type ScaleParts, withObjects } from './parts.ts';
import { standInConfiguration } from './stand-in.ts';
import { Turns } from './turn.ts';
import { Work } from './work.ts';

/** No batches: another execution is not over yet, and the next one does what this one would have done. */
export interface Planned {
  readonly batches: number;
}

/**
 * Checks the manifest as a whole, and writes its batches. Nothing else is done, and nothing is done at all if something is
 * wrong with any line.
 * @throws {ConfigurationError}
 */
export function planBatches(parts: ScaleParts, execution: string, context: Invocation): Promise<Planned> {
  const { settings, clock } = parts;
  const base = checkedBase(parts.base, 'rotation.json');
  const { limits, deployment } = standInConfiguration(parts);
  const log = parts.createLog(deployment, context.awsRequestId);
  return withObjects(parts, limits, context, async (objects) => {
    const now = clock.now();
    const { text, source } = await manifestOf(parts, objects);
    const consumers = readManifest(base, text, source);
    const batches = batchesOf(consumers, settings.batchSize);
    const plan = { startedAt: new Date(now).toISOString(), consumers: consumers.length, batches: batches.length };
    await new Work(objects, settings.work, execution).writePlan(plan, batches);
    // Last: whoever dies before holds nobody up.
    const running = await new Turns(objects, settings.work).take(execution, now, settings.longestMs);
    if (running !== undefined) {
      log('BATCHES_SKIPPED', { execution, running: running.execution, until: running.until });
      return { batches: 0 };
    }
    log('BATCHES_PLANNED', { execution, consumers: plan.consumers, batches: plan.batches });
    return { batches: plan.batches };
  });
}

async function manifestOf({ settings: { manifest } }: ScaleParts, objects: Objects) {
  const { bucket, key } = manifest;
  const source = `s3://${bucket}/${key}`;
  const found = await objects.read(bucket, key).catch((error: unknown) => {
    if (!(error instanceof CallError) || error.kind !== 'refused') throw error;
    // Who may not list a bucket is not told that an object is missing there.
    const message = `cannot be read (${error.message}); or it is missing: put the consumers there, one a line`;
    throw new ConfigurationError(source, [{ path: '', message }]);
  });
  if (found !== undefined) return { text: found.text, source };
  const message = 'is missing: put the consumers there, one a line';
  throw new ConfigurationError(source, [{ path: '', message }]);
}
