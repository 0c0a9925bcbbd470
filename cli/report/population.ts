import { complianceOf } from '../../lambda/engine/report/compliance.ts';
import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { CensusEntry, ConsumerRecord, IntentRecord } from '../../lambda/evidence/record.ts';
import { healthOf, type Signs } from '../status/health.ts';
import type { ConsumerEntry, TokenLife } from './consumer.ts';
import { livesOf, type Sight } from './lives.ts';
import { type Census, iso, type Material, type Present, type SeenDeed } from './material.ts';
import { signsIn, withForce } from './signs.ts';

type Entry = CensusEntry & { readonly number: number };

/** All that is known of one consumer. */
interface Known {
  readonly name: string;
  /** All in which it is, in order. */
  readonly entries: readonly { readonly at: number; readonly entry: Entry }[];
  readonly records: readonly ConsumerRecord[];
  readonly intents: readonly IntentRecord[];
  readonly deeds: readonly SeenDeed[];
  readonly report: ConsumerReport | undefined;
}

/** Every consumer of the period, also one that has left the configuration meanwhile. */
export function populationOf(
  material: Material,
  censuses: readonly Census[],
  deeds: readonly SeenDeed[],
): ConsumerEntry[] {
  const { present, records, from } = material;
  const entries = Map.groupBy(
    censuses.flatMap(({ at, entries }) => entries.map((entry) => ({ at, entry }))),
    ({ entry }) => entry.consumer,
  );
  const own = Map.groupBy(
    records.flatMap(({ record }) => (record.kind === 'consumer' ? [record] : [])),
    ({ consumer }) => consumer,
  );
  const intents = Map.groupBy(
    records.flatMap(({ record }) => (record.kind === 'intent' ? [record] : [])),
    ({ consumer }) => consumer,
  );
  const done = Map.groupBy(deeds, ({ consumer }) => consumer);
  const reports = new Map(present?.report.consumers.map((report) => [report.consumer, report]));
  const last = present === undefined ? censuses.at(-1)?.at : Date.parse(present.report.startedAt);
  return [...new Set([...entries.keys(), ...own.keys(), ...reports.keys()])].flatMap((name) => {
    const known: Known = {
      name,
      entries: entries.get(name) ?? [],
      records: own.get(name) ?? [],
      intents: intents.get(name) ?? [],
      deeds: done.get(name) ?? [],
      report: reports.get(name),
    };
    const seenAt = lastSeen(known, present);
    const isOmitted = (present?.report.omitted?.consumers ?? 0) > 0;
    const hasLeft = last !== undefined && seenAt < last && !isOmitted;
    return hasLeft && seenAt < from ? [] : entryOf(known, material, { seenAt, hasLeft });
  });
}

function lastSeen({ entries, records, report }: Known, present: Present | undefined): number {
  if (report !== undefined && present !== undefined) return Date.parse(present.report.startedAt);
  return Math.max(0, entries.at(-1)?.at ?? 0, Date.parse(records.at(-1)?.at ?? iso(0)));
}

function entryOf(
  known: Known,
  material: Material,
  { seenAt, hasLeft }: { readonly seenAt: number; readonly hasLeft: boolean },
): ConsumerEntry {
  const { name, entries, records, deeds, report } = known;
  const { from, to, present } = material;
  const entry = entries.at(-1)?.entry;
  const record = records.at(-1);
  const tokens = livesOf(deeds, sightsOf(known, present), known.intents, { from, to });
  const current = tokens.find(({ role, status }) => role === 'current' && status !== 'gone');
  const shown = stateOf(known, { seenAt, hasLeft });
  const promotions = deeds.filter(({ deed }) => deed.what === 'promoted');
  const next = present?.next.get(name);
  const rotatedAt = promotions.at(-1)?.at;
  return {
    consumer: name,
    secret: report?.secret ?? entry?.secret ?? record?.secret ?? '',
    ...(record?.secretArn !== undefined && { secretArn: record.secretArn }),
    ...(entry?.owner !== undefined && { owner: entry.owner }),
    reach: [...(entry?.reach ?? [])],
    ...(entry !== undefined && { rotation: entry.rotation }),
    policy: policyOf(entry, current),
    ...shown,
    seenAt: iso(seenAt),
    ...(current !== undefined && currentOf(current, to)),
    ...(rotatedAt !== undefined && { lastRotationAt: iso(rotatedAt) }),
    ...nextRotation(known),
    rotations: promotions.filter(({ at }) => at >= from && at < to).length,
    proofs: proofsOf(known, material),
    ...exceptionOf(known, to),
    ...(next !== undefined && { next }),
    tokens,
    records: numbersOf(known, from),
  };
}

function sightsOf({ name: consumer, entries, records, report }: Known, present: Present | undefined): Sight[] {
  const sights: Sight[] = [
    ...entries.map(({ at, entry: { tokens } }) => ({ consumer, at, tokens })),
    ...records.map(({ at, tokens }) => ({ consumer, at: Date.parse(at), tokens })),
  ].sort((one, other) => one.at - other.at);
  if (report === undefined || present === undefined) return sights;
  return [...sights, { consumer, at: Date.parse(present.report.startedAt), tokens: report.tokens }];
}

type Shown = Pick<ConsumerEntry, 'health' | 'reason' | 'code' | 'access' | 'isOverdue'>;

function stateOf(
  { report, entries, records }: Known,
  { seenAt, hasLeft }: { readonly seenAt: number; readonly hasLeft: boolean },
): Shown {
  if (hasLeft)
    return {
      ...{ health: 'retired', code: 'NOT_CONFIGURED', access: 'retired', isOverdue: false },
      reason: `it is not in the configuration any more; it was last seen ${iso(seenAt)}`,
    };
  const signs = report ?? signsIn(entries.at(-1), records.at(-1), seenAt);
  const { access, tokens } = signs;
  const isOverdue = tokens.some(({ overdue }) => overdue);
  return { health: healthOf(signs), ...whyOf(signs), access, isOverdue };
}

/** What is out of policy goes before what comes next: a run that all went well for may find a token too old. */
function whyOf(signs: Signs): Pick<ConsumerEntry, 'reason' | 'code'> {
  const [worst] = complianceOf(signs).breaches;
  if (worst?.kind === 'overdue' || worst?.kind === 'exception-expired') return { reason: worst.text, code: worst.code };
  const { reason, why, obstacle } = signs;
  return { reason, code: (obstacle ?? why).code };
}

/** The limits are in the records alone; what the function says of a token shows one of them. */
function policyOf(entry: Entry | undefined, current: TokenLife | undefined): ConsumerEntry['policy'] {
  if (entry !== undefined) {
    const { rotateEveryMs, maxTokenAgeMs, gracePeriodMs } = entry;
    return { rotateEveryMs, maxTokenAgeMs, gracePeriodMs };
  }
  const { overdueAt, mintedAt } = current ?? {};
  if (overdueAt === undefined || mintedAt === undefined) return {};
  return { maxTokenAgeMs: Date.parse(overdueAt) - Date.parse(mintedAt) };
}

function currentOf({ authorizationId, mintedAt, overdueAt }: TokenLife, to: number): Partial<ConsumerEntry> {
  return {
    authorizationId,
    ...(mintedAt !== undefined && { mintedAt, ageMs: Math.max(0, to - Date.parse(mintedAt)) }),
    ...(overdueAt !== undefined && { overdueAt }),
  };
}

function nextRotation({ report, entries }: Known): Pick<ConsumerEntry, 'nextRotationAt'> {
  const until = report?.why.code === 'NEXT_ROTATION' ? report.why.until : undefined;
  const at = report === undefined ? entries.at(-1)?.entry.nextRotationAt : until;
  return at === undefined ? {} : { nextRotationAt: at };
}

function proofsOf({ name, entries }: Known, { from, to, present }: Material): ConsumerEntry['proofs'] {
  const all = entries.filter(({ at }) => at >= from && at < to).map(({ entry }) => entry.proofs);
  const times = [...all.flatMap(({ first, last }) => [first, last]), present?.provenAt.get(name)]
    .filter((time) => time !== undefined)
    .sort();
  const [first] = times;
  const last = times.at(-1);
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
  };
}

function exceptionOf({ entries, report }: Known, to: number): Pick<ConsumerEntry, 'exception'> {
  if (report?.exception !== undefined) return { exception: report.exception };
  const exception = report === undefined ? entries.at(-1)?.entry.exception : undefined;
  return exception === undefined ? {} : { exception: withForce(exception, to) };
}

/** Its own records of the period, and the census that shows it last. */
function numbersOf({ entries, records }: Known, from: number): number[] {
  const own = records.filter(({ at }) => Date.parse(at) >= from).map(({ number }) => number);
  const last = entries.at(-1)?.entry.number;
  return [...own, ...(last === undefined ? [] : [last])].sort((one, other) => one - other);
}
