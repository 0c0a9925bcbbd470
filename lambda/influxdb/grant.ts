import { CallError } from '../calls/call-error.ts';
import type { Permission } from '../config/permission.ts';
import type { NewAuthorization } from './authorization.ts';
import type { InfluxdbClient } from './client.ts';
import { InfluxdbError } from './errors.ts';
import { describePermission } from './permissions.ts';

/** Whether the rotator's token may make an authorization; `right` is in InfluxDB's notation. */
export type Grant =
  | { readonly kind: 'may' }
  | { readonly kind: 'may-not'; readonly right: string }
  | { readonly kind: 'unknown'; readonly detail: string };

/** A right in an org that does not exist: nobody is granted it, and InfluxDB looks at it after all the others. */
const IMPOSSIBLE: Permission = { action: 'read', resource: { type: 'buckets', orgID: 'ffffffffffffffff' } };

/**
 * Asks for an authorization that InfluxDB cannot make, and learns from its refusal whether it would have made the wanted
 * one: it checks the caller's rights over the owner, then each permission in order, and then whether all are of the org.
 * Nothing is made. Should a server make it all the same, it is inactive, and is deleted at once.
 */
export async function tryToGrant(
  influxdb: Pick<InfluxdbClient, 'createAuthorization' | 'deleteAuthorization'>,
  wanted: Omit<NewAuthorization, 'status'>,
): Promise<Grant> {
  const permissions = [...wanted.permissions, IMPOSSIBLE];
  try {
    const { id } = await influxdb.createAuthorization({ ...wanted, permissions, status: 'inactive' });
    await influxdb.deleteAuthorization(id);
    return { kind: 'unknown', detail: 'this server makes an authorization with a right that does not exist' };
  } catch (error) {
    if (!(error instanceof CallError) || error.endsRun) throw error;
    return grantIn(error);
  }
}

function grantIn(error: CallError): Grant {
  if (!(error instanceof InfluxdbError)) return { kind: 'unknown', detail: error.message };
  const { status, reason } = error;
  const impossible = describePermission(IMPOSSIBLE);
  // With that right, as an operator token has it, it is still not of the org.
  const reachedTheEnd = status === 403 ? 'is not allowed' : 'is not for org id';
  if ((status === 403 || status === 400) && reason.startsWith(`permission ${impossible} ${reachedTheEnd}`))
    return { kind: 'may' };
  const right = rightRefused(error);
  return right === undefined ? { kind: 'unknown', detail: error.message } : { kind: 'may-not', right };
}

/** What the caller lacks, in InfluxDB's notation, so that it was not granted; undefined for any other answer. */
export function rightRefused({ status, reason }: InfluxdbError): string | undefined {
  if (status !== 403 && status !== 401) return undefined;
  return /^(?:permission )?(\S+) is (?:unauthorized|not allowed)/.exec(reason)?.[1];
}
