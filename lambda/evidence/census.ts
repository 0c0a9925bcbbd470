import { hash } from 'node:crypto';
import { pages } from '../calls/pages.ts';
import type { Access } from '../config/access.ts';
import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import { DAY_MS } from '../config/duration.ts';
import { rotatedIn } from '../config/self.ts';
import type { Facts } from '../engine/plan/facts.ts';
import { sinceRunBeforeMs } from '../engine/plan/proof-of-life.ts';
import type { ConsumerReport } from '../engine/report/report.ts';
import type { Unmanaged } from '../engine/report/unmanaged.ts';
import { describePermission } from '../influxdb/permissions.ts';
import { ofSecret, ownerOf, tokenIn } from './consumer-records.ts';
import type { Deeds } from './deeds.ts';
import type { Day } from './last-day.ts';
import type { CensusEntry, CensusRecord, Unlinked } from './record.ts';

/** In one record. */
const MOST_ENTRIES = 500;

/**
 * Once a day, in the first run after a time of the day that follows from the deployment's name. So a run without memory
 * knows that it is not its turn.
 * @param censusAt when the latest was, if that is known: two runs may begin in the time in which one should.
 */
export function isCensusDue(
  { deployment, scheduleMs }: Pick<Configuration, 'deployment' | 'scheduleMs'>,
  now: number,
  censusAt = Number.NEGATIVE_INFINITY,
): boolean {
  const timeOfDay = Number.parseInt(hash('sha256', `census of ${deployment}`, 'hex').slice(0, 8), 16) % DAY_MS;
  const sinceThen = (now - timeOfDay) % DAY_MS;
  const isMade = Math.abs(now - censusAt) <= sinceThen;
  return sinceThen < sinceRunBeforeMs(scheduleMs) && !isMade;
}

/** What a census is made from. */
export interface Counted {
  readonly configuration: Configuration;
  readonly facts: ReadonlyMap<string, Facts>;
  readonly reports: readonly ConsumerReport[];
  readonly unmanaged: Unmanaged;
  readonly intents: ReadonlyMap<string, string>;
  readonly deeds: Pick<Deeds, 'of'>;
  readonly day: Day;
}

export function censusRecords(
  counted: Counted,
  heading: Pick<CensusRecord, 'tool' | 'configurationHash'>,
): Unlinked<CensusRecord>[] {
  const settings = new Map(rotatedIn(counted.configuration).map((each) => [each.name, each]));
  const entries = counted.reports.flatMap((report) => {
    const of = settings.get(report.consumer);
    return of === undefined ? [] : entryOf(counted, of, report);
  });
  const { count, authorizationIds, shared } = counted.unmanaged;
  const unmanaged = {
    ...{ count, authorizationIds: [...authorizationIds] },
    shared: shared.map((consumers) => [...consumers]),
  };
  const some = entries.length === 0 ? [[]] : pages(entries, MOST_ENTRIES);
  return some.map((entriesOfPage, index) => ({
    kind: 'census',
    ...heading,
    ...{ page: index + 1, pages: some.length, entries: entriesOfPage },
    ...(index === 0 && { unmanaged }),
  }));
}

function entryOf(
  { facts, intents, deeds, day }: Counted,
  settings: ConsumerSettings,
  report: ConsumerReport,
): CensusEntry {
  const { name, secret, owner, rotation, rotateEveryMs, maxTokenAgeMs, gracePeriodMs, exception } = settings;
  const { versionId } = ofSecret(facts.get(name));
  const next = report.why.code === 'NEXT_ROTATION' ? report.why.until : undefined;
  const failures = day.failuresOf(name);
  return {
    ...{ consumer: name, secret, ...(owner !== undefined && { owner }), reach: reachOf(settings.access) },
    ...{ rotation, rotateEveryMs, maxTokenAgeMs, gracePeriodMs },
    ...{ state: report.state, code: report.why.code, access: report.access, ...(versionId && { versionId }) },
    ...(settings.retired && { retired: true }),
    tokens: report.tokens.map((token) =>
      tokenIn(token, ownerOf(token, facts.get(name), deeds.of(name)), intents.get(token.authorizationId)),
    ),
    ...(next !== undefined && { nextRotationAt: next }),
    ...(exception !== undefined && {
      exception: { ...exception, until: new Date(exception.until).toISOString() },
    }),
    proofs: day.proofsOf(name),
    ...(failures.length > 0 && { failures }),
  };
}

/** As people write it. */
function reachOf(access: Access): string[] {
  switch (access.kind) {
    case 'buckets':
      return [...access.read.map((bucket) => `reads ${bucket}`), ...access.write.map((bucket) => `writes ${bucket}`)];
    case 'permissions':
      return access.permissions.map(describePermission);
    case 'all-access':
      return ['all access to its org'];
    case 'operator':
      return ['all access to every org'];
    case 'rotator':
      return ['makes and ends the tokens of this deployment'];
  }
}
