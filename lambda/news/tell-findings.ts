import { codeOf, logDefect, messageOf } from '../calls/failure.ts';
import { pages } from '../calls/pages.ts';
import { DAY_MS } from '../config/duration.ts';
import { partitionOf } from '../config/partition.ts';
import { rotatedIn } from '../config/self.ts';
import type { Log } from '../log/log.ts';
import type { Place } from '../security-hub/finding.ts';
import { MOST_AT_ONCE } from '../security-hub/hub.ts';
import { RUN } from './condition.ts';
import type { DeskOptions, Edition } from './edition.ts';
import { type Change, type Findings, findingsOf, withoutUntold } from './findings.ts';

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
  const told = findingsOf(edition.conditions, had, {
    ...about(options),
    now: new Date(now).toISOString(),
    refresh,
    place,
  });
  const untold = await send(told.changed, hub, log);
  // Some that it refuses always do not keep the others from their day: these are told again tomorrow.
  const isRefreshed = refresh && (told.changed.length === 0 || untold.length < told.changed.length);
  return { at: isRefreshed ? new Date(now).toISOString() : at, findings: withoutUntold(told, had, untold) };
}

/** Stops at a call that failed, as the others would fail, too. @returns what Security Hub did not take. */
async function send(changed: readonly Change[], hub: NonNullable<DeskOptions['hub']>, log: Log): Promise<Change[]> {
  const untold: Change[] = [];
  let failure: unknown;
  const calls = pages(changed, MOST_AT_ONCE);
  for (const [index, some] of calls.entries()) {
    try {
      const refused = await hub.import(some.map(({ finding }) => finding));
      untold.push(...some.filter(({ finding }) => refused.has(finding.Id)));
      failure ??= [...refused.values()][0];
    } catch (error) {
      logDefect(log, error, undefined);
      untold.push(...calls.slice(index).flat());
      failure = error;
      break;
    }
  }
  const what = { to: 'findings', news: 'problems' };
  const count = changed.length - untold.length;
  if (count > 0) log('NEWS_TOLD', { ...what, count });
  if (untold.length > 0)
    log('NEWS_NOT_TOLD', { ...what, count: untold.length, error: messageOf(failure), errorCode: codeOf(failure) });
  return untold;
}

function about({ configuration, store, runbookUrl }: DeskOptions) {
  const { deployment, influxdb } = configuration;
  const names = new Set([RUN, ...rotatedIn(configuration).map(({ name }) => name)]);
  return {
    deployment,
    tokenSecret: influxdb.tokenSecret,
    runbookUrl,
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
