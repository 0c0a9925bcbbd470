import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { idIn } from '../../influxdb/authorization.ts';
import { describePermission, readAndWrite } from '../../influxdb/permissions.ts';
import { ownDocument } from '../document/own.ts';
import { Unanswered } from '../observe/question.ts';
import { adoptedEntry } from './adoption.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { ofConsumer } from './rights.ts';

/** Where the org of the configuration comes from. */
interface ConfiguredOrg {
  readonly orgId: string | undefined;
}

/** What a report says of rights. */
export interface RightsReport {
  readonly rightsNeeded?: readonly Permission[];
  readonly rightsUnknownFor?: readonly string[];
  /** Where they are more than `MOST_RIGHTS`: one more than those, since nobody counted on. */
  readonly omitted?: Omitted;
}

/** How many entries of each part of a report are missing in it. */
export interface Omitted {
  readonly consumers: number;
  readonly notices: number;
  readonly rightsNeeded?: number;
  readonly rightsUnknownFor?: number;
}

/** Nothing is missing. */
export const NONE_OMITTED: Omitted = { consumers: 0, notices: 0 };

/** Follows from the configuration, and from what the run saw anyway: no call is made for it. */
export function rightsOf(all: readonly Facts[], { orgId }: ConfiguredOrg): RightsReport {
  const orgs = all.flatMap(({ target }) => (target.kind === 'resolved' && target.orgId !== '' ? target.orgId : []));
  const org = orgId ?? orgs[0];
  const older = (facts: Facts) => forOlder(facts, org);
  const needed = gathered(all, { orgByName: orgId === undefined, most: MOST_RIGHTS, older });
  const unknown = unknownFor(all);
  return {
    ...(needed.size > MOST_RIGHTS
      ? { omitted: { ...NONE_OMITTED, rightsNeeded: MOST_RIGHTS + 1 } }
      : // An empty list would read as "none needed".
        needed.size > 0 && { rightsNeeded: withoutCovered(needed) }),
    ...(unknown.length > 0 && { rightsUnknownFor: unknown }),
  };
}

/**
 * What the rotator's token needs to serve these consumers, in the form of InfluxDB's API: over the owners of their next
 * tokens and of those that are still to be ended, and what it is to grant. A name of a bucket takes the right to read it.
 */
export function neededRights(all: readonly Served[], orgByName: boolean): Permission[] {
  return withoutCovered(gathered(all, { orgByName, most: Number.POSITIVE_INFINITY, older: () => [] }));
}

/** By how people read them. With more than `most`, it is not all of them. */
function gathered<Each extends Served>(
  all: readonly Each[],
  { orgByName, most, older }: Wanted<Each>,
): ReadonlyMap<string, Permission> {
  // Every bucket that is looked up by its name tells the org's id.
  const looksUpOrg = orgByName && !all.some(({ settings }) => namesIn(settings).includes(true));
  const needed = new Map<string, Permission>();
  for (const facts of all) {
    const permissions = [...forNext(facts, looksUpOrg), ...older(facts)];
    for (const permission of permissions) needed.set(describePermission(permission), permission);
    if (needed.size > most) break;
  }
  return needed;
}

/** A consumer, with what it needs. */
export type Served = Pick<Facts, 'settings' | 'target'>;

interface Wanted<Each> {
  readonly orgByName: boolean;
  readonly most: number;
  /** Over the tokens of a consumer that are to be ended. */
  readonly older: (each: Each) => Permission[];
}

/** More than anybody would give one by one, and a run over 10,000 consumers has no memory to spare for them. */
const MOST_RIGHTS = 5_000;

/** The right over all users, as for owners that are to be made, covers each of them. */
function withoutCovered(needed: ReadonlyMap<string, Permission>): Permission[] {
  return [...needed.values()].filter(
    ({ action, resource: { type, id } }) => type !== 'users' || id === undefined || !needed.has(`${action}:users`),
  );
}

/** Consumers whose needs are not known: a name could not be resolved, or what is to be adopted cannot be seen. */
function unknownFor(all: readonly Facts[]): string[] {
  return all.filter((facts) => facts.target.kind === 'unresolved' || seesNoAdopted(facts)).map(nameOf);
}

function nameOf({ settings }: Facts): string {
  return settings.name;
}

/** The list does not show the authorization that the configuration names: it is gone, or its owner is not known. */
function seesNoAdopted({ settings: { adopt }, listing, answers }: Facts): boolean {
  if (adopt === undefined || adopt === 'auto' || listing.get(adopt) !== undefined) return false;
  return answers.isUnseen(adopt);
}

/** Of each bucket that is read, and then of each that is written, whether it is configured by its name. */
function namesIn({ access, retired }: ConsumerSettings): boolean[] {
  if (access.kind !== 'buckets' || retired) return [];
  return [...access.read, ...access.write].map((bucket) => idIn(bucket) === undefined);
}

function forNext({ settings, target }: Served, looksUpOrg: boolean): Permission[] {
  if (target.kind !== 'resolved') return [];
  const { orgId, userId } = target;
  if (target.own !== undefined) return [...target.own.wanted];
  const { access, createOwner, retired } = settings;
  const overOwner = readAndWrite({ type: 'users', ...(!createOwner && userId !== undefined && { id: userId }) });
  // Its tokens are to be ended; of what it was granted nothing is granted again.
  if (retired) return overOwner;
  // Of an owner who does not exist yet nobody knows the id.
  const granted = target.grant(userId ?? '').filter(({ resource }) => resource.id !== '');
  const named = namesIn(settings);
  // So does one that may be read by its id.
  const readsNone = access.kind !== 'buckets' || access.read.length === 0;
  const looksUp = granted.filter((_, index) => named[index] === true);
  return [
    ...readAndWrite({ type: 'authorizations', orgID: orgId }),
    ...overOwner,
    ...(looksUpOrg && readsNone ? [{ action: 'read', resource: { type: 'orgs', id: orgId } } as const] : []),
    ...looksUp.map(({ resource }): Permission => ({ action: 'read', resource })),
    ...granted,
  ];
}

/** Over the tokens that are to be ended, whoever owns them: those that are seen, and those that the secret names. */
function forOlder(facts: Facts, org: string | undefined): Permission[] {
  const places = [...ofConsumer(facts), adopted(facts), ...unseenEntries(facts)];
  const retiredIn =
    facts.settings.retired && org !== undefined ? readAndWrite({ type: 'authorizations', orgID: org }) : [];
  return [
    ...retiredIn,
    ...places.flatMap((place) =>
      place === undefined
        ? []
        : [
            ...(place.orgId === undefined ? [] : readAndWrite({ type: 'authorizations', orgID: place.orgId })),
            ...readAndWrite({ type: 'users', id: place.userId }),
          ],
    ),
  ];
}

/** Undefined also where the plan had no reason to look: it did not end there. */
function adopted(facts: Facts): Entry | undefined {
  try {
    return adoptedEntry(facts);
  } catch (error) {
    if (error instanceof Unanswered) return undefined;
    throw error;
  }
}

interface Place {
  readonly orgId: string | undefined;
  readonly userId: string;
}

/** What the consumer's document names, and no list shows. What is known to be gone takes no right. */
function unseenEntries({ secret, listing, answers }: Facts): Place[] {
  if (secret.kind !== 'value') return [];
  const document = ownDocument(secret.content, secret.identity);
  if (document === undefined) return [];
  return [document, ...document.superseded].filter(
    (entry) =>
      listing.get(entry.authorizationId) === undefined &&
      !listing.shows(entry) &&
      !answers.isGone(entry.authorizationId),
  );
}
