import type { InfluxdbSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { InfluxdbError, type Thing } from '../../influxdb/errors.ts';

/** A name in the configuration that could not be turned into an id; the message says what to do. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
  readonly ownerIsDeactivated: boolean;
  /** It exists, and the rotator's token may not see it. */
  readonly isUnseen: boolean;

  constructor(message: string, { ownerIsDeactivated = false, isUnseen = false } = {}) {
    super(message);
    this.ownerIsDeactivated = ownerIsDeactivated;
    this.isUnseen = isUnseen;
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
    { isUnseen: true },
  );
}

export function missingRight(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.isMissingRight) throw new UnresolvedError(`${what}: ${error.message}`);
    throw error;
  };
}

export function notFound(problem: (thing: Thing, reason: string) => string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.absent !== undefined)
      throw new UnresolvedError(problem(error.absent, error.reason));
    throw error;
  };
}

/** The name is the whole cause, whatever was looked up in that org. */
export function noSuchOrg({ org }: Pick<InfluxdbSettings, 'org'>): string {
  return `influxdb.org names the org ${JSON.stringify(org)}, which does not exist: correct the name (influx org list), or give its id as influxdb.orgId`;
}
