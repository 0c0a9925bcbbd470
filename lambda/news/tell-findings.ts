import { DAY_MS } from '../config/duration.ts';
import { partitionOf } from '../config/partition.ts';
import { rotatedIn } from '../config/self.ts';
import type { Place } from '../security-hub/finding.ts';
import { RUN } from './condition.ts';
import { type DeskOptions, type Edition, telling } from './edition.ts';
import { type Findings, findingsOf } from './findings.ts';

interface ToldFindings {
  /** ISO 8601: when Security Hub was told of all problems the last time. */
  readonly at: string;
  /** What Security Hub has now, by subject: since when there is which problem. */
  readonly findings: Findings['after'];
}

/** Imports what is new, what is over, and once a day everything, since Security Hub forgets in 90 days. */
export async function tellFindings(edition: Edition, options: DeskOptions): Promise<ToldFindings> {
  const { memory, now } = edition;
  const { hub, log } = options;
  const at = memory?.findingsAt ?? new Date(now).toISOString();
  const had = new Map(
    [...(memory?.states ?? [])].flatMap(([subject, { findings }]) => (findings ? [[subject, findings] as const] : [])),
  );
  // What it has is archived, or told again, when somebody switches it on again.
  if (hub === undefined) return { at, findings: had };
  const place = await placeOf(options);
  if (place === undefined) return { at, findings: had };
  const refresh = now - Date.parse(at) >= DAY_MS;
  const { changed, after } = findingsOf(edition.conditions, had, {
    ...about(options),
    now: new Date(now).toISOString(),
    refresh,
    place,
  });
  const toldAt = refresh ? new Date(now).toISOString() : at;
  if (changed.length === 0) return { at: toldAt, findings: after };
  const isTold = await telling(log, { to: 'findings', news: 'problems', count: changed.length }, async () => {
    const [refused] = await hub.import(changed);
    if (refused !== undefined) throw refused;
  });
  // An id is imported again without harm.
  return isTold ? { at: toldAt, findings: after } : { at, findings: had };
}

function about({ configuration, store }: DeskOptions) {
  const { deployment, influxdb } = configuration;
  const names = new Set([RUN, ...rotatedIn(configuration).map(({ name }) => name)]);
  return {
    deployment,
    tokenSecret: influxdb.tokenSecret,
    arnOf: (secret: string) => store.arnOf(secret),
    isConfigured: (subject: string) => names.has(subject),
  };
}

/** The account is known once a secret was read. The next run tells what one without any could not. */
async function placeOf({ store }: DeskOptions): Promise<Place | undefined> {
  const { region, account } = await store.place();
  if (region === undefined || account === undefined) return undefined;
  return { partition: partitionOf(region) ?? 'aws', region, account };
}
