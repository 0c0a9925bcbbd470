import type { Deed } from '../../lambda/evidence/deed.ts';
import { iso, type Material, type ReadRecord, type SeenDeed } from './material.ts';
import type { ReportCommand, ReportDeed } from './model.ts';

/** They are in the life of the token. Of all else an auditor asks. */
const STEPS: ReadonlySet<Deed['what']> = new Set(['minted', 'stored', 'activated', 'verified']);

export function isIn({ from, to }: Pick<Material, 'from' | 'to'>, at: number): boolean {
  return at >= from && at < to;
}

/** What was done in the period, in order. */
export function doneIn(material: Material, deeds: readonly SeenDeed[]): ReportDeed[] {
  return deeds
    .filter(({ deed, at }) => !STEPS.has(deed.what) && isIn(material, at))
    .sort((one, other) => one.at - other.at)
    .map(({ consumer, deed, at, isExact, number }) => ({
      ...(isExact && { at: iso(at) }),
      ...{ consumer, what: deed.what },
      ...(deed.authorizationId !== undefined && { authorizationId: deed.authorizationId }),
      ...(deed.versionId !== undefined && { versionId: deed.versionId }),
      ...(deed.reason !== undefined && { reason: deed.reason }),
      isReconstructed: deed.reconstructed === true,
      records: number === undefined ? [] : [number],
    }));
}

/** What the schedule and Secrets Manager ask for by themselves. */
const BY_ITSELF: ReadonlySet<string> = new Set(['run', 'step']);

export function commandsIn(material: Material): ReportCommand[] {
  return material.records.flatMap(({ record }: ReadRecord) => {
    if (record.kind !== 'run' || !isIn(material, Date.parse(record.at))) return [];
    const { action, by, reason } = record.asked;
    if (BY_ITSELF.has(action)) return [];
    return {
      ...{ at: record.startedAt, action },
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
      records: [record.number],
    };
  });
}

/** Deletions that no earlier record announced. */
export function withoutIntent(material: Material, deeds: readonly SeenDeed[]): SeenDeed[] {
  const intents = new Map<string, number>();
  for (const { record } of material.records)
    if (record.kind === 'intent' && !intents.has(record.authorizationId))
      intents.set(record.authorizationId, record.number);
  return deeds.filter(({ deed, at, number }) => {
    if (deed.what !== 'deleted' || number === undefined || !isIn(material, at)) return false;
    const intent = intents.get(deed.authorizationId ?? '');
    return intent === undefined || intent > number;
  });
}
