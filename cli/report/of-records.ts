import { byHealth } from '../status/health.ts';
import { controlsOf } from './controls.ts';
import { commandsIn, doneIn } from './deeds.ts';
import { dueOf } from './due.ts';
import { failuresOf } from './failures.ts';
import { figuresOf } from './figures.ts';
import { type Census, censusesIn, deedsIn, iso, type Material } from './material.ts';
import type { Report } from './model.ts';
import { populationOf } from './population.ts';

/** What the records of a period, and what the function says of the present, come to. */
export function reportOf(material: Material): Report {
  const { deployment, at, from, to, sources } = material;
  const censuses = censusesIn(material.records);
  const deeds = [...deedsIn(material.records), ...material.logged];
  const parts = {
    consumers: populationOf(material, censuses, deeds).sort(byHealth),
    done: doneIn(material, deeds),
    failures: failuresOf(material, censuses),
    commands: commandsIn(material),
    ...othersOf(material, censuses),
  };
  const figures = figuresOf(material, parts, { censuses, deeds });
  const report = {
    format: 'influxdb-token-rotation-report' as const,
    version: 1 as const,
    ...{ deployment, at: iso(at), from: iso(from), to: iso(to), sources },
    figures,
    ...parts,
    due: dueOf(parts.consumers, to),
    controls: controlsOf(figures),
  };
  return { ...report, records: recordsBehind(report, material) };
}

/** What the function says now, else the last census; no census says more of an unmanaged token than its id. */
function othersOf({ present }: Material, censuses: readonly Census[]): Pick<Report, 'unmanaged' | 'shared'> {
  const last = censuses.at(-1);
  const records = last?.numbers.slice(0, 1) ?? [];
  if (present === undefined) {
    const { authorizationIds = [], shared = [] } = last?.unmanaged ?? {};
    return {
      unmanaged: authorizationIds.map((authorizationId) => ({ authorizationId, what: 'nothing manages it', records })),
      shared: shared.map((consumers) => ({ consumers, records })),
    };
  }
  const { others, shared } = present;
  return {
    unmanaged: others
      .filter(({ kind }) => kind !== 'shared')
      .map(({ authorizationId, what }) => ({
        ...(authorizationId !== undefined && { authorizationId }),
        what,
        records: [],
      })),
    shared: shared.map((consumers) => ({ consumers: [...consumers], records: [] })),
  };
}

/** Those that something in the report refers to. */
function recordsBehind(report: Omit<Report, 'records'>, { records }: Material): Report['records'] {
  const { figures, consumers, done, failures, commands, unmanaged, shared } = report;
  const referring = [
    ...Object.values(figures),
    ...consumers.flatMap((each) => [each, ...each.tokens]),
    ...[done, failures, commands, unmanaged, shared].flat(),
  ];
  const wanted = new Set(referring.flatMap((each) => each?.records ?? []));
  return records
    .filter(({ record }) => wanted.has(record.number))
    .map(({ record, hash, file }) => ({
      ...{ number: record.number, kind: record.kind, at: record.at, hash, file },
      ...('consumer' in record && { consumer: record.consumer }),
    }));
}
