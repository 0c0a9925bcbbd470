import type { InfluxdbSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { idIn } from '../../influxdb/authorization.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { Mend, Named } from '../../log/mend.ts';

/** A name in the configuration that could not be turned into an id; the message says what to do. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
  readonly ownerIsDeactivated: boolean;
  /** It exists, and the rotator's token may not see it. */
  readonly isUnseen: boolean;
  /** There was no time to look it up: nothing is known to be wrong. */
  readonly isLate: boolean;
  readonly mends: readonly Mend[];

  constructor(
    message: string,
    { ownerIsDeactivated = false, isUnseen = false, isLate = false, mends = [] as readonly Mend[] } = {},
  ) {
    super(message);
    this.mends = mends;
    this.ownerIsDeactivated = ownerIsDeactivated;
    this.isUnseen = isUnseen;
    this.isLate = isLate;
  }
}

/** What to do about a name that may be unknown because of the white space at its ends. */
export function withoutEnds(name: string): string | undefined {
  return name === name.trim()
    ? undefined
    : 'remove the white space at the ends of the name, which InfluxDB takes as a part of it';
}

/** InfluxDB tells what exists from what does not, though no id of what may not be read. */
export function unseen(what: string, lacked: readonly Permission[]): UnresolvedError {
  const permissions = lacked.map((permission) => JSON.stringify(permission)).join(' and ');
  return new UnresolvedError(
    `the rotator's token may not read ${what}, which exists: replace it with a token that also has ${permissions}, as docs/rotator-token.md says; a plan with an operator's token lists all that is needed (rightsNeeded)`,
    { isUnseen: true, mends: lacked.map((permission) => ({ kind: 'right', permission })) },
  );
}

export function missingRight(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.isMissingRight)
      throw new UnresolvedError(`${what}: ${error.message}`, { mends: error.mends });
    throw error;
  };
}

/** A name that does not exist, with what to do. `near` is almost the same, and exists. */
export function absentName(of: Named, name: string, problem: string, near: string | undefined): UnresolvedError {
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  return new UnresolvedError(`${problem}${hint}`, {
    mends: [{ kind: 'name', of, name, ...(near !== undefined && { near }) }],
  });
}

/** @param key what was to be asked. */
export function notLookedUp(key: string): UnresolvedError {
  return new UnresolvedError(
    `"${key}" was not looked up: InfluxDB answers so slowly that half of the time for reading is over; give ids instead of names where it is a name, or a longer limits.functionTimeout`,
    { isLate: true },
  );
}

/** The name is the whole cause, whatever was looked up in that org. */
export function noSuchOrg({ org }: Pick<InfluxdbSettings, 'org'>): string {
  return `influxdb.org names the org ${JSON.stringify(org)}, which does not exist: correct the name (influx org list), or give its id as influxdb.orgId`;
}

/** Names the setting that was used: with both, the id goes before the name. */
export function usedOrg({ org, orgId }: InfluxdbSettings): string {
  return orgId === undefined ? `org ${org}` : `org id ${orgId}`;
}

/** What else may be wrong where something is not in the org. */
export function orCorrectOrg({ org, orgId }: InfluxdbSettings): string {
  if (orgId === undefined) return '';
  if (org === undefined) return ', or correct influxdb.orgId';
  return idIn(org) === orgId
    ? ', or correct influxdb.org'
    : `; influxdb.orgId goes before influxdb.org: make sure that ${orgId} is the id of ${JSON.stringify(org)} (influx org list)`;
}
