import { masked } from '../calls/masked.ts';
import type { Secrets } from '../calls/secrets.ts';
import type { Configuration } from '../config/configuration.ts';
import { DAY_MS } from '../config/duration.ts';
import { rotatedIn } from '../config/self.ts';
import type { Facts } from '../engine/plan/facts.ts';
import type { Unmanaged } from '../engine/report/unmanaged.ts';
import type { Account } from '../engine/witness.ts';
import type { History } from '../log/history.ts';
import { censusRecords } from './census.ts';
import { configurationHash } from './configuration-hash.ts';
import { type Consumer, consumerRecord, laterDeletions } from './consumer-records.ts';
import type { Deed } from './deed.ts';
import type { Deeds } from './deeds.ts';
import type { Known } from './known.ts';
import { Day, OF_A_DAY } from './last-day.ts';
import type { RunRecord, Unlinked } from './record.ts';
import { TOOL } from './tool.ts';

/** All that an invocation leaves for the evidence. */
export interface WholeAccount extends Account {
  readonly configuration: Configuration;
  readonly now: number;
  readonly deeds: Deeds;
  /** Of a consumer, what was done and is not on record yet. */
  readonly untoldOf: (consumer: string) => readonly Deed[];
  /** By consumer, what was seen before anything was done. */
  readonly facts: ReadonlyMap<string, Facts>;
  /** Undefined where it was not looked at. */
  readonly known: Known | undefined;
  /** By authorization, when its deletion was put on record. */
  readonly intents: ReadonlyMap<string, string>;
  /** Only where a census is due. */
  readonly unmanaged: Unmanaged | undefined;
  readonly history: History | undefined;
  /** None of them may be in a record. */
  readonly secrets: Secrets;
}

/** The records of one invocation, in their order: the census, what was done for whom, what will be deleted, the run. */
export async function recordsOf(account: WholeAccount): Promise<Unlinked[]> {
  const { configuration, known } = account;
  const consumers = consumersOf(account).filter(({ deeds }) => deeds.length > 0);
  const about = consumers.map((each) => consumerRecord(each, known !== undefined));
  const intents = new Map(account.intents);
  const later = consumers.flatMap((each) => laterDeletions(each, (id) => intents.has(id)));
  for (const { authorizationId } of later) intents.set(authorizationId, new Date(account.now).toISOString());
  const heading = { tool: TOOL, configurationHash: configurationHash(configuration) };
  const census = await censusOf({ ...account, intents }, heading);
  const runs = about.length > 0 ? [runRecord(account, heading, about.length + later.length)] : [];
  return masked([...census, ...about, ...later, ...runs], account.secrets);
}

/** Those that the run looked at, and those of whom it did something though they are configured no more. */
function consumersOf({ configuration, report, deeds, facts, untoldOf }: WholeAccount): Consumer[] {
  const reports = new Map(report?.consumers.map((each) => [each.consumer, each]));
  const names = new Set([...facts.keys(), ...deeds.consumers]);
  const secrets = new Map(rotatedIn(configuration).map(({ name, secret }) => [name, secret]));
  return [...names].map((name) => ({
    ...{ name, secret: secrets.get(name), deeds: untoldOf(name) },
    ...{ facts: facts.get(name), report: reports.get(name) },
  }));
}

async function censusOf(account: WholeAccount, heading: Pick<RunRecord, 'tool' | 'configurationHash'>) {
  const { unmanaged, history, report, now } = account;
  if (unmanaged === undefined || report === undefined) return [];
  // Without it the day shows what this run saw.
  const past = await history?.since(now - DAY_MS, OF_A_DAY).catch(() => []);
  const day = new Day(past ?? [], report.consumers, now);
  return censusRecords({ ...account, unmanaged, reports: report.consumers, day }, heading);
}

function runRecord(
  { asked, startedAt, now, report }: WholeAccount,
  heading: Pick<RunRecord, 'tool' | 'configurationHash'>,
  records: number,
): Unlinked<RunRecord> {
  const { action, reason, by } = asked;
  return {
    kind: 'run',
    asked: { action, ...(reason !== undefined && { reason }), ...(by !== undefined && { by }) },
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.max(0, Math.round(now - startedAt)),
    ...heading,
    counts: { ...report?.counts },
    errors: (report?.errors ?? []).map(({ code, message }) => ({ code, message })),
    records,
  };
}
