import type { Configuration } from '../../config/configuration.ts';
import { neededRights } from '../plan/rights.ts';
import type { Planned } from './consumer-report.ts';
import type { RunReport } from './report.ts';

/** Follows from the configuration, and from the names that every run looks up: no call is made for it. */
export function rightsOf(
  planned: readonly Planned[],
  { influxdb }: Configuration,
): Pick<RunReport, 'rightsNeeded' | 'rightsUnknownFor'> {
  const all = planned.map(({ facts }) => facts);
  const unknown = all.filter(({ target }) => target.kind === 'unresolved').map(({ settings }) => settings.name);
  const rightsNeeded = neededRights(all, { orgByName: influxdb.orgId === undefined });
  return { ...(rightsNeeded && { rightsNeeded }), ...(unknown.length > 0 && { rightsUnknownFor: unknown }) };
}
