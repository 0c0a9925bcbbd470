import { keepUntilOf } from '../engine/document/keep-until.ts';
import { ownDocument } from '../engine/document/own.ts';
import type { MarkedRow } from '../engine/observe/listing.ts';
import { countedRows } from '../engine/plan/counted-rows.ts';
import type { Facts } from '../engine/plan/facts.ts';
import { currentPutByUs } from '../engine/plan/put-by-us.ts';
import { describePermission } from '../influxdb/permissions.ts';
import type { Deed } from './deed.ts';
import type { KnownConsumer, OnRecord } from './known.ts';

/** A deed that the servers show, and the time that they show of it, in milliseconds since the epoch. */
interface Shown {
  readonly time: number;
  readonly deed: Deed;
}

/**
 * What was done for a consumer and is not on record (docs/protocol.md, E4), as its rows and its secret show it. What is
 * younger than a lease is left to the run that did it, which may be alive.
 */
export function reconstruct(facts: Facts, known: KnownConsumer | undefined): Deed[] {
  const { now, limits } = facts;
  const isMissing = (each: Shown) => each.time <= now - limits.leaseMs && !isOnRecord(each, known, limits);
  const shown = rowsOf(facts).flatMap(shownByRow);
  return [
    ...[...shown, ...shownBySecret(facts)].filter(isMissing).map(({ deed }) => deed),
    ...promotion(facts, known),
    ...gone(facts, known),
  ].toSorted((one, other) => beginningOf(one).localeCompare(beginningOf(other)));
}

/** What the row of a token shows that is about to be deleted, however young it is: nothing shows it afterwards. */
export function shownOf(facts: Facts, known: KnownConsumer | undefined, authorizationId: string): Deed[] {
  return rowsOf(facts)
    .filter(({ row }) => row.id === authorizationId)
    .flatMap(shownByRow)
    .filter((each) => !isOnRecord(each, known, facts.limits))
    .map(({ deed }) => deed);
}

/**
 * What was done before then is on record. A record of the whole consumer tells of all that was a lease old when its run
 * looked, and it is written at the end of that run, which lives for less than a lease.
 */
function toldUntil(known: KnownConsumer | undefined, { leaseMs }: Facts['limits']): number {
  return (known?.lookedAt ?? Number.NEGATIVE_INFINITY) - 2 * leaseMs;
}

function beginningOf({ at, between: [from] = ['', ''] }: Deed): string {
  return at ?? from;
}

/** It is old enough to have been told, or the same kind of deed is told of the same token at about that time, by its run's clock. */
function isOnRecord({ time, deed: shown }: Shown, known: KnownConsumer | undefined, limits: Facts['limits']): boolean {
  if (time <= toldUntil(known, limits)) return true;
  const { what, authorizationId } = shown;
  const { leaseMs } = limits;
  const same = SAME[what] ?? new Set([what]);
  return (known?.deeds ?? []).some((deed) => {
    if (!same.has(deed.what) || deed.authorizationId !== authorizationId) return false;
    const [from, to] = deed.between ?? [deed.at, deed.at];
    return from === undefined || to === undefined || what === 'minted'
      ? true
      : Date.parse(from) - leaseMs <= time && time <= Date.parse(to) + leaseMs;
  });
}

/** What else a run may have called what a server shows. */
const SAME: Partial<Record<Deed['what'], ReadonlySet<Deed['what']>>> = {
  activated: new Set(['activated', 'reactivated']),
  stored: new Set(['stored', 'copied-forward']),
};

/** Anybody can copy a marker to rows of their own: these are nobody's evidence (docs/protocol.md, T4). */
function rowsOf(facts: Facts): readonly MarkedRow[] {
  const { secret, deployment, settings, listing } = facts;
  if (secret.kind !== 'value') return listing.markedByName(deployment, settings.name);
  const { identity } = secret;
  return countedRows(facts, listing.markedAs(identity), ownDocument(secret.content, identity));
}

function shownByRow({ row, marker }: MarkedRow): Shown[] {
  const { id: authorizationId, createdAt, updatedAt, status, description, userId, permissions } = row;
  const ofRow = { authorizationId, reconstructed: true } as const;
  // Any of these was written after it was switched on, so that the last change tells less.
  const wasPatched = marker.compromised || keepUntilOf(description) !== undefined;
  const sometime: Pick<Deed, 'between'> = { between: [iso(createdAt), iso(updatedAt)] };
  const isOn = status === 'active' && !wasPatched;
  // Somebody else made what is adopted, and it worked before.
  const worked = marker.tokenHash !== undefined || marker.adopted || marker.verifyRefused === true;
  const shown: Shown[] = [];
  if (!marker.adopted) {
    const made = { versionId: marker.rotationId, userId, granted: permissions.map(describePermission) };
    shown.push({ time: createdAt, deed: { what: 'minted', at: iso(createdAt), ...made, ...ofRow } });
    if (worked || status === 'active')
      shown.push({
        time: isOn ? updatedAt : createdAt,
        deed: { what: 'activated', ...(isOn ? { at: iso(updatedAt) } : sometime), ...ofRow },
      });
  }
  if (status === 'inactive' && worked)
    shown.push({
      time: updatedAt,
      deed: { what: 'switched-off', ...(marker.compromised ? sometime : { at: iso(updatedAt) }), ...ofRow },
    });
  const notedAt = marker.compromised ? Date.parse(/ compromised=(\S+)/.exec(description)?.[1] ?? '') : Number.NaN;
  if (!Number.isNaN(notedAt))
    shown.push({ time: notedAt, deed: { what: 'noted-compromised', at: iso(notedAt), ...ofRow } });
  return shown;
}

/** Only where the server's own word says that the value is ours (docs/protocol.md, T1). */
function shownBySecret(facts: Facts): Shown[] {
  const { secret } = facts;
  const put = currentPutByUs(facts);
  if (put === undefined || secret.kind !== 'value') return [];
  const { createdAt: time, versionId } = secret;
  const deed = { at: iso(time), authorizationId: put.row.id, versionId, reconstructed: true } as const;
  return [{ time, deed: { what: 'stored', ...deed } }];
}

/** No server shows when a label was moved. */
function promotion(facts: Facts, known: KnownConsumer | undefined): Deed[] {
  const { secret, now, limits } = facts;
  const put = currentPutByUs(facts);
  if (put === undefined || secret.kind !== 'value' || secret.createdAt > now - limits.leaseMs) return [];
  const { versionId, createdAt } = secret;
  const isTold = known?.deeds.some(
    ({ what, versionId: told }) => (what === 'promoted' || what === 'copied-forward') && told === versionId,
  );
  // Whoever saw it while it was young left it to the run that made it.
  const wasSeen = known?.versionId === versionId && createdAt <= toldUntil(known, limits);
  if (isTold || wasSeen) return [];
  const between: Deed['between'] = [iso(createdAt), iso(now)];
  return [{ what: 'promoted', between, authorizationId: put.row.id, versionId, reconstructed: true }];
}

/**
 * What is on record and in no list any more, where the lists show others of the same owner in the same org. What is on
 * record for less than a lease may have been made after these lists were read.
 */
function gone({ listing, answers, limits, now }: Facts, known: KnownConsumer | undefined): Deed[] {
  const isGone = ([id, { first, owner }]: readonly [string, OnRecord]) =>
    owner !== undefined &&
    first <= now - limits.leaseMs &&
    listing.get(id) === undefined &&
    listing.shows(owner) &&
    !answers.isUnseen(id);
  return [...(known?.tokens ?? [])].filter(isGone).map(([authorizationId, { last }]) => ({
    ...{ what: 'deleted', found: 'gone', authorizationId, reconstructed: true },
    between: [iso(Math.min(last, now)), iso(now)],
  }));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
