import { TWO_TRIES_MS } from '../log/proof-of-life.ts';
import { HEALTHS, type Health } from '../status/health.ts';
import type { ConsumerEntry } from './consumer.ts';
import { isIn, withoutIntent } from './deeds.ts';
import { type FigureName, type Figures, figure } from './figure.ts';
import type { Census, Material, Present, ReadRecord, SeenDeed } from './material.ts';
import type { Report } from './model.ts';

const HOUR_MS = 60 * 60 * 1000;

type Parts = Pick<Report, 'consumers' | 'failures' | 'commands' | 'unmanaged' | 'shared'>;

interface Seen {
  readonly censuses: readonly Census[];
  readonly deeds: readonly SeenDeed[];
}

/** Each figure with the records that it follows from. Those that no source tells are left out. */
export function figuresOf(material: Material, parts: Parts, seen: Seen): Figures {
  const hasRecords = material.records.length > 0;
  // Records of some consumers say nothing of the others: only a list of all of them does.
  const hasPopulation = seen.censuses.length > 0 || material.present !== undefined;
  const ends = endsOf(inPeriod(material));
  return {
    ...(hasPopulation ? ofConsumers(parts.consumers, seen.censuses) : {}),
    ...(hasRecords || material.sources.log !== undefined ? orBetween(ends, ofDeeds(material, seen.deeds)) : {}),
    ...(hasRecords ? orBetween(ends, ofRecords(material, parts, seen)) : {}),
    ...(hasPopulation ? ofOthers(parts, material.present, seen.censuses.at(-1)) : {}),
  };
}

function inPeriod(material: Material): ReadRecord[] {
  return material.records.filter(({ record }) => isIn(material, Date.parse(record.at)));
}

/** The numbers of the first and the last record. */
function endsOf(records: readonly ReadRecord[]): number[] {
  return [records[0], records.at(-1)].flatMap((each) => each?.record.number ?? []);
}

/** Nothing to count was found between the first and the last record of the period: these are behind a zero. */
function orBetween(ends: readonly number[], figures: Figures): Figures {
  const named = Object.entries(figures).map(([name, each]) => [
    name,
    each.value === 0 && each.records.length === 0 ? { ...each, records: [...ends] } : each,
  ]);
  return Object.fromEntries(named);
}

function ofConsumers(consumers: readonly ConsumerEntry[], censuses: readonly Census[]): Figures {
  const last = censuses.at(-1)?.numbers ?? [];
  const count = (name: FigureName, which: (each: ConsumerEntry) => boolean) => {
    const found = consumers.filter(which);
    return figure(name, found.length, found.length === 0 ? last : found.flatMap(({ records }) => records.slice(-1)));
  };
  const isIn =
    (...healths: readonly Health[]) =>
    (each: ConsumerEntry) =>
      healths.includes(each.health);
  const live = HEALTHS.filter((health) => health !== 'retired');
  const isExempt = ({ exception }: ConsumerEntry) => exception?.inForce === true;
  return {
    ...count('consumers', isIn(...live)),
    ...count('retired', isIn('retired')),
    // Only the records tell.
    ...(censuses.length === 0 ? {} : count('rotatedByService', isByService)),
    ...count('withoutAccess', isIn('no-access')),
    ...count('failing', isIn('failed')),
    ...count('blocked', isIn('blocked')),
    ...count('overdue', (each) => each.isOverdue && each.health !== 'retired'),
    ...count('exceptions', isExempt),
    ...count('exceptionsOver', ({ exception }) => exception?.inForce === false),
  };
}

function isByService({ health, rotation }: ConsumerEntry): boolean {
  return health !== 'retired' && rotation === 'secrets-manager';
}

function ofDeeds(material: Material, deeds: readonly SeenDeed[]): Figures {
  const own = deeds.filter(({ at }) => isIn(material, at));
  const done = (...what: readonly string[]) => own.filter(({ deed }) => what.includes(deed.what));
  const verified = new Set(deeds.flatMap(({ deed }) => (deed.what === 'verified' ? [deed.authorizationId] : [])));
  const refused = new Set(deeds.flatMap(({ deed }) => (deed.what === 'refused' ? [deed.authorizationId] : [])));
  const promoted = done('promoted');
  const deleted = done('deleted');
  return {
    ...counted('rotations', promoted),
    ...counted(
      'verified',
      promoted.filter(({ deed }) => verified.has(deed.authorizationId)),
    ),
    ...counted('switchedOff', done('switched-off')),
    ...counted('deleted', deleted),
    ...counted(
      'refused',
      deleted.filter(({ deed }) => refused.has(deed.authorizationId)),
    ),
    ...counted(
      'notRefused',
      deleted.filter(({ deed }) => !refused.has(deed.authorizationId)),
    ),
    ...counted('compromised', done('noted-compromised')),
    ...counted(
      'reconstructed',
      own.filter(({ deed }) => deed.reconstructed === true),
    ),
  };
}

function counted(name: FigureName, deeds: readonly SeenDeed[]): Figures {
  return figure(
    name,
    deeds.length,
    deeds.flatMap(({ number }) => number ?? []),
  );
}

function listed(name: FigureName, all: readonly { readonly records: readonly number[] }[]): Figures {
  return figure(
    name,
    all.length,
    all.flatMap(({ records }) => records),
  );
}

function ofRecords(material: Material, { consumers, failures, commands }: Parts, { censuses, deeds }: Seen): Figures {
  const records = inPeriod(material);
  const runs = records.flatMap(({ record }) => (record.kind === 'run' ? [record.number] : []));
  const ends = endsOf(records);
  const own = censuses.filter(({ at }) => isIn(material, at));
  const numbers = own.flatMap((each) => each.numbers);
  const open = failures.filter(({ until }) => until === undefined);
  const nameless = commands.filter(({ by }) => by === undefined);
  const unproven = consumers.filter((each) => isUnproven(each, own.at(-1)?.at ?? material.to));
  return {
    ...counted('withoutIntent', withoutIntent(material, deeds)),
    ...figure(
      'proofsOfLife',
      consumers.reduce((sum, { proofs }) => sum + proofs.count, 0),
      numbers,
    ),
    ...figure('unproven', unproven.length, own.at(-1)?.numbers),
    ...listed('failures', failures),
    ...listed('failuresOpen', open),
    ...listed('commands', commands),
    ...listed('commandsWithoutPerson', nameless),
    ...figure('runs', runs.length, runs),
    ...figure('records', records.length, ends),
    ...figure('chainProblems', material.sources.evidence?.problems.length ?? 0, ends),
    ...figure('censuses', own.length, numbers),
    ...figure('longestGapHours', longestGap(own, material), numbers),
  };
}

function isUnproven({ health, proofs, mintedAt }: ConsumerEntry, at: number): boolean {
  if (health === 'retired' || mintedAt === undefined || Date.parse(mintedAt) > at - TWO_TRIES_MS) return false;
  return proofs.last === undefined || Date.parse(proofs.last) < at - TWO_TRIES_MS;
}

function longestGap(censuses: readonly Census[], { from, to, at }: Material): number {
  const times = [from, ...censuses.map((each) => each.at), Math.min(to, at)];
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return Math.ceil(Math.max(0, ...gaps) / HOUR_MS);
}

/** What is listed may be shortened, and then the count is not. */
function ofOthers({ unmanaged, shared }: Parts, present: Present | undefined, last: Census | undefined): Figures {
  const count = present?.report.counts.unmanaged ?? last?.unmanaged?.count ?? 0;
  // Of the present the function tells, and no record.
  const list = present === undefined ? (last?.numbers ?? []) : [];
  const numbers = unmanaged.flatMap(({ records }) => records);
  return {
    ...figure('unmanaged', Math.max(count, unmanaged.length), numbers.length === 0 ? list : numbers),
    ...figure('shared', shared.length, shared.length === 0 ? list : shared.flatMap(({ records }) => records)),
  };
}
